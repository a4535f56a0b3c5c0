#ifndef PROVISION_CORE_ENGINE_PROPOSAL_SOURCE_H_
#define PROVISION_CORE_ENGINE_PROPOSAL_SOURCE_H_

#include <set>
#include <string>
#include <vector>

#include "core/engine/planner.h"
#include "core/engine/saved_plan.pb.h"

namespace provision {

// Where the proposals of a run come from: made with fresh facts, or saved.
// Thread-safe.
class ProposalSource {
 public:
  virtual ~ProposalSource() = default;

  // What all steps would do, before the first action.
  virtual std::vector<StepPlan> All(const std::vector<bool>& selected) = 0;

  // What step `i` does, at its turn. `unchanged`: nothing has been performed
  // since All() and this is the first attempt.
  virtual StepPlan AtTurn(int i, const StepPlan& planned, bool unchanged) = 0;

  // Step `i` for the sake of its follow-ups, after the steps have run.
  virtual StepPlan AfterSteps(int i, const StepPlan& planned) = 0;

  // Is an action that was committed and that nobody can audit taken as done?
  // Else it is performed again, as its class allows.
  virtual bool trusts_commits() const = 0;
};

// Proposes each step at its turn, with fresh facts.
class FreshProposals final : public ProposalSource {
 public:
  explicit FreshProposals(Planner& planner) : planner_(planner) {}
  std::vector<StepPlan> All(const std::vector<bool>& selected) override;
  StepPlan AtTurn(int i, const StepPlan& planned, bool unchanged) override;
  StepPlan AfterSteps(int i, const StepPlan& planned) override;
  bool trusts_commits() const override { return false; }

 private:
  Planner& planner_;
};

// Performs exactly what was saved: EXACT steps as they are, PREDICTED ones only
// if they come out as predicted, UNKNOWN ones only if accepted (engine.md 5).
class SavedProposals final : public ProposalSource {
 public:
  // Keeps its arguments by reference.
  SavedProposals(const SavedPlan& saved, const std::set<std::string>& accept,
                 Planner& planner)
      : saved_(saved), accept_(accept), planner_(planner) {}
  std::vector<StepPlan> All(const std::vector<bool>& selected) override;
  StepPlan AtTurn(int i, const StepPlan& planned, bool unchanged) override;
  StepPlan AfterSteps(int i, const StepPlan& planned) override;
  bool trusts_commits() const override { return true; }

 private:
  bool Accepted(const std::string& step) const;
  // Refuses `now` if step `i` was not saved, or accepted, as that.
  void HoldTo(const Proposal& saved, int i, StepPlan* now) const;

  const SavedPlan& saved_;
  const std::set<std::string>& accept_;
  Planner& planner_;
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_PROPOSAL_SOURCE_H_
