#include "core/engine/due_checks.h"

#include <algorithm>
#include <utility>

namespace provision {
namespace {

bool HasCommits(const RunHistory& run, const std::string& step) {
  return std::any_of(run.committed().begin(), run.committed().end(),
                     [&step](const CommittedAction& action) {
                       return action.intent.id().step() == step;
                     });
}

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
    if (!HasCommits(*run, step)) continue;
    if (run->done().has_value()) return absl::nullopt;
    auto found = run->proposed().find(step);
    JournalRecord::Proposed proposed;
    if (found != run->proposed().end()) proposed = found->second;
    KeepTakenRung(&proposed);
    return proposed;
  }
  return absl::nullopt;
}

}  // namespace provision
