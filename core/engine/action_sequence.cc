#include "core/engine/action_sequence.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/sync_tree.h"
#include "core/engine/group_choice.h"

namespace provision {
namespace {

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
      if (group.size() < kMinGroup) {
        Advance(executor_.Perform(action));
        continue;
      }
      for (const PerformResult& result : executor_.PerformGroup(group)) {
        // What follows a failure or a stop was not begun.
        if (result.outcome == PerformResult::Outcome::kNotBegun) break;
        Advance(result);
        if (has_ended_) break;
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

  // What became of the next action.
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
        has_ended_ = true;
        end_.in_doubt = true;
        end_.status = result.status;
        break;
      case PerformResult::Outcome::kFailed:
        has_ended_ = true;
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
