#include "core/journal/resume_rule.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

constexpr Audit kAudits[] = {Audit::kAfter, Audit::kBefore, Audit::kOther,
                             Audit::kUnknown};
constexpr Action::RepeatClass kClasses[] = {
    Action::CONVERGENT, Action::RUN_ONCE, Action::UNSAFE_TO_REPEAT};
constexpr CommitOnRecord kCommits[] = {
    CommitOnRecord::kNone, CommitOnRecord::kDone, CommitOnRecord::kAssumed};
constexpr bool kBools[] = {false, true};

TEST(ResumeRuleTest, EveryCellOfRecoveryIsReachedByExactlyOneRow) {
  int cells = 0;
  for (Audit audit : kAudits) {
    for (bool atomic : kBools) {
      for (Action::RepeatClass repeat_class : kClasses) {
        for (bool inverse : kBools) {
          int rows = 0;
          for (const resume_rule::RecoveryRow& row : resume_rule::kRecovery) {
            rows += row.Holds(audit, atomic, repeat_class, inverse) ? 1 : 0;
          }
          EXPECT_EQ(rows, 1)
              << "audit " << static_cast<int>(audit) << ", atomic " << atomic
              << ", class " << repeat_class << ", inverse " << inverse;
          ++cells;
        }
      }
    }
  }
  EXPECT_EQ(cells, 48);
}

TEST(ResumeRuleTest, EveryCellOfTheProposalIsReachedByExactlyOneRow) {
  int cells = 0;
  for (Action::RepeatClass repeat_class : kClasses) {
    for (CommitOnRecord commit : kCommits) {
      for (bool doubt : kBools) {
        int rows = 0;
        for (const resume_rule::ProposalRow& row : resume_rule::kProposal) {
          rows += row.Holds(repeat_class, commit, doubt) ? 1 : 0;
        }
        EXPECT_EQ(rows, 1) << "class " << repeat_class << ", commit "
                           << static_cast<int>(commit) << ", doubt " << doubt;
        ++cells;
      }
    }
  }
  EXPECT_EQ(cells, 18);
}

TEST(ResumeRuleTest, EveryRowIsReached) {
  for (const resume_rule::RecoveryRow& row : resume_rule::kRecovery) {
    int cells = 0;
    for (Audit audit : kAudits) {
      for (bool atomic : kBools) {
        for (Action::RepeatClass repeat_class : kClasses) {
          for (bool inverse : kBools) {
            cells += row.Holds(audit, atomic, repeat_class, inverse) ? 1 : 0;
          }
        }
      }
    }
    EXPECT_GT(cells, 0) << "row " << (&row - resume_rule::kRecovery);
  }
}

// The sentences of reliability.md 7.1, typed from that page and not from the
// table.
TEST(ResumeRuleTest, RecoveryFollowsTheSpecification) {
  using D = RecoveryDecision;
  struct Case {
    Audit audit;
    bool atomic;
    Action::RepeatClass repeat_class;
    bool inverse;
    D expected;
  };
  const Case kCases[] = {
      {Audit::kAfter, true, Action::CONVERGENT, true, D::kAdopt},
      {Audit::kAfter, false, Action::UNSAFE_TO_REPEAT, false, D::kAdopt},
      {Audit::kBefore, true, Action::UNSAFE_TO_REPEAT, false, D::kDrop},
      {Audit::kBefore, false, Action::CONVERGENT, false, D::kDrop},
      {Audit::kBefore, false, Action::RUN_ONCE, true, D::kDrop},
      {Audit::kBefore, false, Action::UNSAFE_TO_REPEAT, false, D::kInDoubt},
      {Audit::kBefore, false, Action::UNSAFE_TO_REPEAT, true, D::kUndo},
      {Audit::kOther, true, Action::CONVERGENT, true, D::kForeign},
      {Audit::kUnknown, true, Action::CONVERGENT, true, D::kInDoubt},
      {Audit::kOther, false, Action::CONVERGENT, true, D::kDrop},
      {Audit::kUnknown, false, Action::CONVERGENT, false, D::kDrop},
      {Audit::kUnknown, false, Action::RUN_ONCE, true, D::kUndo},
      {Audit::kUnknown, false, Action::RUN_ONCE, false, D::kDrop},
      {Audit::kUnknown, false, Action::UNSAFE_TO_REPEAT, true, D::kUndo},
      {Audit::kUnknown, false, Action::UNSAFE_TO_REPEAT, false, D::kInDoubt},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(DecideRecovery(c.audit, c.atomic, c.repeat_class, c.inverse),
              c.expected)
        << "case " << (&c - kCases);
  }
}

TEST(ResumeRuleTest, TheProposalFollowsTheSpecification) {
  using D = ProposalDecision;
  using C = CommitOnRecord;
  struct Case {
    Action::RepeatClass repeat_class;
    CommitOnRecord commit;
    bool doubt;
    D expected;
  };
  const Case kCases[] = {
      {Action::CONVERGENT, C::kNone, true, D::kPerform},
      {Action::CONVERGENT, C::kDone, false, D::kPerformAsDrift},
      {Action::RUN_ONCE, C::kNone, true, D::kPerform},
      {Action::RUN_ONCE, C::kDone, false, D::kSkipDoneOnce},
      {Action::UNSAFE_TO_REPEAT, C::kNone, false, D::kPerform},
      {Action::UNSAFE_TO_REPEAT, C::kNone, true, D::kInDoubt},
      {Action::UNSAFE_TO_REPEAT, C::kDone, false, D::kInDoubt},
      {Action::UNSAFE_TO_REPEAT, C::kAssumed, false, D::kSkipDoneOnce},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(DecideProposal(c.repeat_class, c.commit, c.doubt), c.expected)
        << "case " << (&c - kCases);
  }
}

// Both are usable where the compiler decides.
static_assert(DecideRecovery(Audit::kAfter, true, Action::CONVERGENT, true) ==
              RecoveryDecision::kAdopt);
static_assert(DecideProposal(Action::RUN_ONCE, CommitOnRecord::kDone, false) ==
              ProposalDecision::kSkipDoneOnce);

}  // namespace
}  // namespace provision
