#include "core/engine/step_sharing.h"

#include <memory>
#include <string>

#include "core/actions/make_directory.h"
#include "core/actions/run.h"
#include "core/actions/write_file.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

constexpr char kFile[] = "action { write_file { path: '/a' content: 'a' } }";
constexpr char kFolder[] = "action { make_directory { path: '/d' } }";
constexpr char kRun[] = "action { run { argv: '/bin/true' } }";

class StepSharingTest : public ::testing::Test {
 protected:
  StepSharingTest() {
    handlers_.Set(Action::kWriteFile, NewWriteFileHandler());
    handlers_.Set(Action::kMakeDirectory, NewMakeDirectoryHandler());
    handlers_.Set(Action::kRun, NewRunHandler());
  }

  Sharing Of(const std::string& proposal, const std::string& step = "",
             uint32_t uid = 1000) {
    CheckedStep checked;
    checked.step = ParseText<Step>(step);
    StepPlan plan;
    plan.proposal = ParseText<Proposal>(proposal);
    if (!plan.proposal.has_fidelity()) {
      plan.proposal.set_fidelity(Proposal::EXACT);
    }
    return SharingOf(checked, plan, handlers_, uid);
  }

  ActionHandlers handlers_;
};

TEST_F(StepSharingTest, FileActionsShareFromEightOn) {
  const Sharing sharing = Of(std::string(kFile) + kFolder);
  EXPECT_EQ(sharing.key, "files");
  EXPECT_EQ(sharing.units, 2);
  EXPECT_EQ(sharing.worth, 8);
}

TEST_F(StepSharingTest, EverythingElseRunsAlone) {
  const std::string file = kFile;
  EXPECT_EQ(Of("").key, "") << "nothing to do";
  EXPECT_EQ(Of(file + kRun).key, "") << "others would wait for the command";
  EXPECT_EQ(Of(file, "retry { attempts: 2 }").key, "");
  EXPECT_EQ(Of("rung { name: 'R' " + file + " }").key, "");
  EXPECT_EQ(Of(file + "fidelity: UNKNOWN").key, "");
  EXPECT_EQ(Of(file + "diagnostic { severity: ERROR }").key, "");
  EXPECT_EQ(Of(file + "needs { reboot_before: true }").key, "");
}

TEST_F(StepSharingTest, ABatchOfAKindThatIsNotMergedSharesNothing) {
  EXPECT_EQ(Of("action { run { argv: '/bin/true' } batch: 'b' }").key, "");
}

TEST_F(StepSharingTest, WhatNeedsRootSharesOnlyAsRoot) {
  const std::string proposal = std::string(kFile) + "needs { root: true }";
  EXPECT_EQ(Of(proposal, "", 1000).key, "");
  EXPECT_EQ(Of(proposal, "", 0).key, "files");
}

}  // namespace
}  // namespace provision
