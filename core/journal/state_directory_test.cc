#include "core/journal/state_directory.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsNull;
using ::testing::Not;
using ::testing::NotNull;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr char kState[] = "/var/lib/provision";

std::unique_ptr<StateDirectory> OpenState(FakeSystem& system) {
  absl::StatusOr<std::unique_ptr<StateDirectory>> state =
      StateDirectory::Open(system, kState);
  EXPECT_OK(state);
  return *std::move(state);
}

TEST(DefaultStatePathTest, IsOfTheUserAndTheHost) {
  FakeSystem system;
  system.AddFile("/etc/machine-id", "m\n");
  EXPECT_EQ(DefaultStatePath(system), "/var/lib/provision");
  const std::string host = HostId(system).substr(0, 8);
  system.SetIdentity({.uid = 1000, .gid = 1000, .home = "/home/ada"});
  EXPECT_EQ(DefaultStatePath(system),
            absl::StrCat("/home/ada/.local/state/provision/", host));
  system.SetVariable("HOME", "/net/ada");
  EXPECT_EQ(DefaultStatePath(system),
            absl::StrCat("/net/ada/.local/state/provision/", host));
  system.SetVariable("XDG_STATE_HOME", "/state");
  EXPECT_EQ(DefaultStatePath(system), absl::StrCat("/state/provision/", host));
  system.SetVariable("XDG_STATE_HOME", "relative");
  EXPECT_EQ(DefaultStatePath(system),
            absl::StrCat("/net/ada/.local/state/provision/", host));
}

TEST(StateDirectoryTest, IsMadeForItsUserAloneWithoutASync) {
  FakeSystem system;
  system.AddDirectory("/var");
  OpenState(system);
  EXPECT_EQ(system.Snapshot(kState)[kState], "directory 0700 0:0");
  EXPECT_EQ(system.Snapshot("/var")["/var/lib"], "directory 0755 0:0");
  EXPECT_THAT(system.operations(), Not(Contains(HasSubstr("sync"))));
}

TEST(StateDirectoryTest, OpenExistingMakesNothing) {
  FakeSystem system;
  EXPECT_THAT(StateDirectory::OpenExisting(system, kState),
              IsOkAndHolds(IsNull()));
  EXPECT_THAT(system.operations(), IsEmpty());
  system.AddDirectory(kState, 0700);
  EXPECT_THAT(StateDirectory::OpenExisting(system, kState),
              IsOkAndHolds(NotNull()));
}

TEST(StateDirectoryTest, MakeDurableReachesEveryFolderThatWasMade) {
  FakeSystem system;
  std::unique_ptr<StateDirectory> state = OpenState(system);
  ASSERT_OK(state->MakeDurable());
  system.PowerCut();
  EXPECT_THAT(StateDirectory::OpenExisting(system, kState),
              IsOkAndHolds(NotNull()));
}

TEST(StateDirectoryTest, AFolderThatOthersCouldUseIsRefused) {
  struct Case {
    uint32_t mode;
    uint32_t uid;
    const char* command;
  };
  for (const Case& c : {Case{0755, 0, "chmod go= /var/lib/provision"},
                        Case{0710, 0, "chmod go= /var/lib/provision"},
                        Case{0700, 1000, "chown 0 /var/lib/provision"}}) {
    FakeSystem system;
    system.AddDirectory(kState, c.mode);
    system.ChangeOwner(kState, c.uid, 0);
    absl::Status refused = StateDirectory::Open(system, kState).status();
    EXPECT_THAT(refused, HasDiagnosticId("state/untrusted"));
    EXPECT_THAT(DiagnosticFromStatus(refused).next(), Contains(c.command));
  }
}

// ---- locks ----

TEST(StateDirectoryTest, OnlyOneRunHasTheLock) {
  FakeSystem system;
  std::unique_ptr<StateDirectory> first = OpenState(system);
  std::unique_ptr<StateDirectory> second = OpenState(system);
  ASSERT_OK(first->Lock("apply one.textproto"));
  EXPECT_TRUE(first->locked());
  EXPECT_THAT(second->Lock("apply two.textproto"),
              HasDiagnosticId("run/locked"));
  EXPECT_FALSE(second->locked());
  ASSERT_OK(first->Unlock(false));
  EXPECT_OK(second->Lock("apply two.textproto"));
  EXPECT_THAT(*system.Content(absl::StrCat(kState, "/lock")),
              HasSubstr("\napply two.textproto\n"));
}

TEST(StateDirectoryTest, TheLockIsFreeAfterACrash) {
  FakeSystem system;
  std::unique_ptr<StateDirectory> killed = OpenState(system);
  ASSERT_OK(killed->Lock("apply"));
  system.Restart();
  EXPECT_OK(OpenState(system)->Lock("apply"));
}

TEST(StateDirectoryTest, TheHolderIsNamed) {
  FakeSystem system;
  std::unique_ptr<StateDirectory> state = OpenState(system);
  ASSERT_OK(state->Lock("apply one.textproto"));
  ASSERT_OK(state->Unlock(false));
  EXPECT_THAT(state->Holder(), IsOkAndHolds(absl::nullopt));

  const std::string path = absl::StrCat(kState, "/lock");
  system.HoldLock(path);
  const uint64_t inode = (*system.Lstat(path))->inode;
  system.AddFile("/proc/4127/fdinfo/5",
                 absl::StrCat("lock:\t1: OFDLCK  ADVISORY  WRITE -1 00:01:",
                              inode, " 0 EOF\n"));
  system.AddFile("/proc/4127/cmdline", std::string("provision\0apply\0", 16));
  // What the file says is of another process.
  absl::Status refused = state->Lock("apply two.textproto");
  EXPECT_THAT(DiagnosticFromStatus(refused), EqualsProto(R"pb(
                severity: ERROR
                id: "run/locked"
                message: "state is in use"
                detail { label: "found" text: "pid 4127, provision apply" }
                detail {
                  label: "because"
                  text: "one run at a time may change what the state describes"
                }
                next: "wait for it, then run the same command"
              )pb"));
  system.AddFile(path,
                 "pid 4127, since 2026-01-02T03:04:05Z, boot x\napply "
                 "one.textproto\n",
                 0600);
  EXPECT_THAT(state->Holder(),
              IsOkAndHolds(absl::optional<std::string>(
                  "pid 4127, since 2026-01-02T03:04:05Z, apply "
                  "one.textproto")));
}

TEST(StateDirectoryTest, ASurvivorOfAKilledRunIsNamed) {
  FakeSystem system;
  std::unique_ptr<StateDirectory> state = OpenState(system);
  const std::string path = absl::StrCat(kState, "/children.lock");
  system.HoldLock(path);
  const uint64_t inode = (*system.Lstat(path))->inode;
  system.AddFile("/proc/88/fdinfo/9",
                 absl::StrCat("lock:\t1: OFDLCK  ADVISORY  WRITE -1 00:01:",
                              inode, " 0 EOF\n"));
  system.AddFile("/proc/88/cmdline", std::string("pip\0install\0", 12));
  absl::Status refused = state->Lock("apply");
  EXPECT_THAT(refused, HasDiagnosticId("run/locked"));
  EXPECT_EQ(DiagnosticFromStatus(refused).detail(0).text(),
            "pid 88, pip install");
  EXPECT_FALSE(state->locked());
  // The main lock was given back: the next try meets the survivor again.
  EXPECT_THAT(OpenState(system)->Lock("apply"),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("command")));
  system.ReleaseLock(path);
  EXPECT_OK(state->Lock("apply"));
}

TEST(StateDirectoryTest, WhatACommandLeftBehindBindsNobody) {
  FakeSystem system;
  std::unique_ptr<StateDirectory> state = OpenState(system);
  const std::string path = absl::StrCat(kState, "/children.lock");
  ASSERT_OK(state->Lock("apply"));
  ASSERT_OK(state->Unlock(/*killed_children=*/true));
  EXPECT_THAT(system.Content(path), Not(absl::nullopt));
  ASSERT_OK(state->Lock("apply"));
  ASSERT_OK(state->Unlock(/*killed_children=*/false));
  EXPECT_EQ(system.Content(path), absl::nullopt);
  EXPECT_EQ(state->children_lock(), -1);
}

TEST(StateDirectoryTest, ALockFileOfSomebodyElseIsRefused) {
  for (const char* name : {"lock", "children.lock"}) {
    FakeSystem system;
    const std::string path = absl::StrCat(kState, "/", name);
    system.AddDirectory(kState, 0700);
    system.AddFile(path, "", 0600);
    system.ChangeLinkCount(path, 2);
    EXPECT_THAT(OpenState(system)->Lock("apply"),
                HasDiagnosticId("state/untrusted"))
        << name;
    system.ChangeLinkCount(path, 1);
    system.ChangeOwner(path, 1000, 1000);
    EXPECT_THAT(OpenState(system)->Lock("apply"),
                HasDiagnosticId("state/untrusted"))
        << name;
  }
}

TEST(StateDirectoryTest, LockingSweepsAwayWhatACrashLeft) {
  FakeSystem system;
  std::unique_ptr<StateDirectory> state = OpenState(system);
  const std::string left = absl::StrCat(kState, "/.provision-0123.tmp");
  system.AddFile(left, "half", 0600);
  ASSERT_OK(state->Lock("apply"));
  EXPECT_EQ(system.Content(left), absl::nullopt);
}

// ---- small files ----

Carry SomeCarry() {
  Carry carry;
  carry.add_plan()->mutable_plan()->set_name("plan");
  return carry;
}

TEST(StateDirectoryTest, SmallFilesComeBack) {
  FakeSystem system;
  std::unique_ptr<StateDirectory> state = OpenState(system);
  ASSERT_OK(state->Lock("apply"));
  EXPECT_THAT(state->ReadCarry(), IsOkAndHolds(EqualsProto("")));
  ASSERT_OK(state->WriteCarry(SomeCarry()));
  EXPECT_THAT(state->ReadCarry(), IsOkAndHolds(EqualsProto(SomeCarry())));
  Trust trust;
  trust.add_file()->set_path("/x");
  ASSERT_OK(state->WriteTrust(trust));
  EXPECT_THAT(state->ReadTrust(), IsOkAndHolds(EqualsProto(trust)));
  Floor floor;
  floor.set_trusted_time_s(7);
  ASSERT_OK(state->WriteFloor(floor));
  EXPECT_THAT(state->ReadFloor(), IsOkAndHolds(EqualsProto(floor)));
}

TEST(StateDirectoryTest, WritingNeedsTheLock) {
  FakeSystem system;
  EXPECT_THAT(OpenState(system)->WriteCarry(SomeCarry()),
              StatusIs(absl::StatusCode::kInternal));
}

TEST(StateDirectoryTest, ADamagedFileIsNotTakenForAnEmptyOne) {
  FakeSystem system;
  std::unique_ptr<StateDirectory> state = OpenState(system);
  system.AddFile(absl::StrCat(kState, "/carry.pb"), "\xff\xff", 0600);
  EXPECT_THAT(state->ReadCarry(), HasDiagnosticId("state/damaged"));
  system.AddFile(absl::StrCat(kState, "/trust.pb"), "", 0644);
  EXPECT_THAT(state->ReadTrust(), HasDiagnosticId("state/untrusted"));
}

TEST(StateDirectoryTest, ACrashLeavesTheOldOrTheNewFile) {
  Carry other = SomeCarry();
  other.mutable_plan(0)->mutable_plan()->set_name("other");
  for (CrashMode mode : {CrashMode::kBefore, CrashMode::kDuring}) {
    for (int n = 1;; ++n) {
      FakeSystem system;
      std::unique_ptr<StateDirectory> state = OpenState(system);
      ASSERT_OK(state->Lock("apply"));
      ASSERT_OK(state->WriteCarry(SomeCarry()));
      ASSERT_OK(state->MakeDurable());
      system.CrashAt(n, mode);
      if (state->WriteCarry(other).ok() && !system.crashed()) {
        EXPECT_EQ(n, 6);
        break;
      }
      system.PowerCut();
      ASSERT_OK_AND_ASSIGN(Carry found, OpenState(system)->ReadCarry());
      const std::string& name = found.plan(0).plan().name();
      EXPECT_TRUE(name == "plan" || name == "other") << n;
    }
  }
}

TEST(StateDirectoryTest, TheKeyIsMadeOnceAndKept) {
  FakeSystem system;
  std::unique_ptr<StateDirectory> state = OpenState(system);
  ASSERT_OK_AND_ASSIGN(Secret key, state->Key());
  EXPECT_THAT(key.Reveal(), SizeIs(32));
  ASSERT_OK(state->MakeDurable());
  system.PowerCut();
  ASSERT_OK_AND_ASSIGN(Secret again, OpenState(system)->Key());
  EXPECT_EQ(std::string(again.Reveal()), std::string(key.Reveal()));
  EXPECT_THAT(system.Snapshot(kState)[absl::StrCat(kState, "/key")],
              StartsWith("file 0600 0:0"));
}

TEST(StateDirectoryTest, AKeyThatOthersKnowIsRefused) {
  FakeSystem system;
  std::unique_ptr<StateDirectory> state = OpenState(system);
  const std::string path = absl::StrCat(kState, "/key");
  system.AddFile(path, std::string(32, 'k'), 0640);
  EXPECT_THAT(state->Key(), HasDiagnosticId("state/untrusted"));
  system.RemoveTree(path);
  system.AddFile(path, "short", 0600);
  EXPECT_THAT(state->Key(), HasDiagnosticId("state/untrusted"));
}

}  // namespace
}  // namespace provision
