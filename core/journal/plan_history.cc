#include "core/journal/plan_history.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/base/planted_bug.h"

namespace provision {
namespace {

bool CountsIn(const Carry::Commit& commit, absl::string_view boot_id) {
  return !commit.has_volatile_boot_id() || commit.volatile_boot_id() == boot_id;
}

Carry::OfPlan* FindOrAdd(Carry* carry, const PlanIdentity& plan) {
  for (Carry::OfPlan& of_plan : *carry->mutable_plan()) {
    if (SamePlan(of_plan.plan(), plan)) return &of_plan;
  }
  Carry::OfPlan* added = carry->add_plan();
  *added->mutable_plan() = plan;
  return added;
}

void DropEmpty(Carry* carry) {
  auto* plans = carry->mutable_plan();
  plans->erase(std::remove_if(plans->begin(), plans->end(),
                              [](const Carry::OfPlan& plan) {
                                return plan.commit().empty() &&
                                       plan.follow_up().empty() &&
                                       !plan.history_lost();
                              }),
               plans->end());
}

// Convergent actions may be done again, so nothing of them is kept.
bool MustOutlive(const CommittedAction& action) {
  return action.intent.repeat_class() != Action::CONVERGENT;
}

}  // namespace

PlanHistory::PlanHistory(PlanIdentity plan, const Carry& carry,
                         std::vector<RunHistory> runs)
    : plan_(std::move(plan)), runs_(std::move(runs)) {
  for (const Carry::OfPlan& of_plan : carry.plan()) {
    if (SamePlan(of_plan.plan(), plan_)) carry_ = of_plan;
  }
}

PlanHistory::Found PlanHistory::Judge(absl::string_view host_id) const {
  if (runs_.empty()) return Found::kNothing;
  const RunHistory& last = runs_.back();
  if (last.begin().host_id() != host_id && !IsPlanted("host_id_ignored")) {
    return Found::kOtherHost;
  }
  for (const RunHistory& run : runs_) {
    if (run.rollback()) return Found::kRollbackUnfinished;
  }
  return last.done() || last.undo_end() ? Found::kDone : Found::kUnfinished;
}

CommitOnRecord PlanHistory::OnRecord(const ActionId& id,
                                     absl::string_view boot_id) const {
  const auto told = [](bool assumed) {
    return assumed ? CommitOnRecord::kAssumed : CommitOnRecord::kDone;
  };
  for (auto run = runs_.rbegin(); run != runs_.rend(); ++run) {
    const CommittedAction* found = run->FindCommitted(id, boot_id);
    if (found != nullptr) return told(found->commit.assumed());
    if (run->redone().count(KeyOf(id)) > 0) return CommitOnRecord::kNone;
  }
  const auto& kept = carry_.commit();
  const auto found = std::find_if(
      kept.rbegin(), kept.rend(), [&](const Carry::Commit& commit) {
        return KeyOf(commit.id()) == KeyOf(id) && CountsIn(commit, boot_id);
      });
  return found == kept.rend() ? CommitOnRecord::kNone : told(found->assumed());
}

absl::optional<std::string> PlanHistory::FollowUp(
    absl::string_view name) const {
  for (auto run = runs_.rbegin(); run != runs_.rend(); ++run) {
    auto found = run->follow_ups().find(std::string(name));
    if (found != run->follow_ups().end()) return found->second;
  }
  for (const FollowUpDigest& follow_up : carry_.follow_up()) {
    if (follow_up.name() == name) return follow_up.digest();
  }
  return absl::nullopt;
}

bool PlanHistory::tail_doubt() const {
  return history_lost() ||
         std::any_of(runs_.begin(), runs_.end(),
                     [](const RunHistory& run) { return run.tail_doubt(); });
}

std::vector<std::string> PlanHistory::Orphans(
    const std::vector<std::string>& steps) const {
  const std::set<std::string> wanted(steps.begin(), steps.end());
  std::set<std::string> orphans;
  for (const RunHistory& run : runs_) {
    for (const CommittedAction& action : run.committed()) {
      if (wanted.count(action.commit.id().step()) == 0) {
        orphans.insert(action.commit.id().step());
      }
    }
  }
  return {orphans.begin(), orphans.end()};
}

bool SamePlan(const PlanIdentity& a, const PlanIdentity& b) {
  return a.name() == b.name() && a.folder() == b.folder() &&
         a.bundle_id() == b.bundle_id();
}

void CarryOver(const RunHistory& run, Carry* carry) {
  Carry::OfPlan* of_plan = FindOrAdd(carry, run.begin().plan());
  // What an earlier call took from this run may be undone by now.
  auto* commits = of_plan->mutable_commit();
  commits->erase(
      std::remove_if(commits->begin(), commits->end(),
                     [&run](const Carry::Commit& commit) {
                       return commit.run() == run.id() ||
                              run.redone().count(KeyOf(commit.id())) > 0;
                     }),
      commits->end());
  for (const CommittedAction& action : run.committed()) {
    if (!MustOutlive(action)) continue;
    Carry::Commit* commit = commits->Add();
    *commit->mutable_id() = action.commit.id();
    commit->set_repeat_class(action.intent.repeat_class());
    commit->set_run(run.id());
    if (action.commit.assumed()) commit->set_assumed(true);
    if (action.intent.action().is_volatile()) {
      commit->set_volatile_boot_id(action.boot_id);
    }
  }
  for (const auto& [name, digest] : run.follow_ups()) {
    auto* follow_ups = of_plan->mutable_follow_up();
    auto found = std::find_if(
        follow_ups->begin(), follow_ups->end(),
        [&name = name](const FollowUpDigest& f) { return f.name() == name; });
    FollowUpDigest* follow_up =
        found == follow_ups->end() ? follow_ups->Add() : &*found;
    follow_up->set_name(name);
    follow_up->set_digest(digest);
  }
  if (run.done()) of_plan->clear_history_lost();
  DropEmpty(carry);
}

void LoseHistory(const PlanIdentity& plan, Carry* carry) {
  FindOrAdd(carry, plan)->set_history_lost(true);
}

}  // namespace provision
