#include "core/engine/action_sequence.h"

#include <string>
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
  explicit Sequence(const std::vector<StepAction>& actions)
      : actions_(&actions) {}

  bool is_open() const { return !has_ended_ && next_ < actions_->size(); }
  const StepAction& next() const { return (*actions_)[next_]; }
  // Those from here on, as far as `choice` takes them.
  void Offer(GroupChoice* choice, std::vector<const StepAction*>* taken) const {
    for (size_t i = next_; i < actions_->size(); ++i) {
      if (!choice->Take((*actions_)[i])) return;
      taken->push_back(&(*actions_)[i]);
    }
  }

  // Those from here on that are of `batch`.
  void OfferBatch(const std::string& batch, const ActionHandlers& handlers,
                  std::vector<const StepAction*>* taken) const {
    for (size_t i = next_; i < actions_->size(); ++i) {
      if (BatchKey((*actions_)[i].action, handlers) != batch) return;
      taken->push_back(&(*actions_)[i]);
    }
  }

  // Those from here on that need nothing of each other.
  std::vector<const StepAction*> BesideOthers(
      const ActionHandlers& handlers) const {
    std::vector<const StepAction*> beside;
    for (size_t i = next_; i < actions_->size(); ++i) {
      const Action& action = (*actions_)[i].action;
      if (action.kind_case() != next().action.kind_case() ||
          !handlers.Get(action).runs_beside_others(action)) {
        break;
      }
      beside.push_back(&(*actions_)[i]);
    }
    return beside;
  }

  // What became of those from here on. What follows a failure or a stop was not
  // begun, but for what ran beside it.
  void AdvanceAll(const std::vector<PerformResult>& results) {
    for (const PerformResult& result : results) {
      if (result.outcome == PerformResult::Outcome::kNotBegun) break;
      Advance(result);
    }
  }

  // What became of the next action. The first that ends the step says why.
  void Advance(const PerformResult& result) {
    const StepAction& action = (*actions_)[next_++];
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
            WithPosition(result.status, action.number, actions_->size());
        break;
    }
  }

  void Stop() {
    if (!is_open()) return;
    has_ended_ = true;
    end_.status = absl::CancelledError(
        absl::StrCat("stopped before action ", next().number));
  }

  const SequenceEnd& end() const { return end_; }

 private:
  const std::vector<StepAction>* actions_;
  size_t next_ = 0;
  bool has_ended_ = false;
  SequenceEnd end_;
};

// Sequences that share their syncs.
class Sequences {
 public:
  Sequences(Engine& engine, Executor& executor)
      : engine_(engine),
        executor_(executor),
        // Else one syncfs would not tell that something was not written.
        may_group_(SyncfsReportsErrors(engine.system.names().release)) {}

  void Add(const std::vector<StepAction>& actions) {
    all_.emplace_back(actions);
  }

  std::vector<SequenceEnd> Perform() {
    while (Sequence* first = FirstOpen()) {
      if (engine_.system.stop_requests() > 0) {
        for (Sequence& sequence : all_) sequence.Stop();
      } else if (!PerformGroup() && !PerformOneOfEach()) {
        PerformBatch(first);
      }
    }
    std::vector<SequenceEnd> ends;
    for (const Sequence& sequence : all_) ends.push_back(sequence.end());
    return ends;
  }

 private:
  Sequence* FirstOpen() {
    for (Sequence& sequence : all_) {
      if (sequence.is_open()) return &sequence;
    }
    return nullptr;
  }

  // The next action of each sequence, so that what kept them apart, such as one
  // folder that all of them make first, is done for all. False: each is at one
  // that waits to be merged.
  bool PerformOneOfEach() {
    bool did_any = false;
    for (Sequence& sequence : all_) {
      if (!sequence.is_open() || engine_.system.stop_requests() > 0 ||
          !BatchKey(sequence.next().action, engine_.handlers).empty()) {
        continue;
      }
      const std::vector<const StepAction*> beside =
          sequence.BesideOthers(engine_.handlers);
      if (beside.size() > 1) {
        sequence.AdvanceAll(PerformAtOnce(beside));
      } else {
        sequence.Advance(executor_.Perform(sequence.next()));
      }
      did_any = true;
    }
    return did_any;
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

  // The next action of `first` with what shares its batch.
  void PerformBatch(Sequence* first) {
    const std::string batch = BatchKey(first->next().action, engine_.handlers);
    if (batch.empty()) return;  // a stop was requested meanwhile
    std::vector<const StepAction*> group;
    std::vector<Sequence*> owners;
    for (Sequence& sequence : all_) {
      if (sequence.is_open()) {
        sequence.OfferBatch(batch, engine_.handlers, &group);
      }
      owners.resize(group.size(), &sequence);
    }
    if (group.size() > 1) {
      PerformAll(group, owners);
    } else {
      first->Advance(executor_.Perform(first->next()));
    }
  }

  // False: there is too little that may be performed at once from here on.
  bool PerformGroup() {
    if (!may_group_) return false;
    GroupChoice choice(engine_.handlers);
    std::vector<const StepAction*> group;
    std::vector<Sequence*> owners;
    for (Sequence& sequence : all_) {
      if (sequence.is_open()) sequence.Offer(&choice, &group);
      owners.resize(group.size(), &sequence);
    }
    if (group.size() < kMinGroup) return false;
    PerformAll(group, owners);
    return true;
  }

  void PerformAll(const std::vector<const StepAction*>& group,
                  const std::vector<Sequence*>& owners) {
    const std::vector<PerformResult> results = executor_.PerformGroup(group);
    // Those of one sequence stand together.
    for (size_t i = 0; i < results.size();) {
      size_t end = i;
      while (end < results.size() && owners[end] == owners[i]) ++end;
      owners[i]->AdvanceAll({results.begin() + i, results.begin() + end});
      i = end;
    }
  }

  Engine& engine_;
  Executor& executor_;
  const bool may_group_;
  std::vector<Sequence> all_;
};

}  // namespace

SequenceEnd PerformInOrder(Engine& engine, Executor& executor,
                           const std::vector<StepAction>& actions) {
  Sequences sequences(engine, executor);
  sequences.Add(actions);
  return sequences.Perform().front();
}

std::vector<SequenceEnd> PerformTogether(
    Engine& engine, Executor& executor,
    const std::vector<std::vector<StepAction>>& sequences) {
  Sequences together(engine, executor);
  for (const std::vector<StepAction>& actions : sequences) {
    together.Add(actions);
  }
  return together.Perform();
}

}  // namespace provision
