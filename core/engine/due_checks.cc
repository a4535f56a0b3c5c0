#include "core/engine/due_checks.h"

#include <algorithm>
#include <utility>

namespace provision {
namespace {

// Earlier versions recorded the whole ladder.
void KeepTakenRung(JournalRecord::Proposed* proposed) {
  auto* rungs = proposed->mutable_proposal()->mutable_rung();
  auto taken = std::find_if(
      rungs->begin(), rungs->end(),
      [proposed](const Rung& rung) { return rung.name() == proposed->rung(); });
  if (taken == rungs->end()) return;
  Rung kept = std::move(*taken);
  rungs->Clear();
  *rungs->Add() = std::move(kept);
}

}  // namespace

absl::optional<JournalRecord::Proposed> UncheckedProposal(
    const PlanHistory& history, const std::string& step) {
  for (auto run = history.runs().rbegin(); run != history.runs().rend();
       ++run) {
    if (run->steps_done().count(step) > 0) return absl::nullopt;
    if (!run->HasActedFor(step)) continue;
    if (run->done().has_value()) return absl::nullopt;
    auto found = run->proposed().find(step);
    JournalRecord::Proposed proposed;
    if (found != run->proposed().end()) proposed = found->second;
    KeepTakenRung(&proposed);
    return proposed;
  }
  return absl::nullopt;
}

void NoteDueChecks(const CheckedPlan& plan, const PlanHistory& history,
                   std::vector<StepPlan>* steps) {
  for (size_t i = 0; i < steps->size(); ++i) {
    StepPlan& step = (*steps)[i];
    if (!step.here || !step.selected || step.pending()) continue;
    const absl::optional<JournalRecord::Proposed> unchecked =
        UncheckedProposal(history, plan.steps[i].id);
    if (unchecked.has_value()) {
      step.due = ProposalToCheck(step.proposal, *unchecked);
    }
  }
}

const Proposal& ProposalToCheck(const Proposal& proposal,
                                const JournalRecord::Proposed& unchecked) {
  return proposal.check().empty() ? unchecked.proposal() : proposal;
}

}  // namespace provision
