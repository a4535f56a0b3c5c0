#include "core/engine/follow_ups.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/api/proposal.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/serialize.h"
#include "core/base/status_macros.h"
#include "core/engine/action_sequence.h"
#include "core/engine/doubt.h"
#include "core/engine/step_action.h"

namespace provision {
namespace {

// A follow-up as one or several steps propose it.
struct FollowUp {
  std::vector<int> steps;  // that propose it, or that it watches
  std::vector<std::string> paths;
  absl::Status status;  // why it must not be performed; or OK
  Proposal proposal;    // the one whose actions these are
  google::protobuf::RepeatedPtrField<Action> actions;
};

// Digest of what is at `paths`: states that an action could compare.
std::string DigestOf(const std::vector<std::string>& paths,
                     FactReader& reader) {
  Facts facts(reader, {});
  Sha256 digest;
  for (const std::string& path : paths) {
    digest.Update(path);
    digest.Update(DeterministicBytes(ComparableState(facts.Digest(path))));
  }
  return digest.FinalHex();
}

// A preview that was sure tells all that can follow.
bool MayHaveFollowUps(const StepPlan& plan) {
  return plan.here && plan.selected &&
         (plan.proposal.on_change_size() > 0 ||
          plan.proposal.fidelity() != Proposal::EXACT);
}

std::map<std::string, FollowUp> Collect(const CheckedPlan& plan,
                                        const std::vector<StepPlan>& plans,
                                        ProposalSource& proposals) {
  std::map<std::string, FollowUp> follow_ups;
  for (size_t i = 0; i < plans.size(); ++i) {
    if (!MayHaveFollowUps(plans[i])) continue;
    const StepPlan now = proposals.AfterSteps(static_cast<int>(i), plans[i]);
    // One that can no longer be proposed is due all the same.
    const bool as_previewed =
        !now.status.ok() && plans[i].proposal.on_change_size() > 0;
    const Proposal& proposal = as_previewed ? plans[i].proposal : now.proposal;
    for (const Proposal::OnChange& change : proposal.on_change()) {
      FollowUp& follow_up = follow_ups[change.name()];
      follow_up.steps.push_back(static_cast<int>(i));
      follow_up.status.Update(now.status);
      follow_up.proposal = proposal;
      follow_up.actions = change.action();
      for (const std::string& path : change.watch_path()) {
        follow_up.paths.push_back(path);
      }
      for (const std::string& watched : change.watch_step()) {
        for (size_t s = 0; s < plan.steps.size(); ++s) {
          if (plan.steps[s].step.name() != watched) continue;
          follow_up.steps.push_back(static_cast<int>(s));
          const auto& provided = plans[s].proposal.provides().path();
          follow_up.paths.insert(follow_up.paths.end(), provided.begin(),
                                 provided.end());
        }
      }
    }
  }
  return follow_ups;
}

// One follow-up that is due, because what it watches went from the digest
// `previous` to `digest`.
struct DueFollowUp {
  const std::string& name;
  const FollowUp& follow_up;
  const CheckedStep& step;
  std::string previous;
  std::string digest;
};

absl::StatusOr<std::vector<StepAction>> ActionsOf(const DueFollowUp& due,
                                                  Engine& engine,
                                                  Executor& executor) {
  const auto& actions = due.follow_up.actions;
  PROVISION_ASSIGN_OR_RETURN(
      const std::vector<ActionId> ids,
      IdentifyActions(absl::StrCat(due.step.id, "/", due.name), actions,
                      engine.system, executor.context().secrets));
  std::vector<StepAction> sequence;
  for (int a = 0; a < actions.size(); ++a) {
    StepAction action = ActionOf(due.step, due.follow_up.proposal, actions[a]);
    // A follow-up is performed each time it is due, whatever its class: what
    // tells one time from another is the run and the change.
    action.id = ids[a];
    action.id.set_digest(Sha256Hex(absl::StrCat(
        action.id.digest(), executor.run_id(), due.previous, due.digest)));
    action.number = a + 1;
    if (a + 1 == actions.size()) {
      action.follow_up.emplace();
      action.follow_up->set_name(due.name);
      action.follow_up->set_digest(due.digest);
    }
    sequence.push_back(std::move(action));
  }
  return sequence;
}

void PerformOne(const DueFollowUp& due, Engine& engine, Executor& executor,
                Tally& tally) {
  SequenceEnd end;
  end.status = due.follow_up.status;
  if (end.status.ok()) {
    absl::StatusOr<std::vector<StepAction>> actions =
        ActionsOf(due, engine, executor);
    end.status = actions.status();
    if (actions.ok()) end = PerformInOrder(engine, executor, *actions);
  }
  if (!end.status.ok()) tally.AddDue();
  Event event = EventOf(due.step.id);
  if (end.status.ok()) {
    tally.AddChanged(end.committed);
    event.mutable_follow_up()->set_name(due.name);
    event.mutable_follow_up()->set_done(true);
  } else if (end.in_doubt) {
    tally.AddInDoubt(end.committed);
    *event.mutable_in_doubt() = InDoubtEvent(end.status);
  } else {
    tally.AddFailed(
        executor.durability_lost() ? ExitCode::kNotDurable : ExitCode::kStopped,
        end.committed);
    event.mutable_step_failed()->set_text(absl::StrCat("follow-up ", due.name));
    *event.mutable_step_failed()->mutable_diagnostic() =
        DiagnosticFromStatus(AboutStep(due.step, end.status));
  }
  engine.events.Emit(std::move(event));
}

}  // namespace

void PerformFollowUps(Engine& engine, const CheckedPlan& plan,
                      const std::vector<StepPlan>& plans,
                      const std::vector<StepEnd>& ends,
                      ProposalSource& proposals, Executor& executor,
                      const PlanHistory& history,
                      const std::set<std::string>& in_doubt, Tally& tally) {
  for (const auto& [name, follow_up] : Collect(plan, plans, proposals)) {
    const std::string digest = DigestOf(follow_up.paths, engine.facts);
    const absl::optional<std::string> last = history.FollowUp(name);
    if (last == digest) continue;
    const CheckedStep& step = plan.steps[follow_up.steps.front()];
    const bool may_run =
        engine.system.stop_requests() == 0 && !executor.durability_lost() &&
        in_doubt.count(absl::StrCat(step.id, "/", name)) == 0 &&
        std::all_of(follow_up.steps.begin(), follow_up.steps.end(),
                    [&ends](int i) { return ends[i] == StepEnd::kSucceeded; });
    if (may_run) {
      PerformOne({name, follow_up, step, last.value_or(""), digest}, engine,
                 executor, tally);
      continue;
    }
    tally.AddDue();
    Event event = EventOf(step.id);
    event.mutable_follow_up()->set_name(name);
    event.mutable_follow_up()->set_due(true);
    engine.events.Emit(std::move(event));
  }
}

}  // namespace provision
