#ifndef PROVISION_CORE_ENGINE_PLANNER_H_
#define PROVISION_CORE_ENGINE_PLANNER_H_

// Asks the provisioners what they would do, and checks what they answer. Reads
// facts; changes nothing.

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/optional.h"
#include "core/api/facts.h"
#include "core/api/proposal.pb.h"
#include "core/plan/checked_plan.h"

namespace provision {

// What one step would do, and what that was made from.
struct StepPlan {
  // False: its `when.platform` names other platforms, there is no proposal.
  bool here = true;
  bool selected = true;
  // Why there is no usable proposal, with the step's id and place; or OK.
  absl::Status status;
  Proposal proposal;
  std::vector<Fact> facts;
  // Automatic edges (E16): earlier steps that the proposal builds on without
  // being told to come after them, with the reason.
  std::map<int, std::string> because;
  // Nothing is left to perform, but the checks of this are due.
  absl::optional<Proposal> due;

  // There is something to perform, or it must be proposed again at its turn.
  bool pending() const;
};

// Thread-safe; keeps its arguments by reference.
class Planner {
 public:
  Planner(const CheckedPlan& plan, FactReader& facts);

  // Proposes step `i`, as if the steps that provide `assumed` (absolute path to
  // step id) had run.
  StepPlan Propose(int i, const std::map<std::string, std::string>& assumed);

  // All steps in order, each as if those before it had run; steps that are not
  // `selected` are not proposed.
  std::vector<StepPlan> ProposeAll(const std::vector<bool>& selected);

  // May `proposal` be performed for step `i`? Checks the contract, and takes
  // out the rungs without consent; why not, with the step's id and place.
  absl::Status Judge(int i, Proposal* proposal) const;

 private:
  const CheckedPlan& plan_;
  FactReader& facts_;
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_PLANNER_H_
