#include "core/cli/report/state_mark.h"

#include <utility>

namespace provision {

StateMark MarkOf(absl::string_view state) {
  static constexpr std::pair<absl::string_view, StateMark> kMarks[] = {
      {"changed", {"✓", "good"}},
      {"done", {"✓", "good"}},
      {"adopted", {"✓", "good"}},
      {"passed", {"✓", "good"}},
      {"converged", {"✓", "good"}},
      {"nothing to do", {"✓", "good"}},
      {"already so", {"✓", "quiet"}},
      {"not changed", {"·", "quiet"}},
      {"skipped", {"·", "quiet"}},
      {"failed", {"✗", "bad"}},
      {"refused", {"✗", "bad"}},
      {"open", {"!", "attention"}},
      {"in doubt", {"!", "attention"}},
      {"stopped", {"!", "attention"}},
      {"killed", {"!", "attention"}},
      {"interrupted", {"!", "attention"}},
      {"assumed", {"!", "attention"}},
      {"undone", {"!", "attention"}},
      {"rolled back", {"!", "attention"}},
      {"to be redone", {"!", "attention"}},
      {"active", {"!", "attention"}},
      {"blocked", {"→", "held"}},
      {"new", {"+", "new"}},
      {"change", {"~", "attention"}},
      {"to check", {"~", "attention"}},
      {"remove", {"-", "bad"}},
      {"unknown", {"?", "attention"}},
  };
  for (const auto& [known, mark] : kMarks) {
    if (state == known) return mark;
  }
  return {"·", "quiet"};
}

}  // namespace provision
