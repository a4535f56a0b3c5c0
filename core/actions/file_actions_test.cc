// The handlers of files, links, directories and removal under one roof: what
// holds for each of them is one test over a table.

#include <cerrno>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/actions/action_handler.h"
#include "core/actions/link.h"
#include "core/actions/make_directory.h"
#include "core/actions/preimage_cipher.h"
#include "core/actions/remove.h"
#include "core/actions/write_file.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/secret.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

// Resolves every reference to one value.
class OneSecret final : public SecretResolver {
 public:
  absl::StatusOr<Secret> Resolve(const SecretReference&) override {
    return Secret("hunter2");
  }
  absl::StatusOr<std::string> Version(const SecretReference&) override {
    return std::string("v1");
  }
};

const ActionHandlers& Handlers() {
  static const ActionHandlers* handlers = [] {
    auto* made = new ActionHandlers;
    made->Set(Action::kWriteFile, NewWriteFileHandler());
    made->Set(Action::kLink, NewLinkHandler());
    made->Set(Action::kMakeDirectory, NewMakeDirectoryHandler());
    made->Set(Action::kRemove, NewRemoveHandler());
    return made;
  }();
  return *handlers;
}

// A host with /srv to work in and /state/undo beside it.
class Host {
 public:
  explicit Host(const std::function<void(FakeSystem&)>& setup) {
    system_.AddDirectory("/srv");
    system_.AddDirectory("/state/undo", 0700);
    setup(system_);
  }

  ActionContext Context() {
    return ActionContext{
        .system = system_,
        .undo = [this]() -> absl::StatusOr<Directory*> {
          PROVISION_ASSIGN_OR_RETURN(undo_,
                                     system_.OpenDirectory("/state/undo"));
          return undo_.get();
        },
        .store = nullptr,
        .secrets = &secrets_,
        .cipher = &cipher_,
    };
  }

  FakeSystem& system() { return system_; }
  std::map<std::string, std::string> Files() {
    return system_.Snapshot("/srv");
  }

 private:
  FakeSystem system_;
  OneSecret secrets_;
  KeyedPreimageCipher cipher_{
      []() -> absl::StatusOr<Secret> { return Secret("key of the host"); }};
  std::unique_ptr<Directory> undo_;
};

struct Case {
  const char* name;
  const char* action;
  std::function<void(FakeSystem&)> setup;
  // What /srv/x is afterwards, as FakeSystem::Snapshot says; "" for nothing.
  std::string after;
};

std::vector<Case> Cases() {
  return {
      {"new file", "write_file { path: '/srv/x' content: 'new\\n' }",
       [](FakeSystem&) {}, "file 0644 0:0 new\n"},
      {"other content", "write_file { path: '/srv/x' content: 'new\\n' }",
       [](FakeSystem& s) { s.AddFile("/srv/x", "old\n", 0640); },
       "file 0644 0:0 new\n"},
      {"other mode", "write_file { path: '/srv/x' content: 'a' mode: 0x1c0 }",
       [](FakeSystem& s) { s.AddFile("/srv/x", "a"); }, "file 0700 0:0 a"},
      {"keeps the owner", "write_file { path: '/srv/x' content: 'new' }",
       [](FakeSystem& s) {
         s.AddFile("/srv/x", "old");
         s.ChangeOwner("/srv/x", 7, 8);
       },
       "file 0644 7:8 new"},
      {"another owner",
       "write_file { path: '/srv/x' content: 'a' uid: 5 gid: 6 }",
       [](FakeSystem&) {}, "file 0644 5:6 a"},
      {"file in place of a link", "write_file { path: '/srv/x' content: 'a' }",
       [](FakeSystem& s) { s.AddSymlink("/srv/x", "target"); },
       "file 0644 0:0 a"},
      {"secret", "write_file { path: '/srv/x' secret { env: 'S' } }",
       [](FakeSystem& s) { s.AddFile("/srv/x", "old secret", 0600); },
       "file 0600 0:0 hunter2"},
      {"new link", "link { path: '/srv/x' target: '../y' }", [](FakeSystem&) {},
       "link to ../y"},
      {"other target", "link { path: '/srv/x' target: 'b' }",
       [](FakeSystem& s) { s.AddSymlink("/srv/x", "a"); }, "link to b"},
      {"link in place of a file", "link { path: '/srv/x' target: 'b' }",
       [](FakeSystem& s) { s.AddFile("/srv/x", "content", 0751); },
       "link to b"},
      {"new directory", "make_directory { path: '/srv/x' mode: 0x1c0 }",
       [](FakeSystem&) {}, "directory 0700 0:0"},
      {"directory with an owner",
       "make_directory { path: '/srv/x' uid: 3 gid: 4 }", [](FakeSystem&) {},
       "directory 0755 3:4"},
      {"attributes of a directory",
       "make_directory { path: '/srv/x' mode: 0x1c0 uid: 3 }",
       [](FakeSystem& s) {
         s.AddDirectory("/srv/x", 0777);
         s.AddFile("/srv/x/kept", "k");
       },
       "directory 0700 3:0"},
      {"remove a file", "remove { path: '/srv/x' }",
       [](FakeSystem& s) { s.AddFile("/srv/x", "gone", 0604); }, ""},
      {"remove a link", "remove { path: '/srv/x' }",
       [](FakeSystem& s) { s.AddSymlink("/srv/x", "nowhere"); }, ""},
      {"remove a tree", "remove { path: '/srv/x' recursive: true }",
       [](FakeSystem& s) { s.AddFile("/srv/x/a/b", "deep"); }, ""},
      {"remove from another file system",
       "remove { path: '/srv/m/x' recursive: true }",
       [](FakeSystem& s) {
         s.AddMount("/srv/m");
         s.AddFile("/srv/m/x/a", "deep");
       },
       ""},
  };
}

std::string PathOf(const Case& c) {
  return ActionPath(ParseText<Action>(c.action));
}

std::string At(Host& host, const std::string& path) {
  std::map<std::string, std::string> files = host.Files();
  auto found = files.find(path);
  return found == files.end() ? "" : found->second;
}

TEST(FileActionsTest, PerformedThenUndone) {
  for (const Case& c : Cases()) {
    SCOPED_TRACE(c.name);
    Host host(c.setup);
    ActionContext context = host.Context();
    const Action action = ParseText<Action>(c.action);
    const ActionHandler& handler = Handlers().Get(action);
    const auto before = host.Files();

    EXPECT_THAT(handler.AuditWanted(action, context),
                IsOkAndHolds(Audit::kOther));
    ASSERT_OK_AND_ASSIGN(Preparation preparation,
                         handler.Prepare(action, context));
    EXPECT_EQ(host.Files(), before) << "Prepare changed the host";
    EXPECT_THAT(handler.AuditPrepared(action, preparation, context),
                IsOkAndHolds(Audit::kBefore));
    ASSERT_OK(handler.Perform(action, preparation, context));
    EXPECT_EQ(At(host, PathOf(c)), c.after);
    EXPECT_THAT(handler.AuditWanted(action, context),
                IsOkAndHolds(Audit::kAfter));
    EXPECT_THAT(handler.AuditPrepared(action, preparation, context),
                IsOkAndHolds(Audit::kAfter));

    EXPECT_THAT(handler.Undo(action, preparation, context),
                IsOkAndHolds(UndoOutcome::kUndone));
    EXPECT_EQ(host.Files(), before);
    EXPECT_THAT(handler.Undo(action, preparation, context),
                IsOkAndHolds(UndoOutcome::kUndone))
        << "a second undo is harmless";
    EXPECT_EQ(host.Files(), before);
  }
}

// Killed at every host operation, with and without the loss of what was not
// synced: the final name shows the old or the new, and recovery can tell.
TEST(FileActionsTest, KilledAnywhereItIsOldOrNew) {
  for (const Case& c : Cases()) {
    const Action action = ParseText<Action>(c.action);
    const ActionHandler& handler = Handlers().Get(action);
    for (const CrashMode mode : {CrashMode::kBefore, CrashMode::kDuring}) {
      for (const bool power_cut : {false, true}) {
        for (int n = 1;; ++n) {
          SCOPED_TRACE(absl::StrCat(c.name, ", operation ", n));
          Host host(c.setup);
          const std::string old = At(host, PathOf(c));
          const auto before = host.Files();
          ActionContext context = host.Context();
          ASSERT_OK_AND_ASSIGN(Preparation preparation,
                               handler.Prepare(action, context));
          host.system().CrashAt(n, mode);
          absl::Status performed =
              handler.Perform(action, preparation, context);
          if (!host.system().crashed()) {
            EXPECT_OK(performed);
            break;
          }
          power_cut ? host.system().PowerCut() : host.system().Restart();
          ASSERT_OK_AND_ASSIGN(
              Audit audit, handler.AuditPrepared(action, preparation, context));
          ASSERT_NE(audit, Audit::kOther) << At(host, PathOf(c));
          if (audit == Audit::kBefore) {
            ASSERT_OK(handler.Clean(action, preparation, context));
            ASSERT_OK_AND_ASSIGN(preparation, handler.Prepare(action, context));
            ASSERT_OK(handler.Perform(action, preparation, context));
          } else {
            ASSERT_OK(handler.MakeDurable(action, preparation, context));
            host.system().PowerCut();
          }
          EXPECT_EQ(At(host, PathOf(c)), c.after);
          ASSERT_THAT(handler.Undo(action, preparation, context),
                      IsOkAndHolds(UndoOutcome::kUndone));
          EXPECT_EQ(host.Files(), before) << "a temporary was left, or more";
        }
      }
    }
  }
}

TEST(FileActionsTest, AKilledUndoGoesOn) {
  for (const Case& c : Cases()) {
    const Action action = ParseText<Action>(c.action);
    const ActionHandler& handler = Handlers().Get(action);
    for (int n = 1;; ++n) {
      SCOPED_TRACE(absl::StrCat(c.name, ", operation ", n));
      Host host(c.setup);
      const auto before = host.Files();
      ActionContext context = host.Context();
      ASSERT_OK_AND_ASSIGN(Preparation preparation,
                           handler.Prepare(action, context));
      ASSERT_OK(handler.Perform(action, preparation, context));
      host.system().CrashAt(n);
      handler.Undo(action, preparation, context).IgnoreError();
      if (!host.system().crashed()) break;
      host.system().PowerCut();
      ASSERT_THAT(handler.Undo(action, preparation, context),
                  IsOkAndHolds(UndoOutcome::kUndone));
      host.system().PowerCut();
      EXPECT_EQ(host.Files(), before);
    }
  }
}

TEST(FileActionsTest, WhatChangedSinceThePreviewIsLeftAlone) {
  for (const Case& c : Cases()) {
    SCOPED_TRACE(c.name);
    Action action = ParseText<Action>(c.action);
    const std::string path = PathOf(c);
    const ActionHandler& handler = Handlers().Get(action);
    const auto someone_else = [&path](FakeSystem& system) {
      system.RemoveTree(path);
      system.AddFile(path, "theirs", 0611);
    };
    {
      Host host(c.setup);
      ActionContext context = host.Context();
      PathExpectation* expected = action.add_before();
      expected->set_path(path);
      expected->mutable_state()->set_type(PathState::FILE);
      expected->mutable_state()->set_sha256(std::string(64, '0'));
      EXPECT_THAT(handler.Prepare(action, context),
                  HasDiagnosticId("apply/foreign-change"));
      action.clear_before();
    }
    Host host(c.setup);
    ActionContext context = host.Context();
    ASSERT_OK_AND_ASSIGN(Preparation preparation,
                         handler.Prepare(action, context));
    someone_else(host.system());
    const auto theirs = host.Files();
    EXPECT_THAT(handler.Perform(action, preparation, context),
                HasDiagnosticId("apply/foreign-change"));
    EXPECT_EQ(host.Files(), theirs);
    EXPECT_THAT(handler.AuditPrepared(action, preparation, context),
                IsOkAndHolds(Audit::kOther));
    EXPECT_THAT(handler.Undo(action, preparation, context),
                IsOkAndHolds(UndoOutcome::kForeign));
    EXPECT_EQ(host.Files(), theirs);
  }
}

TEST(FileActionsTest, AFullDiskLeavesTheOldFile) {
  Host host([](FakeSystem& s) { s.AddFile("/srv/x", "old"); });
  ActionContext context = host.Context();
  const Action action = ParseText<Action>(
      "write_file { path: '/srv/x' content: 'longer than what fits' }");
  const ActionHandler& handler = Handlers().Get(action);
  ASSERT_OK_AND_ASSIGN(Preparation preparation,
                       handler.Prepare(action, context));
  const auto before = host.Files();
  host.system().LimitFreeBytes(4);
  EXPECT_THAT(handler.Perform(action, preparation, context),
              HasDiagnosticId("host/no-space"));
  EXPECT_EQ(host.Files(), before);
}

// As on a share of Windows, which says yes to every mode.
TEST(FileActionsTest, AModeThatIsNotKeptLeavesWhatWas) {
  const std::function<void(FakeSystem&)> kNothing = [](FakeSystem&) {};
  const std::function<void(FakeSystem&)> kFile = [](FakeSystem& system) {
    system.AddFile("/srv/x", "old", 0777);
  };
  const std::function<void(FakeSystem&)> kDirectory = [](FakeSystem& system) {
    system.AddDirectory("/srv/x", 0777);
  };
  const struct {
    const char* action;
    std::function<void(FakeSystem&)> setup;
  } kCases[] = {
      {"write_file { path: '/srv/x' content: 'new' mode: 0x180 }", kNothing},
      {"write_file { path: '/srv/x' content: 'new' mode: 0x180 }", kFile},
      {"make_directory { path: '/srv/x' mode: 0x180 }", kNothing},
      {"make_directory { path: '/srv/x' mode: 0x180 uid: 3 }", kDirectory},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.action);
    Host host(c.setup);
    ActionContext context = host.Context();
    const Action action = ParseText<Action>(c.action);
    const ActionHandler& handler = Handlers().Get(action);
    const auto before = host.Files();
    host.system().FixModes(0777);
    ASSERT_OK_AND_ASSIGN(Preparation preparation,
                         handler.Prepare(action, context));
    const absl::Status performed =
        handler.Perform(action, preparation, context);
    EXPECT_THAT(performed, HasDiagnosticId("apply/not-kept"));
    EXPECT_THAT(DiagnosticFromStatus(performed).DebugString(),
                AllOf(HasSubstr("mode 0600"), HasSubstr("mode 0777")));
    EXPECT_EQ(host.Files(), before);
  }
}

TEST(FileActionsTest, WhatIsInTheWayIsRefused) {
  const struct {
    const char* action;
    const char* id;
  } kCases[] = {
      {"write_file { path: '/srv/d' content: 'x' }", "apply/in-the-way"},
      {"link { path: '/srv/d' target: 'x' }", "apply/in-the-way"},
      {"make_directory { path: '/srv/f' }", "apply/in-the-way"},
      {"remove { path: '/srv/d' }", "apply/not-empty"},
      {"write_file { path: '/srv/none/x' content: 'x' }", "host/missing"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.action);
    Host host([](FakeSystem& s) {
      s.AddFile("/srv/d/inside", "x");
      s.AddFile("/srv/f", "x");
    });
    ActionContext context = host.Context();
    const Action action = ParseText<Action>(c.action);
    EXPECT_THAT(Handlers().Get(action).Prepare(action, context),
                HasDiagnosticId(c.id));
  }
}

TEST(FileActionsTest, ADirectoryThatIsUsedSinceIsNotUndone) {
  Host host([](FakeSystem&) {});
  ActionContext context = host.Context();
  const Action action = ParseText<Action>("make_directory { path: '/srv/x' }");
  const ActionHandler& handler = Handlers().Get(action);
  ASSERT_OK_AND_ASSIGN(Preparation preparation,
                       handler.Prepare(action, context));
  ASSERT_OK(handler.Perform(action, preparation, context));
  host.system().AddFile("/srv/x/theirs", "t");
  EXPECT_THAT(handler.Undo(action, preparation, context),
              IsOkAndHolds(UndoOutcome::kForeign));
  EXPECT_EQ(At(host, "/srv/x/theirs"), "file 0644 0:0 t");
}

TEST(FileActionsTest, ASecretPreimageIsEncrypted) {
  Host host([](FakeSystem& s) { s.AddFile("/srv/x", "old secret", 0600); });
  ActionContext context = host.Context();
  const Action action =
      ParseText<Action>("write_file { path: '/srv/x' secret { env: 'S' } }");
  ASSERT_OK(Handlers().Get(action).Prepare(action, context));
  for (const auto& [path, what] : host.system().Snapshot("/state")) {
    EXPECT_THAT(what, Not(HasSubstr("old secret"))) << path;
  }
}

TEST(FileActionsTest, NoRecordHoldsTheDigestOfASecret) {
  Host host([](FakeSystem& s) { s.AddFile("/srv/x", "old secret", 0600); });
  ActionContext context = host.Context();
  const Action action =
      ParseText<Action>("write_file { path: '/srv/x' secret { env: 'S' } }");
  ASSERT_OK_AND_ASSIGN(Preparation preparation,
                       Handlers().Get(action).Prepare(action, context));
  for (const char* secret : {"old secret", "hunter2"}) {
    EXPECT_THAT(preparation.DebugString(), Not(HasSubstr(Sha256Hex(secret))));
  }
  EXPECT_EQ(preparation.before(0).state().sha256().size(), 64);
  EXPECT_NE(preparation.before(0).state().sha256(),
            preparation.after(0).state().sha256());
}

// Somebody is quicker: between the comparison and the rename.
TEST(FileActionsTest, WhatCameWhereNothingWasIsNotReplaced) {
  for (const char* text : {"write_file { path: '/srv/x' content: 'ours' }",
                           "link { path: '/srv/x' target: 'ours' }",
                           "make_directory { path: '/srv/x' }"}) {
    SCOPED_TRACE(text);
    Host host([](FakeSystem&) {});
    ActionContext context = host.Context();
    const Action action = ParseText<Action>(text);
    const ActionHandler& handler = Handlers().Get(action);
    ASSERT_OK_AND_ASSIGN(Preparation preparation,
                         handler.Prepare(action, context));
    // As a rename without replacing meets it.
    host.system().AddFault({.operation = "rename", .error_number = EEXIST});
    host.system().ClearLogs();
    EXPECT_THAT(handler.Perform(action, preparation, context), Not(IsOk()));
    EXPECT_THAT(host.system().operations(),
                Contains(HasSubstr("rename /srv/.provision-")));
    EXPECT_EQ(host.Files().size(), 1) << "a temporary was left";
  }
}

}  // namespace
}  // namespace provision
