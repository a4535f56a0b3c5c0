#include "core/engine/follow_ups.h"

#include <algorithm>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/api/proposal.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/serialize.h"

namespace provision {
namespace {

// A follow-up as one or several steps propose it.
struct FollowUp {
  std::vector<int> steps;  // that propose it, or that it watches
  std::vector<std::string> paths;
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

std::map<std::string, FollowUp> Collect(const CheckedPlan& plan,
                                        const std::vector<StepPlan>& plans,
                                        Planner& planner) {
  std::map<std::string, FollowUp> follow_ups;
  for (size_t i = 0; i < plans.size(); ++i) {
    if (!plans[i].here || plans[i].proposal.on_change_size() == 0) continue;
    // What it would do now, after the steps have run.
    const StepPlan now = planner.Propose(static_cast<int>(i), {});
    for (const Proposal::OnChange& change : now.proposal.on_change()) {
      FollowUp& follow_up = follow_ups[change.name()];
      follow_up.steps.push_back(static_cast<int>(i));
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

absl::Status PerformOne(Engine& engine, const CheckedPlan& plan,
                        const std::string& name, const FollowUp& follow_up,
                        const std::string& previous, const std::string& digest,
                        Executor& executor, Tally& tally) {
  const CheckedStep& step = plan.steps[follow_up.steps.front()];
  absl::StatusOr<std::vector<ActionId>> ids =
      IdentifyActions(absl::StrCat(step.id, "/", name), follow_up.actions,
                      engine.system, executor.context().secrets);
  absl::Status status = ids.status();
  int performed = 0;
  for (int a = 0; status.ok() && a < follow_up.actions.size(); ++a) {
    StepAction action;
    action.step = step.id;
    action.action = follow_up.actions[a];
    // A follow-up is performed each time it is due, whatever its class: what
    // tells one time from another is the run and the change.
    action.id = (*ids)[a];
    action.id.set_digest(Sha256Hex(absl::StrCat(
        action.id.digest(), executor.run().id(), previous, digest)));
    action.number = a + 1;
    action.root = step.root;
    if (a + 1 == follow_up.actions.size()) {
      action.follow_up.emplace();
      action.follow_up->set_name(name);
      action.follow_up->set_digest(digest);
    }
    status = executor.Perform(action).status;
    if (status.ok()) ++performed;
  }
  Event event;
  event.set_step(step.id);
  if (status.ok()) {
    tally.AddChanged(performed);
    event.mutable_follow_up()->set_name(name);
    event.mutable_follow_up()->set_done(true);
  } else {
    tally.AddDue();
    tally.AddFailed(executor.durability_lost() ? ExitCode::kNotDurable
                                               : ExitCode::kStopped);
    event.mutable_step_failed()->set_text(absl::StrCat("follow-up ", name));
    *event.mutable_step_failed()->mutable_diagnostic() =
        DiagnosticFromStatus(WithStep(status, step.id));
  }
  engine.events.Emit(std::move(event));
  return absl::OkStatus();
}

}  // namespace

absl::Status PerformFollowUps(Engine& engine, const CheckedPlan& plan,
                              const std::vector<StepPlan>& plans,
                              const std::vector<StepEnd>& ends,
                              Planner& planner, Executor& executor,
                              const PlanHistory& history,
                              const std::set<std::string>& in_doubt,
                              Tally& tally) {
  for (const auto& [name, follow_up] : Collect(plan, plans, planner)) {
    const std::string digest = DigestOf(follow_up.paths, engine.facts);
    const absl::optional<std::string> last = history.FollowUp(name);
    if (last == digest) continue;
    const bool may_run =
        engine.system.stop_requests() == 0 && !executor.durability_lost() &&
        in_doubt.count(absl::StrCat(plan.steps[follow_up.steps.front()].id, "/",
                                    name)) == 0 &&
        std::all_of(follow_up.steps.begin(), follow_up.steps.end(),
                    [&ends](int i) { return ends[i] == StepEnd::kSucceeded; });
    if (may_run) {
      absl::Status status =
          PerformOne(engine, plan, name, follow_up, last.value_or(""), digest,
                     executor, tally);
      if (!status.ok()) return status;
      continue;
    }
    tally.AddDue();
    Event event;
    event.set_step(plan.steps[follow_up.steps.front()].id);
    event.mutable_follow_up()->set_name(name);
    event.mutable_follow_up()->set_due(true);
    engine.events.Emit(std::move(event));
  }
  return absl::OkStatus();
}

}  // namespace provision
