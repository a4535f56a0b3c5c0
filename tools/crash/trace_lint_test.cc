#include "tools/crash/trace_lint.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include "absl/strings/str_cat.h"
#include "core/journal/journal_format.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kJournal[] = "/state/runs/1/journal";

// Builds the trace of one write_file, as a good program does it, and leaves out
// or adds what a test asks for.
class TraceLintTest : public ::testing::Test {
 protected:
  TracedCall& Add(int number, const std::string& path,
                  const std::string& second = "") {
    TracedCall& call = trace_.emplace_back();
    call.call = FindMutatingCall(number);
    call.number = static_cast<int>(trace_.size());
    call.path = path;
    call.second_path = second;
    call.relative = true;
    call.flags = O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    return call;
  }

  void Record(const std::string& text) {
    const JournalRecord record = ParseText<JournalRecord>(text);
    JournalPosition position;
    Add(SYS_write, kJournal).data =
        EncodeFrame(RecordType(record), RecordPayload(record), &position);
  }
  void Synced(const std::string& text) {
    Record(text);
    Add(SYS_fdatasync, kJournal);
  }

  void Begin() {
    Add(SYS_execve, "/bin/provision");
    Synced("intent { id { step: 's' digest: 'd' } }");
  }
  void WriteTemporary() {
    Add(SYS_openat, "/tree/.tmp");
    Add(SYS_write, "/tree/.tmp");
  }
  void End() { Synced("commit { id { step: 's' digest: 'd' } }"); }

  std::vector<std::string> Lint() const {
    return LintTrace(trace_,
                     {.state = "/state", .store = "/store", .tree = "/tree"});
  }

  std::vector<TracedCall> trace_;
};

TEST_F(TraceLintTest, AGoodTraceIsGood) {
  Begin();
  WriteTemporary();
  Add(SYS_fsync, "/tree/.tmp");
  Add(SYS_renameat, "/tree/.tmp", "/tree/a");
  Add(SYS_fsync, "/tree");
  End();
  EXPECT_THAT(Lint(), IsEmpty());
}

TEST_F(TraceLintTest, SyncfsIsForAll) {
  Begin();
  Add(SYS_mkdirat, "/tree/d");
  Add(SYS_syncfs, "/tree");
  End();
  EXPECT_THAT(Lint(), IsEmpty());
}

TEST_F(TraceLintTest, ADirectoryThatIsNotSynced) {
  Begin();
  WriteTemporary();
  Add(SYS_fsync, "/tree/.tmp");
  Add(SYS_renameat, "/tree/.tmp", "/tree/a");
  End();
  const auto lines = Lint();
  ASSERT_FALSE(lines.empty());
  EXPECT_THAT(lines[0], HasSubstr("COMMIT: /tree is not synced since"));
}

TEST_F(TraceLintTest, DataThatIsNotSyncedBeforeItsRename) {
  Begin();
  WriteTemporary();
  Add(SYS_renameat, "/tree/.tmp", "/tree/a");
  Add(SYS_fsync, "/tree/a");
  Add(SYS_fsync, "/tree");
  End();
  EXPECT_THAT(Lint(), ElementsAre(HasSubstr("/tree/.tmp is renamed before")));
}

TEST_F(TraceLintTest, AModeThatIsNotSynced) {
  Begin();
  Add(SYS_fchmod, "/tree/d");
  End();
  const auto lines = Lint();
  ASSERT_FALSE(lines.empty());
  EXPECT_THAT(lines[0], HasSubstr("COMMIT: /tree/d is not synced"));
}

TEST_F(TraceLintTest, AnIntentThatIsNotSynced) {
  Add(SYS_execve, "/bin/provision");
  Record("intent { id { step: 's' digest: 'd' } }");
  Add(SYS_mkdirat, "/tree/d");
  Add(SYS_fsync, "/tree");
  End();
  EXPECT_THAT(Lint(), ElementsAre(HasSubstr("without a durable INTENT")));
}

TEST_F(TraceLintTest, AChangeAfterTheCommit) {
  Begin();
  End();
  Add(SYS_mkdirat, "/tree/d");
  Add(SYS_fsync, "/tree");
  EXPECT_THAT(Lint(), ElementsAre(HasSubstr("without a durable INTENT")));
}

TEST_F(TraceLintTest, APreimageThatIsNotSyncedBeforeTheIntent) {
  Add(SYS_execve, "/bin/provision");
  Add(SYS_openat, "/state/runs/1/undo/aa");
  Add(SYS_write, "/state/runs/1/undo/aa");
  Synced("intent { id { step: 's' digest: 'd' } }");
  Add(SYS_fsync, "/state/runs/1/undo/aa");
  Add(SYS_fsync, "/state/runs/1/undo");
  EXPECT_THAT(Lint(), ElementsAre(HasSubstr("INTENT: /state/runs/1/undo/aa"),
                                  HasSubstr("INTENT: /state/runs/1/undo is")));
}

TEST_F(TraceLintTest, AWriteAfterAFailedSync) {
  Begin();
  Add(SYS_fdatasync, kJournal).result = -5;
  End();
  EXPECT_THAT(Lint(), ElementsAre(HasSubstr("whose sync failed")));
}

TEST_F(TraceLintTest, AFailedCallChangesNothing) {
  Add(SYS_execve, "/bin/provision");
  Add(SYS_mkdirat, "/tree/d").result = -17;
  EXPECT_THAT(Lint(), IsEmpty());
}

TEST_F(TraceLintTest, AnOpenThatFollowsLinksOrIsInherited) {
  Add(SYS_execve, "/bin/provision");
  TracedCall& read = Add(SYS_openat, "/state/carry.pb");
  read.number = 0;
  read.flags = O_RDONLY;
  EXPECT_THAT(Lint(), ElementsAre(HasSubstr("may follow a link"),
                                  HasSubstr("is inherited")));
  TracedCall& beneath = trace_.back();
  beneath.flags = O_RDONLY | O_CLOEXEC;
  beneath.resolve = RESOLVE_NO_SYMLINKS;
  EXPECT_THAT(Lint(), IsEmpty());
}

TEST_F(TraceLintTest, APathThatIsWalkedAgain) {
  Begin();
  Add(SYS_mkdir, "/tree/d").relative = false;
  Add(SYS_fsync, "/tree");
  End();
  EXPECT_THAT(Lint(), ElementsAre(HasSubstr("not relative")));
}

TEST_F(TraceLintTest, ACommandMayWalkPaths) {
  Begin();
  Add(SYS_execve, "/bin/mkdir").process = 7;
  TracedCall& made = Add(SYS_mkdir, "/tree/d");
  made.relative = false;
  made.process = 7;
  Add(SYS_syncfs, "/tree");
  End();
  EXPECT_THAT(Lint(), IsEmpty());
}

TEST_F(TraceLintTest, LocksAndPartialDownloadsNeedNotLast) {
  Add(SYS_execve, "/bin/provision");
  Add(SYS_openat, "/state/lock");
  Add(SYS_unlinkat, "/state/children.lock");
  Add(SYS_write, "/store/partial/aa");
  EXPECT_THAT(Lint(), IsEmpty());
}

}  // namespace
}  // namespace provision
