#include "tools/crash/reference_plan.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace provision {

absl::StatusOr<ReferencePlan> ParseReferencePlan(absl::string_view name,
                                                 absl::string_view text) {
  ReferencePlan plan;
  plan.name = std::string(absl::StripSuffix(name, ".textproto"));
  plan.text = std::string(text);
  plan.killed = {"apply", "PLAN"};
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!absl::ConsumePrefix(&line, "# ")) break;
    const std::pair<absl::string_view, absl::string_view> halves =
        absl::StrSplit(line, absl::MaxSplits(": ", 1));
    const bool is_sentence =
        halves.second.empty() || absl::StrContains(halves.first, " ");
    if (is_sentence) continue;
    const ReferencePlan::Command command =
        absl::StrSplit(halves.second, ' ', absl::SkipEmpty());
    if (halves.first == "setup") {
      plan.setup.push_back(command);
    } else if (halves.first == "killed") {
      plan.killed = command;
    } else if (halves.first == "then") {
      plan.then = command;
    } else {
      return absl::InvalidArgumentError(
          absl::StrCat(name, ": no setup, killed or then: ", line));
    }
  }
  if (plan.then.empty()) plan.then = plan.killed;
  return plan;
}

absl::StatusOr<std::string> FillIn(
    absl::string_view text, const std::map<std::string, std::string>& values) {
  std::string filled;
  // Odd pieces stand between two signs.
  bool is_name = false;
  for (absl::string_view piece : absl::StrSplit(text, '@')) {
    if (is_name) {
      const auto value = values.find(std::string(piece));
      if (value == values.end()) {
        return absl::InvalidArgumentError(
            absl::StrCat("@", piece, "@: not known"));
      }
      filled += value->second;
    } else {
      absl::StrAppend(&filled, piece);
    }
    is_name = !is_name;
  }
  return filled;
}

}  // namespace provision
