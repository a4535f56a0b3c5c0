#include "core/journal/run_history.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/planted_bug.h"

namespace provision {
namespace {

// Did FAIL of this class close an action without anything being wrong with it?
bool ClosedByRecovery(JournalRecord::Fail::Class failure_class) {
  switch (failure_class) {
    case JournalRecord::Fail::NOT_DONE:
    case JournalRecord::Fail::UNDONE:
    case JournalRecord::Fail::REDO:
      return true;
    default:
      return false;
  }
}

bool CountsIn(const CommittedAction& action, absl::string_view boot_id) {
  return !action.intent.action().is_volatile() || action.boot_id == boot_id ||
         IsPlanted("volatile_counts_after_boot");
}

int ActionCount(const JournalRecord::Proposed& proposed) {
  for (const Rung& rung : proposed.proposal().rung()) {
    if (rung.name() == proposed.rung()) return rung.action_size();
  }
  return proposed.proposal().action_size();
}

}  // namespace

ActionKey KeyOf(const ActionId& id) {
  return {id.step(), id.digest(), id.ordinal()};
}

RunHistory::RunHistory(JournalContents contents)
    : verdict_(contents.verdict),
      end_(std::move(contents.end)),
      dropped_bytes_(contents.dropped_bytes),
      detail_(std::move(contents.detail)),
      tail_doubt_(contents.tail_doubt) {
  for (JournalRecord& record : contents.records) Apply(record);
  std::reverse(open_.begin(), open_.end());
  if (rollback_) FindLeftToUndo();
}

void RunHistory::Apply(JournalRecord& record) {
  switch (record.record_case()) {
    case JournalRecord::kBegin:
      begin_ = record.begin();
      boot_id_ = record.begin().boot_id();
      break;
    case JournalRecord::kResume:
      boot_id_ = record.resume().boot_id();
      tail_doubt_ |= record.resume().tail() == JournalRecord::BAD_TAIL;
      interrupted_.reset();
      abort_.reset();
      failed_.clear();
      break;
    case JournalRecord::kProposed:
      since_proposed_[record.proposed().step()] = 0;
      proposed_[record.proposed().step()] =
          std::move(*record.mutable_proposed());
      break;
    case JournalRecord::kIntent:
      ApplyIntent(std::move(*record.mutable_intent()));
      break;
    case JournalRecord::kCommit:
      ApplyCommit(record.commit());
      break;
    case JournalRecord::kFail:
      ApplyFail(record.fail());
      break;
    case JournalRecord::kSkip:
      steps_.insert(record.skip().step());
      break;
    case JournalRecord::kStepDone:
      steps_.insert(record.step_done().step());
      steps_done_[record.step_done().step()] = record.step_done().rung();
      failed_.erase(record.step_done().step());
      break;
    case JournalRecord::kUndoBegin:
      ApplyUndoBegin(record.undo_begin());
      break;
    case JournalRecord::kUndoCommit:
      Forget(record.undo_commit().id());
      break;
    case JournalRecord::kUndoEnd:
      if (rollback_ && rollback_->begin.whole_run()) {
        undo_end_ = record.undo_end();
        if (undo_end_->outcome() == JournalRecord::UndoEnd::UNDONE) {
          begun_.clear();
        }
      }
      rollback_.reset();
      break;
    case JournalRecord::kInterrupted:
      interrupted_ = record.interrupted();
      break;
    case JournalRecord::kAbort:
      abort_ = record.abort();
      break;
    case JournalRecord::kDone:
      done_ = record.done();
      break;
    case JournalRecord::kUndoIntent:
    case JournalRecord::kEvidence:
    case JournalRecord::RECORD_NOT_SET:
      break;
  }
}

void RunHistory::ApplyIntent(JournalRecord::Intent intent) {
  steps_.insert(intent.id().step());
  begun_.insert(intent.id().step());
  steps_done_.erase(intent.id().step());
  last_step_ = intent.id().step();
  open_.push_back(std::move(intent));
  undo_end_.reset();
  done_.reset();
}

void RunHistory::ApplyCommit(const JournalRecord::Commit& commit) {
  const ActionKey key = KeyOf(commit.id());
  auto open = std::find_if(open_.rbegin(), open_.rend(),
                           [&key](const JournalRecord::Intent& intent) {
                             return KeyOf(intent.id()) == key;
                           });
  // One that a person assumes done may have no INTENT.
  CommittedAction committed;
  if (open != open_.rend()) {
    committed.intent = std::move(*open);
    open_.erase(std::next(open).base());
  } else {
    *committed.intent.mutable_id() = commit.id();
  }
  committed.commit = commit;
  committed.boot_id = boot_id_;
  const FollowUpDigest& follow_up = committed.intent.follow_up();
  if (!follow_up.name().empty()) {
    follow_ups_[follow_up.name()] = follow_up.digest();
  }
  auto failed = failed_.find(commit.id().step());
  if (failed != failed_.end() && KeyOf(failed->second.id()) == key) {
    failed_.erase(failed);
  }
  redone_.erase(key);
  ++since_proposed_[commit.id().step()];
  committed_.push_back(std::move(committed));
}

void RunHistory::Close(const ActionKey& key) {
  open_.erase(std::remove_if(open_.begin(), open_.end(),
                             [&key](const JournalRecord::Intent& intent) {
                               return KeyOf(intent.id()) == key;
                             }),
              open_.end());
}

void RunHistory::ApplyFail(const JournalRecord::Fail& fail) {
  Close(KeyOf(fail.id()));
  if (fail.failure_class() == JournalRecord::Fail::REDO) {
    Forget(fail.id());
    redone_.insert(KeyOf(fail.id()));
  }
  if (!ClosedByRecovery(fail.failure_class())) {
    failed_[fail.id().step()] = fail;
  }
}

void RunHistory::ApplyUndoBegin(const JournalRecord::UndoBegin& undo) {
  rollback_.emplace();
  rollback_->begin = undo;
  undo_end_.reset();
  to_undo_.clear();
  for (const ActionId& id : undo.undo()) to_undo_.insert(KeyOf(id));
}

void RunHistory::Forget(const ActionId& id) {
  const ActionKey key = KeyOf(id);
  Close(key);
  auto newest = std::find_if(committed_.rbegin(), committed_.rend(),
                             [&key](const CommittedAction& action) {
                               return KeyOf(action.commit.id()) == key;
                             });
  if (newest != committed_.rend()) committed_.erase(std::next(newest).base());
  if (auto left = to_undo_.find(key); left != to_undo_.end()) {
    to_undo_.erase(left);
  }
  steps_done_.erase(id.step());
}

void RunHistory::FindLeftToUndo() {
  std::multiset<ActionKey> wanted = to_undo_;
  for (auto action = committed_.rbegin(); action != committed_.rend();
       ++action) {
    auto found = wanted.find(KeyOf(action->commit.id()));
    if (found == wanted.end()) continue;
    wanted.erase(found);
    rollback_->left.push_back(*action);
  }
}

const CommittedAction* RunHistory::FindCommitted(
    const ActionId& id, absl::string_view boot_id) const {
  for (auto action = committed_.rbegin(); action != committed_.rend();
       ++action) {
    if (KeyOf(action->commit.id()) == KeyOf(id) && CountsIn(*action, boot_id)) {
      return &*action;
    }
  }
  return nullptr;
}

bool RunHistory::HasActedFor(absl::string_view step) const {
  return std::any_of(committed_.begin(), committed_.end(),
                     [step](const CommittedAction& action) {
                       return action.intent.id().step() == step;
                     });
}

std::string RunHistory::Where() const {
  if (done_) return "";
  if (rollback_) {
    return absl::StrCat("killed while rolling back, ", rollback_->left.size(),
                        " of ", rollback_->begin.undo_size(), " actions left");
  }
  absl::string_view how = "killed";
  if (interrupted_) {
    how = "interrupted";
  } else if (!failed_.empty()) {
    how = "failed";
  } else if (abort_) {
    how = "stopped";
  }
  const std::string& step =
      failed_.empty() ? last_step_ : failed_.begin()->first;
  if (step.empty()) return absl::StrCat(how, " before the first action");
  const auto since = since_proposed_.find(step);
  const int count = since == since_proposed_.end() ? 0 : since->second;
  auto proposed = proposed_.find(step);
  if (proposed == proposed_.end()) {
    return absl::StrCat(
        how, " in step ", step, ", ", count,
        count == 1 ? " action committed" : " actions committed");
  }
  return absl::StrCat(how, " in step ", step, ", ", count, " of ",
                      ActionCount(proposed->second), " actions committed");
}

}  // namespace provision
