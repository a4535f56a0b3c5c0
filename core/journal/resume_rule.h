#ifndef PROVISION_CORE_JOURNAL_RESUME_RULE_H_
#define PROVISION_CORE_JOURNAL_RESUME_RULE_H_

// What recovery and a new proposal lead to: the two tables of reliability.md
// 7.1 and 7.2, as data. resume_rule_test.cc shows that each cell is reached
// exactly once.

#include <cstdint>

#include "core/actions/action_handler.h"
#include "core/api/action.pb.h"

namespace provision {

// What becomes of an action that began and has no end on record.
enum class RecoveryDecision {
  kAdopt,    // make the effect durable, then COMMIT `adopted`
  kDrop,     // it never happened: FAIL NOT_DONE
  kForeign,  // someone else changed it: FAIL FOREIGN_CHANGE, the run ends
  kUndo,     // undo, then FAIL UNDONE
  kInDoubt,  // left open; a person decides
};

// What becomes of an action of a new proposal.
enum class ProposalDecision {
  kPerform,
  kPerformAsDrift,  // it was done, and is gone
  kSkipDoneOnce,
  kInDoubt,
};

// What is on record of an action of a new proposal.
enum class CommitOnRecord {
  kNone,
  kDone,     // a COMMIT of it stands
  kAssumed,  // the newest one is the answer of a person: --assume-done
};

namespace resume_rule {

// Sets, as bits.
inline constexpr uint8_t kNo = 1;
inline constexpr uint8_t kYes = 2;
inline constexpr uint8_t kAny = 3;

constexpr uint8_t Bit(Audit audit) {
  return static_cast<uint8_t>(1 << static_cast<int>(audit));
}
constexpr uint8_t Bit(bool value) { return value ? kYes : kNo; }
constexpr uint8_t Bit(CommitOnRecord commit) {
  return static_cast<uint8_t>(1 << static_cast<int>(commit));
}
constexpr uint8_t Bit(Action::RepeatClass repeat_class) {
  return static_cast<uint8_t>(1 << static_cast<int>(repeat_class));
}

inline constexpr uint8_t kAfter = Bit(Audit::kAfter);
inline constexpr uint8_t kBefore = Bit(Audit::kBefore);
inline constexpr uint8_t kOther = Bit(Audit::kOther);
inline constexpr uint8_t kUnknown = Bit(Audit::kUnknown);
inline constexpr uint8_t kConvergent = Bit(Action::CONVERGENT);
inline constexpr uint8_t kOnce = Bit(Action::RUN_ONCE);
inline constexpr uint8_t kUnsafe = Bit(Action::UNSAFE_TO_REPEAT);
inline constexpr uint8_t kNone = Bit(CommitOnRecord::kNone);
inline constexpr uint8_t kDone = Bit(CommitOnRecord::kDone);
inline constexpr uint8_t kAssumed = Bit(CommitOnRecord::kAssumed);
inline constexpr uint8_t kAnyClass = kConvergent | kOnce | kUnsafe;

struct RecoveryRow {
  uint8_t audit;
  uint8_t atomic;
  uint8_t repeat_class;
  uint8_t has_inverse;
  RecoveryDecision decision;

  constexpr bool Holds(Audit a, bool is_atomic, Action::RepeatClass c,
                       bool inverse) const {
    return (audit & Bit(a)) && (atomic & Bit(is_atomic)) &&
           (repeat_class & Bit(c)) && (has_inverse & Bit(inverse));
  }
};

inline constexpr RecoveryRow kRecovery[] = {
    {kAfter, kAny, kAnyClass, kAny, RecoveryDecision::kAdopt},
    {kBefore, kYes, kAnyClass, kAny, RecoveryDecision::kDrop},
    {kBefore, kNo, kConvergent | kOnce, kAny, RecoveryDecision::kDrop},
    {kOther, kYes, kAnyClass, kAny, RecoveryDecision::kForeign},
    {kUnknown, kYes, kAnyClass, kAny, RecoveryDecision::kInDoubt},
    {kOther | kUnknown, kNo, kConvergent, kAny, RecoveryDecision::kDrop},
    {kOther | kUnknown, kNo, kOnce, kYes, RecoveryDecision::kUndo},
    {kOther | kUnknown, kNo, kOnce, kNo, RecoveryDecision::kDrop},
    {kBefore | kOther | kUnknown, kNo, kUnsafe, kYes, RecoveryDecision::kUndo},
    {kBefore | kOther | kUnknown, kNo, kUnsafe, kNo,
     RecoveryDecision::kInDoubt},
};

struct ProposalRow {
  uint8_t repeat_class;
  uint8_t commit;
  uint8_t tail_doubt;
  ProposalDecision decision;

  constexpr bool Holds(Action::RepeatClass c, CommitOnRecord on_record,
                       bool doubt) const {
    return (repeat_class & Bit(c)) && (commit & Bit(on_record)) &&
           (tail_doubt & Bit(doubt));
  }
};

inline constexpr ProposalRow kProposal[] = {
    {kConvergent, kNone, kAny, ProposalDecision::kPerform},
    {kConvergent, kDone | kAssumed, kAny, ProposalDecision::kPerformAsDrift},
    {kOnce, kNone, kAny, ProposalDecision::kPerform},
    {kOnce, kDone | kAssumed, kAny, ProposalDecision::kSkipDoneOnce},
    {kUnsafe, kNone, kNo, ProposalDecision::kPerform},
    {kUnsafe, kNone, kYes, ProposalDecision::kInDoubt},
    {kUnsafe, kDone, kAny, ProposalDecision::kInDoubt},
    // Asked and answered.
    {kUnsafe, kAssumed, kAny, ProposalDecision::kSkipDoneOnce},
};

}  // namespace resume_rule

// `repeat_class` is not REPEAT_CLASS_UNSPECIFIED. `has_inverse`: the core or
// the action's own undo command can bring back the state before.
constexpr RecoveryDecision DecideRecovery(Audit audit, bool atomic,
                                          Action::RepeatClass repeat_class,
                                          bool has_inverse) {
  for (const resume_rule::RecoveryRow& row : resume_rule::kRecovery) {
    if (row.Holds(audit, atomic, repeat_class, has_inverse)) {
      return row.decision;
    }
  }
  return RecoveryDecision::kInDoubt;
}

// `commit`: of the same action, in this run or an earlier one of the plan.
// `tail_doubt`: the journal's tail was damaged, so that one may be missing.
constexpr ProposalDecision DecideProposal(Action::RepeatClass repeat_class,
                                          CommitOnRecord commit,
                                          bool tail_doubt) {
  for (const resume_rule::ProposalRow& row : resume_rule::kProposal) {
    if (row.Holds(repeat_class, commit, tail_doubt)) return row.decision;
  }
  return ProposalDecision::kInDoubt;
}

}  // namespace provision

#endif  // PROVISION_CORE_JOURNAL_RESUME_RULE_H_
