// The journal and the state directory on a real file system, with real
// processes: what the doubles cannot show.

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/local_system.h"
#include "core/journal/journal_writer.h"
#include "core/journal/run_catalog.h"
#include "core/journal/sample_journal.h"
#include "core/journal/state_directory.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

const ActionId kA = SampleId("one", "aa");

PlanIdentity Plan() { return SampleBegin("x").begin().plan(); }

JournalRecord::Begin Begin() {
  JournalRecord::Begin begin;
  *begin.mutable_plan() = Plan();
  begin.set_host_id("host");
  return begin;
}

struct stat StatOf(const std::string& path) {
  struct stat status = {};
  EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
  return status;
}

class LocalJournalTest : public ::testing::Test {
 protected:
  LocalJournalTest() : system_(NewLocalSystem()) {}

  std::string StatePath() const { return absl::StrCat(folder_.path(), "/s/t"); }

  std::unique_ptr<StateDirectory> Open() {
    absl::StatusOr<std::unique_ptr<StateDirectory>> state =
        StateDirectory::Open(*system_, StatePath());
    EXPECT_OK(state);
    return *std::move(state);
  }

  // Runs `body` in a process of its own, which ends with its result.
  static pid_t Start(const std::function<int()>& body) {
    const pid_t child = fork();
    if (child == 0) _exit(body());
    return child;
  }

  TemporaryFolder folder_;
  std::unique_ptr<System> system_;
};

TEST_F(LocalJournalTest, ARunFromItsBeginToItsReceipt) {
  std::string id;
  {
    std::unique_ptr<StateDirectory> state = Open();
    ASSERT_OK(state->Lock("apply"));
    RunCatalog catalog(*state);
    ASSERT_OK_AND_ASSIGN(std::unique_ptr<RunDirectory> run,
                         catalog.New(Begin(), "the plan"));
    id = run->id();
    ASSERT_OK(run->Undo());
    ASSERT_OK(run->Append(SampleIntent(kA)));
  }
  const std::string journal =
      absl::StrCat(StatePath(), "/runs/", id, "/journal");
  for (const std::string& path :
       {StatePath(), StatePath() + "/runs", StatePath() + "/runs/" + id,
        StatePath() + "/runs/" + id + "/undo"}) {
    EXPECT_EQ(StatOf(path).st_mode & 07777, 0700) << path;
  }
  for (const std::string& path :
       {journal, StatePath() + "/lock", StatePath() + "/current",
        StatePath() + "/runs/" + id + "/plan.pb"}) {
    EXPECT_EQ(StatOf(path).st_mode & 07777, 0600) << path;
  }
  std::ofstream(journal, std::ios::app | std::ios::binary) << "PRVJ torn";

  std::unique_ptr<StateDirectory> state = Open();
  ASSERT_OK(state->Lock("apply"));
  RunCatalog catalog(*state);
  ASSERT_OK_AND_ASSIGN(PlanHistory history, catalog.ReadHistory(Plan()));
  ASSERT_EQ(history.Judge("host"), PlanHistory::Found::kUnfinished);
  EXPECT_EQ(history.last_run()->verdict(), JournalVerdict::kShortTail);
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<RunDirectory> run,
                       catalog.Continue(id, {}));
  ASSERT_OK(run->Append({SampleCommit(kA), SampleDone()}));
  ASSERT_OK(catalog.Finish(id));
  ASSERT_OK_AND_ASSIGN(history, catalog.ReadHistory(Plan()));
  EXPECT_EQ(history.Judge("host"), PlanHistory::Found::kNothing);
  EXPECT_OK(state->Unlock(false));
}

TEST_F(LocalJournalTest, RoomIsReservedBehindTheEnd) {
  std::unique_ptr<StateDirectory> state = Open();
  std::unique_ptr<RunDirectory> run =
      RunDirectory::New(*state, SampleBegin("run-1").begin(), "");
  ASSERT_OK(run->Append(SampleIntent(kA)));
  const struct stat status = StatOf(StatePath() + "/runs/run-1/journal");
  EXPECT_LT(status.st_size, 1000);
  EXPECT_GE(status.st_blocks * 512, 64 << 10);
}

// Killed in the middle of writing: what was confirmed is there, and it goes on.
TEST_F(LocalJournalTest, AKilledWriterLosesNothingThatItConfirmed) {
  for (int kill_after : {0, 1, 2, 5, 17, 60}) {
    SCOPED_TRACE(kill_after);
    const std::string name = absl::StrCat("run-", kill_after);
    std::unique_ptr<StateDirectory> state = Open();
    ASSERT_OK(RunDirectory::New(*state, SampleBegin(name).begin(), "")
                  ->Append(SampleCommit(kA)));
    ASSERT_OK_AND_ASSIGN(
        std::unique_ptr<Directory> folder,
        system_->OpenDirectory(absl::StrCat(StatePath(), "/runs/", name)));
    ASSERT_OK_AND_ASSIGN(JournalContents begun,
                         ReadJournal(*folder, system_->identity().uid));
    int confirmed[2];
    ASSERT_EQ(pipe(confirmed), 0);
    const pid_t writer = Start([&] {
      auto journal = JournalWriter::Continue(*folder, begun.end,
                                             JournalRecord::FULL, nullptr);
      for (uint32_t i = 0; journal.ok(); ++i) {
        if (!(*journal)->Append(SampleCommit(SampleId("s", "d", i))).ok() ||
            write(confirmed[1], "x", 1) != 1) {
          break;
        }
      }
      return 1;
    });
    close(confirmed[1]);
    char byte;
    size_t count = 0;
    for (int i = 0; i < kill_after; ++i) {
      count += read(confirmed[0], &byte, 1) == 1 ? 1 : 0;
    }
    kill(writer, SIGKILL);
    while (read(confirmed[0], &byte, 1) == 1) ++count;
    close(confirmed[0]);
    int status = 0;
    ASSERT_EQ(waitpid(writer, &status, 0), writer);
    ASSERT_TRUE(WIFSIGNALED(status));

    ASSERT_OK_AND_ASSIGN(JournalContents contents,
                         ReadJournal(*folder, system_->identity().uid));
    EXPECT_OK(RefuseJournal(name, contents));
    EXPECT_GE(contents.records.size(), begun.records.size() + count);
    EXPECT_LE(contents.records.size(), begun.records.size() + count + 1);
    for (size_t i = begun.records.size(); i < contents.records.size(); ++i) {
      EXPECT_EQ(contents.records[i].commit().id().ordinal(),
                i - begun.records.size());
    }
    ASSERT_OK(RepairTail(*folder, contents));
    ASSERT_OK(JournalWriter::Continue(*folder, contents.end,
                                      JournalRecord::FULL, nullptr));
  }
}

TEST_F(LocalJournalTest, ALimitOfTheFileSizeIsAnErrorAndNoDeath) {
  std::unique_ptr<StateDirectory> state = Open();
  const pid_t child = Start([&] {
    signal(SIGXFSZ, SIG_IGN);
    std::unique_ptr<RunDirectory> run =
        RunDirectory::New(*state, SampleBegin("run-1").begin(), "");
    if (!run->Append(SampleIntent(kA)).ok()) return 1;
    const struct rlimit limit = {4096, 4096};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
    absl::Status status;
    for (int i = 0; i < 100 && status.ok(); ++i) {
      status = run->Append(SampleSkip(std::string(100, 'x')));
    }
    return IsNotDurable(status) &&
                   IsNotDurable(run->Append(SampleSkip("after")))
               ? 0
               : 3;
  });
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<Directory> folder,
                       system_->OpenDirectory(StatePath() + "/runs/run-1"));
  ASSERT_OK_AND_ASSIGN(JournalContents contents,
                       ReadJournal(*folder, system_->identity().uid));
  EXPECT_EQ(contents.verdict, JournalVerdict::kShortTail);
  EXPECT_GT(contents.records.size(), 10);
}

TEST_F(LocalJournalTest, AnotherProcessWithTheLockIsNamed) {
  std::unique_ptr<StateDirectory> state = Open();
  int held[2];
  ASSERT_EQ(pipe(held), 0);
  const pid_t holder = Start([&] {
    std::unique_ptr<StateDirectory> theirs = Open();
    if (!theirs->Lock("apply theirs.textproto").ok()) return 1;
    if (write(held[1], "x", 1) != 1) return 1;
    while (true) pause();
  });
  char byte;
  ASSERT_EQ(read(held[0], &byte, 1), 1);
  absl::Status refused = state->Lock("apply ours.textproto");
  EXPECT_THAT(refused, HasDiagnosticId("run/locked"));
  const std::string found = DiagnosticFromStatus(refused).detail(0).text();
  EXPECT_THAT(found, HasSubstr(absl::StrCat("pid ", holder, ", since ")));
  EXPECT_THAT(found, HasSubstr(", apply theirs.textproto"));
  kill(holder, SIGKILL);
  ASSERT_EQ(waitpid(holder, nullptr, 0), holder);
  EXPECT_OK(state->Lock("apply ours.textproto"));
  EXPECT_THAT(state->Holder(), IsOkAndHolds(absl::nullopt));
  close(held[0]);
  close(held[1]);
}

}  // namespace
}  // namespace provision
