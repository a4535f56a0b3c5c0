#ifndef PROVISION_CORE_JOURNAL_RUN_HISTORY_H_
#define PROVISION_CORE_JOURNAL_RUN_HISTORY_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/journal/journal.pb.h"
#include "core/journal/journal_reader.h"

namespace provision {

// An ActionId as the key of a map: step, digest, ordinal.
using ActionKey = std::tuple<std::string, std::string, uint32_t>;
ActionKey KeyOf(const ActionId& id);

// An action that was committed, and still stands.
struct CommittedAction {
  JournalRecord::Intent intent;
  JournalRecord::Commit commit;
  std::string boot_id;  // of the boot in which it was committed
};

// What a run's journal says, as the engine asks it. Pure: made from records,
// looks at nothing else.
//
//   for (const auto& intent : history.open_intents()) Recover(intent);
class RunHistory {
 public:
  // A rollback that was begun and has no end on record.
  struct Rollback {
    JournalRecord::UndoBegin begin;
    // What is left to undo, in the order it is to be undone.
    std::vector<CommittedAction> left;
  };

  explicit RunHistory(JournalContents contents);

  JournalVerdict verdict() const { return verdict_; }
  const JournalPosition& end() const { return end_; }
  uint64_t dropped_bytes() const { return dropped_bytes_; }
  const std::string& detail() const { return detail_; }
  // A record may be missing that was in a damaged tail. Holds for the run from
  // then on; --redo decides action by action.
  bool tail_doubt() const { return tail_doubt_; }

  const std::string& id() const { return begin_.run(); }
  const JournalRecord::Begin& begin() const { return begin_; }
  // Of the boot that wrote last.
  const std::string& boot_id() const { return boot_id_; }
  // Set if it ended for good.
  const absl::optional<JournalRecord::Done>& done() const { return done_; }
  // The last record of that kind, if nothing but EVIDENCE and FAIL came after
  // it: why the run ended.
  const absl::optional<JournalRecord::Interrupted>& interrupted() const {
    return interrupted_;
  }
  const absl::optional<JournalRecord::Abort>& abort() const { return abort_; }
  // The end of the last rollback of the whole run, if nothing was performed
  // since: the run is over.
  const absl::optional<JournalRecord::UndoEnd>& undo_end() const {
    return undo_end_;
  }

  // INTENT without COMMIT, FAIL or UNDO_COMMIT after it; newest first.
  const std::vector<JournalRecord::Intent>& open_intents() const {
    return open_;
  }
  // In the order of their commits; without what was undone or is to be redone.
  const std::vector<CommittedAction>& committed() const { return committed_; }
  // The newest one that stands, or nullptr. An action that is gone after a
  // reboot counts only if `boot_id` is that of its commit (reliability.md 7.4).
  const CommittedAction* FindCommitted(const ActionId& id,
                                       absl::string_view boot_id) const;

  // Does a commit of `step` stand?
  bool HasActedFor(absl::string_view step) const;

  // Steps with a STEP_DONE after their last INTENT, and its rung.
  const std::map<std::string, std::string>& steps_done() const {
    return steps_done_;
  }
  // Every step that an INTENT, SKIP or STEP_DONE names.
  const std::set<std::string>& steps() const { return steps_; }
  // Every step that an INTENT names since a rollback of the whole run: it may
  // have changed the host.
  const std::set<std::string>& begun() const { return begun_; }
  // The last FAIL of each step since the run was last begun or resumed; without
  // what a later COMMIT repaired, and what recovery closed.
  const std::map<std::string, JournalRecord::Fail>& failed() const {
    return failed_;
  }
  // The newest proposal of each step on record.
  const std::map<std::string, JournalRecord::Proposed>& proposed() const {
    return proposed_;
  }
  // Digest at the last COMMIT of each follow-up.
  const std::map<std::string, std::string>& follow_ups() const {
    return follow_ups_;
  }
  const absl::optional<Rollback>& rollback() const { return rollback_; }
  // What --redo took back, in this run or from an earlier one, and no COMMIT
  // followed.
  const std::set<ActionKey>& redone() const { return redone_; }

  // For people, empty if it ended for good: "killed in step packages, 3 of 7
  // actions committed".
  std::string Where() const;

 private:
  // Takes what it keeps out of `record`.
  void Apply(JournalRecord& record);
  void ApplyIntent(JournalRecord::Intent intent);
  void ApplyCommit(const JournalRecord::Commit& commit);
  void ApplyFail(const JournalRecord::Fail& fail);
  void ApplyUndoBegin(const JournalRecord::UndoBegin& undo);
  void Close(const ActionKey& key);
  // Forgets the newest COMMIT of the action, and that it is open.
  void Forget(const ActionId& id);
  void FindLeftToUndo();

  JournalVerdict verdict_;
  JournalPosition end_;
  uint64_t dropped_bytes_;
  std::string detail_;
  bool tail_doubt_;

  JournalRecord::Begin begin_;
  std::string boot_id_;
  absl::optional<JournalRecord::Done> done_;
  absl::optional<JournalRecord::Interrupted> interrupted_;
  absl::optional<JournalRecord::Abort> abort_;
  absl::optional<JournalRecord::UndoEnd> undo_end_;
  std::vector<JournalRecord::Intent> open_;
  std::vector<CommittedAction> committed_;
  std::map<std::string, std::string> steps_done_;
  std::set<std::string> steps_;
  std::set<std::string> begun_;
  std::map<std::string, JournalRecord::Fail> failed_;
  std::map<std::string, JournalRecord::Proposed> proposed_;
  std::map<std::string, std::string> follow_ups_;
  absl::optional<Rollback> rollback_;
  std::multiset<ActionKey> to_undo_;
  std::set<ActionKey> redone_;
  std::string last_step_;
  // Commits of each step since its newest proposal.
  std::map<std::string, int> since_proposed_;
};

}  // namespace provision

#endif  // PROVISION_CORE_JOURNAL_RUN_HISTORY_H_
