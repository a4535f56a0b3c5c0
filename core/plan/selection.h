#ifndef PROVISION_CORE_PLAN_SELECTION_H_
#define PROVISION_CORE_PLAN_SELECTION_H_

// Which steps of a plan a command is about (engine.md 6).

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/plan/checked_plan.h"

namespace provision {

// A selector is a step's id (`api/python`) or name (`python`), `tag:T`,
// `kind:P` with the name of a provisioner's extension, or a glob over ids and
// names: `*` any characters, `?` one.
struct Selection {
  std::vector<std::string> only;  // none: all steps
  std::vector<std::string> skip;  // wins over `only`
  // Adds all that the selected steps wait for, unless it is skipped.
  bool with_deps = false;
};

struct SelectedSteps {
  std::vector<bool> selected;  // by index of the step
  // Steps that are not selected and that selected ones wait for, sorted: they
  // have to be converged already.
  std::vector<int> needed;
};

// kInvalidArgument (usage/selection) for a selector that matches no step, with
// the nearest name.
absl::StatusOr<SelectedSteps> SelectSteps(const CheckedPlan& plan,
                                          const Selection& selection);

// The selectors in the text of a file: one a line; empty lines and what follows
// a `#` do not count.
std::vector<std::string> SelectorsInFile(absl::string_view content);

}  // namespace provision

#endif  // PROVISION_CORE_PLAN_SELECTION_H_
