#include "core/engine/action_sequence.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/parallel_for.h"
#include "core/base/sync_tree.h"
#include "core/engine/group_choice.h"

namespace provision {
namespace {

constexpr int kMaxAtOnce = 8;

absl::Status WithPosition(const absl::Status& status, int number,
                          size_t count) {
  Diagnostic diagnostic = DiagnosticFromStatus(status);
  Diagnostic::Detail* at = diagnostic.add_detail();
  at->set_label("at");
  at->set_text(absl::StrCat("action ", number, " of ", count));
  return StatusFromDiagnostic(status.code(), diagnostic);
}

// The actions of one step, and how far they have come.
class Sequence {
 public:
  Sequence(Engine& engine, Executor& executor,
           const std::vector<StepAction>& actions)
      : engine_(engine),
        executor_(executor),
        actions_(actions),
        // Else one syncfs would not tell that something was not written.
        may_group_(SyncfsReportsErrors(engine.system.names().release)) {}

  SequenceEnd Perform() {
    while (!has_ended_ && next_ < actions_.size()) {
      const StepAction& action = actions_[next_];
      if (engine_.system.stop_requests() > 0) {
        end_.status = absl::CancelledError(
            absl::StrCat("stopped before action ", action.number));
        break;
      }
      const std::vector<const StepAction*> group = NextGroup();
      if (group.size() >= kMinGroup) {
        AdvanceAll(executor_.PerformGroup(group));
        continue;
      }
      const std::vector<const StepAction*> beside = NextBesideOthers();
      if (beside.size() > 1) {
        AdvanceAll(PerformAtOnce(beside));
      } else {
        Advance(executor_.Perform(action));
      }
    }
    return std::move(end_);
  }

 private:
  // What may be performed at once from here on.
  std::vector<const StepAction*> NextGroup() const {
    std::vector<const StepAction*> group;
    if (!may_group_) return group;
    GroupChoice choice(engine_.handlers);
    for (size_t i = next_; i < actions_.size(); ++i) {
      if (!choice.Take(actions_[i])) break;
      group.push_back(&actions_[i]);
    }
    return group;
  }

  // Those from here on that need nothing of each other.
  std::vector<const StepAction*> NextBesideOthers() const {
    std::vector<const StepAction*> beside;
    for (size_t i = next_; i < actions_.size(); ++i) {
      const Action& action = actions_[i].action;
      if (action.kind_case() != actions_[next_].action.kind_case() ||
          !engine_.handlers.Get(action).runs_beside_others(action)) {
        break;
      }
      beside.push_back(&actions_[i]);
    }
    return beside;
  }

  // One result each; after one that ends the step, or a stop, no further one is
  // begun.
  std::vector<PerformResult> PerformAtOnce(
      const std::vector<const StepAction*>& actions) {
    std::vector<PerformResult> results(actions.size(),
                                       {PerformResult::Outcome::kNotBegun});
    ParallelFor(actions.size(), kMaxAtOnce, [&](size_t i) -> absl::Status {
      if (engine_.system.stop_requests() > 0) {
        return absl::CancelledError("stop requested");
      }
      results[i] = executor_.Perform(*actions[i]);
      const bool goes_on =
          results[i].outcome != PerformResult::Outcome::kFailed &&
          results[i].outcome != PerformResult::Outcome::kInDoubt;
      return goes_on ? absl::OkStatus() : absl::AbortedError("ends the step");
    }).IgnoreError();  // the results say it
    return results;
  }

  void AdvanceAll(const std::vector<PerformResult>& results) {
    for (const PerformResult& result : results) {
      // What follows a failure or a stop was not begun, but for what ran
      // beside it.
      if (result.outcome == PerformResult::Outcome::kNotBegun) break;
      Advance(result);
    }
  }

  // What became of the next action. The first that ends the step says why.
  void Advance(const PerformResult& result) {
    const StepAction& action = actions_[next_++];
    switch (result.outcome) {
      case PerformResult::Outcome::kCommitted:
        ++end_.committed;
        break;
      case PerformResult::Outcome::kAlreadyAsWanted:
      case PerformResult::Outcome::kNotBegun:
        break;
      case PerformResult::Outcome::kDoneOnce:
        ++end_.done_once;
        break;
      case PerformResult::Outcome::kAssumed:
        ++end_.assumed;
        break;
      case PerformResult::Outcome::kInDoubt:
        if (std::exchange(has_ended_, true)) break;
        end_.in_doubt = true;
        end_.status = result.status;
        break;
      case PerformResult::Outcome::kFailed:
        if (std::exchange(has_ended_, true)) break;
        end_.failed = &action;
        end_.status =
            WithPosition(result.status, action.number, actions_.size());
        break;
    }
  }

  Engine& engine_;
  Executor& executor_;
  const std::vector<StepAction>& actions_;
  const bool may_group_;
  size_t next_ = 0;
  bool has_ended_ = false;
  SequenceEnd end_;
};

}  // namespace

SequenceEnd PerformInOrder(Engine& engine, Executor& executor,
                           const std::vector<StepAction>& actions) {
  return Sequence(engine, executor, actions).Perform();
}

}  // namespace provision
