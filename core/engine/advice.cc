#include "core/engine/advice.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/engine/exit_code.h"

namespace provision {
namespace {

constexpr size_t kShortRunId = 8;
// More are only counted.
constexpr size_t kNamedSteps = 3;

std::string Names(const std::vector<std::string>& steps) {
  const size_t named = std::min(steps.size(), kNamedSteps);
  std::string text = absl::StrJoin(steps.begin(), steps.begin() + named, ", ");
  if (named < steps.size()) {
    absl::StrAppend(&text, " and ", steps.size() - named, " more");
  }
  return text;
}

std::string GoesOnWith(const LeftSteps& left) {
  std::string text = "goes on";
  if (!left.first.empty()) absl::StrAppend(&text, " with ", Names(left.first));
  if (!left.blocked.empty()) {
    absl::StrAppend(&text, ", then ", Names(left.blocked));
  }
  return text;
}

void Add(absl::string_view command, absl::string_view note,
         Event::Summary* summary) {
  summary->add_next(std::string(command));
  summary->add_next_note(std::string(note));
}

}  // namespace

std::string Advice::Command(absl::string_view words) const {
  return absl::StrCat("provision ", words, flags);
}

std::string Advice::Apply() const {
  return Command(absl::StrCat(apply, selection));
}

std::string Advice::ApplyAll() const { return Command(apply); }

void AdviseAfterApply(const Advice& advice, const LeftSteps& left,
                      Event::Summary* summary) {
  const std::string run = summary->run().substr(0, kShortRunId);
  const std::string rollback = advice.Command(absl::StrCat("rollback ", run));
  switch (static_cast<ExitCode>(summary->exit())) {
    case ExitCode::kConverged:
      if (!summary->unfinished().empty()) {
        Add(advice.ApplyAll(), "goes on with that run", summary);
      } else if (!summary->run().empty()) {
        Add(rollback, "undo this run", summary);
        Add(advice.Command(absl::StrCat("report ", run, " --html run.html")),
            "what it did, as a page", summary);
      }
      break;
    case ExitCode::kStopped:
    case ExitCode::kInterrupted:
    case ExitCode::kNotDurable:
      Add(advice.Apply(), GoesOnWith(left), summary);
      if (!left.acted.empty() && !summary->run().empty()) {
        Add(rollback, absl::StrCat("undoes ", Names(left.acted)), summary);
      }
      break;
    case ExitCode::kNeedsReboot:
      Add(advice.Apply(), "goes on after the reboot", summary);
      break;
    case ExitCode::kNeedsPrivilege:
      Add(advice.Apply(), "goes on after that", summary);
      break;
    case ExitCode::kLocked:
      Add(advice.Command("status"), "", summary);
      break;
    case ExitCode::kFailed:
    case ExitCode::kPending:
    case ExitCode::kInDoubt:
    case ExitCode::kUsage:
    case ExitCode::kRefused:
      break;
  }
}

}  // namespace provision
