#include "core/engine/run_journal.h"

#include <cerrno>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/diagnostic.h"
#include "core/base/redactor.h"
#include "core/base/secret.h"
#include "core/journal/journal_reader.h"
#include "core/journal/run_directory.h"
#include "core/journal/sample_journal.h"
#include "core/journal/state_directory.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const ActionId kA = SampleId("s", "aa");

class RunJournalTest : public ::testing::Test {
 protected:
  RunJournalTest() { EXPECT_OK(state_->Lock("apply")); }

  std::string Journal() {
    return system_.Content("/state/runs/run-1/journal").value_or("");
  }

  FakeSystem system_;
  const std::unique_ptr<StateDirectory> state_ =
      *StateDirectory::Open(system_, "/state");
  const std::unique_ptr<RunDirectory> run_ =
      RunDirectory::New(*state_, SampleBegin("run-1").begin(), "");
  Redactor redactor_;
  RunProgress progress_;
  RunJournal journal_{system_, *run_, &redactor_, progress_};
};

TEST_F(RunJournalTest, MasksWhatPeopleAreToldAndNoAction) {
  redactor_.Add(Secret("hunter2-hunter2"));
  JournalRecord intent = SampleIntent(kA);
  intent.mutable_intent()->mutable_action()->mutable_run()->add_argv(
      "/bin/hunter2-hunter2");
  ASSERT_OK(journal_.Append(intent));
  EXPECT_THAT(Journal(), HasSubstr("hunter2-hunter2"))
      << "recovery needs the action as it is";

  const size_t before = Journal().size();
  JournalRecord fail = SampleFail(kA, JournalRecord::Fail::ERROR);
  fail.mutable_fail()->set_message("cannot log in with hunter2-hunter2");
  JournalRecord evidence;
  evidence.mutable_evidence()->set_standard_error("it is hunter2-hunter2");
  ASSERT_OK(journal_.Append({fail, evidence}));
  EXPECT_THAT(Journal().substr(before), HasSubstr("cannot log in with"));
  EXPECT_THAT(Journal().substr(before), Not(HasSubstr("hunter2-hunter2")));
}

TEST_F(RunJournalTest, SeveralRecordsShareOneSync) {
  ASSERT_OK(journal_.Append(SampleIntent(kA)));
  const uint64_t before = run_->sync_count();
  ASSERT_OK(journal_.Append(
      {SampleCommit(kA), SampleStepDone("s"), SampleStepDone("t")}));
  EXPECT_EQ(run_->sync_count(), before + 1);
}

TEST_F(RunJournalTest, AFailedSyncIsNoticed) {
  ASSERT_OK(journal_.Append(SampleIntent(kA)));
  FakeFault fault;
  fault.operation = "sync ";
  fault.error_number = EIO;
  system_.AddFault(fault);
  EXPECT_TRUE(IsNotDurable(journal_.Append(SampleCommit(kA))));
  EXPECT_TRUE(progress_.durability_lost());
}

}  // namespace
}  // namespace provision
