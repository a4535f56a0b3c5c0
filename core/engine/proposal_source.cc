#include "core/engine/proposal_source.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/actions/action_handler.h"
#include "core/base/diagnostic.h"
#include "core/engine/envelope.h"
#include "core/engine/proposal_check.h"

namespace provision {
namespace {

// What a proposal would do, rung by rung, and what would follow, as digests.
std::vector<std::string> Digests(const Proposal& proposal) {
  std::vector<std::string> digests;
  for (const Action& action : proposal.action()) {
    digests.push_back(ActionDigest(action, {}));
  }
  for (const Rung& rung : proposal.rung()) {
    digests.push_back(rung.name());
    for (const Action& action : rung.action()) {
      digests.push_back(ActionDigest(action, {}));
    }
  }
  for (const Proposal::OnChange& follow_up : proposal.on_change()) {
    digests.push_back(follow_up.name());
    for (const std::string& path : follow_up.watch_path()) {
      digests.push_back(path);
    }
    for (const std::string& step : follow_up.watch_step()) {
      digests.push_back(step);
    }
    for (const Action& action : follow_up.action()) {
      digests.push_back(ActionDigest(action, {}));
    }
  }
  return digests;
}

absl::Status NotAsPredicted(const std::string& step,
                            const std::vector<std::string>& then,
                            const std::vector<std::string>& now) {
  return DiagnosticError(absl::StatusCode::kAborted, "plan/not-as-predicted",
                         "the step would now do something else than the saved "
                         "plan says")
      .Step(step)
      .Expected(absl::StrCat(then.size(), " actions, as shown by plan show"))
      .Found(absl::StrCat(now.size(), " actions, not the same"))
      .Next(
          "make the plan again and look at it: provision plan PLAN --out "
          "FILE");
}

}  // namespace

std::vector<StepPlan> FreshProposals::All(const std::vector<bool>& selected) {
  return planner_.ProposeAll(selected);
}

StepPlan FreshProposals::AtTurn(int i, const StepPlan& planned,
                                bool unchanged) {
  // The preview's proposal holds as long as nothing has been performed.
  if (unchanged && planned.proposal.fidelity() == Proposal::EXACT) {
    return planned;
  }
  return planner_.Propose(i, {});
}

StepPlan FreshProposals::AfterSteps(int i, const StepPlan&) {
  return planner_.Propose(i, {});
}

bool SavedProposals::Accepted(const std::string& step) const {
  return accept_.count(step) > 0 || accept_.count("unknown") > 0;
}

std::vector<StepPlan> SavedProposals::All(const std::vector<bool>&) {
  std::vector<StepPlan> plans;
  for (int i = 0; i < saved_.step_size(); ++i) {
    const SavedPlan::OfStep& step = saved_.step(i);
    StepPlan plan;
    plan.here = step.here();
    plan.proposal = step.proposal();
    plan.facts = {step.fact().begin(), step.fact().end()};
    if (plan.proposal.fidelity() == Proposal::UNKNOWN && !Accepted(step.id())) {
      plan.status =
          DiagnosticError(absl::StatusCode::kInvalidArgument,
                          "plan/unknown-step-saved",
                          absl::StrCat("what step \"", step.id(),
                                       "\" does was unknown when the plan was "
                                       "saved"))
              .Step(step.id())
              .Next(absl::StrCat("--accept ", step.id()));
    } else if (plan.here) {
      // The file may be one that nobody was shown.
      plan.status = planner_.Judge(i, &plan.proposal);
    }
    plans.push_back(std::move(plan));
  }
  return plans;
}

StepPlan SavedProposals::AtTurn(int i, const StepPlan& planned, bool) {
  if (!planned.here || planned.proposal.fidelity() == Proposal::EXACT) {
    return planned;
  }
  StepPlan now = planner_.Propose(i, {});
  if (!IsAlreadySo(now.proposal)) HoldTo(planned.proposal, i, &now);
  return now;
}

StepPlan SavedProposals::AfterSteps(int i, const StepPlan& planned) {
  if (planned.proposal.fidelity() == Proposal::EXACT) return planned;
  StepPlan now = planner_.Propose(i, {});
  // What the step itself did is behind us.
  Proposal saved = planned.proposal;
  for (Proposal* proposal : {&saved, &now.proposal}) {
    proposal->clear_action();
    proposal->clear_rung();
  }
  HoldTo(saved, i, &now);
  return now;
}

void SavedProposals::HoldTo(const Proposal& saved, int i, StepPlan* now) const {
  if (!now->status.ok()) return;
  if (saved.fidelity() == Proposal::UNKNOWN) {
    now->status = CheckEnvelope(saved.envelope(), now->proposal);
    return;
  }
  const std::vector<std::string> then = Digests(saved);
  const std::vector<std::string> found = Digests(now->proposal);
  if (then != found) {
    now->status = NotAsPredicted(saved_.step(i).id(), then, found);
  }
}

}  // namespace provision
