#include "core/cli/command_line.h"

#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/cli/flags.h"

namespace provision {

void CommandLine::Add(absl::string_view flag, absl::string_view value) {
  on_line_[std::string(flag)].emplace_back(value);
}

void CommandLine::SetDefault(absl::string_view flag, absl::string_view value,
                             ValueOrigin origin) {
  if (Has(flag)) return;
  defaults_[std::string(flag)] = {std::string(value), std::move(origin)};
}

ValueOrigin CommandLine::OriginOf(absl::string_view flag) const {
  if (HasOnLine(flag)) {
    return {ValueOrigin::Kind::kLine, absl::StrCat("--", flag)};
  }
  const auto found = defaults_.find(std::string(flag));
  return found == defaults_.end() ? ValueOrigin() : found->second.second;
}

bool CommandLine::Has(absl::string_view flag) const {
  return HasOnLine(flag) || defaults_.count(std::string(flag)) > 0;
}

bool CommandLine::HasOnLine(absl::string_view flag) const {
  return on_line_.count(std::string(flag)) > 0;
}

std::string CommandLine::Text(absl::string_view flag) const {
  if (auto found = on_line_.find(std::string(flag)); found != on_line_.end()) {
    return found->second.back();
  }
  if (auto found = defaults_.find(std::string(flag));
      found != defaults_.end()) {
    return found->second.first;
  }
  const Flag* known = FindFlag(flag);
  if (known == nullptr) std::abort();  // a getter with a mistyped name
  return FlagDefault(*known);
}

bool CommandLine::Is(absl::string_view flag) const {
  return Text(flag) == "true";
}

int CommandLine::Number(absl::string_view flag) const {
  int number = 0;
  if (!absl::SimpleAtoi(Text(flag), &number)) std::abort();
  return number;
}

std::vector<std::string> CommandLine::All(absl::string_view flag) const {
  auto found = on_line_.find(std::string(flag));
  return found == on_line_.end() ? std::vector<std::string>() : found->second;
}

}  // namespace provision
