#include "core/actions/unpack.h"

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/actions/tree_state.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/testing/fake_system.h"
#include "core/testing/line_unpacker.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;
using ::testing::StartsWith;

constexpr char kArchive[] = "top/a=one\ntop/b/c=two\nd=three";

class UnpackTest : public testing::Test {
 protected:
  UnpackTest() { Reset("absent"); }

  // The host, with `state` at the destination.
  void Reset(absl::string_view state) {
    for (const std::string path : {"/opt", "/store"}) system_.RemoveTree(path);
    system_.AddDirectory("/opt");
    system_.AddDirectory("/store", 0700);
    AddToStore(kArchive);
    if (state == "directory") system_.AddFile("/opt/py/old", "old");
    if (state == "file") system_.AddFile("/opt/py", "a file");
    if (state == "link") system_.AddSymlink("/opt/py", "elsewhere");
    before_ = system_.Snapshot("/opt");
  }

  void AddToStore(absl::string_view archive) {
    system_.AddFile(absl::StrCat("/store/sha256/", Sha256Hex(archive)),
                    archive);
  }

  static Action UnpackOf(absl::string_view archive) {
    Action action;
    action.mutable_unpack()->set_sha256(Sha256Hex(archive));
    action.mutable_unpack()->set_name("the archive");
    action.mutable_unpack()->set_destination("/opt/py");
    return action;
  }

  absl::Status Perform(const Action& action) {
    PROVISION_ASSIGN_OR_RETURN(preparation_,
                               handler_->Prepare(action, context_));
    return handler_->Perform(action, preparation_, context_);
  }

  // What is at the destination now.
  std::map<std::string, std::string> Destination() {
    return system_.Snapshot("/opt/py");
  }

  FakeSystem system_;
  LineUnpacker unpacker_;
  std::unique_ptr<Directory> store_;
  ActionContext context_{.system = system_,
                         .undo = nullptr,
                         .store = [this]() -> absl::StatusOr<Directory*> {
                           PROVISION_ASSIGN_OR_RETURN(
                               store_, system_.OpenDirectory("/store"));
                           return store_.get();
                         }};
  std::unique_ptr<ActionHandler> handler_ = NewUnpackHandler(unpacker_);
  Preparation preparation_;
  std::map<std::string, std::string> before_;
  const Action action_ = UnpackOf(kArchive);
};

const std::vector<std::string> kStates = {"absent", "directory", "file",
                                          "link"};

auto IsUnpacked() {
  return ElementsAre(Pair("/opt/py", "directory 0755 0:0"),
                     Pair("/opt/py/d", "file 0644 0:0 three"),
                     Pair("/opt/py/top", "directory 0755 0:0"),
                     Pair("/opt/py/top/a", "file 0644 0:0 one"),
                     Pair("/opt/py/top/b", StartsWith("directory")),
                     Pair("/opt/py/top/b/c", "file 0644 0:0 two"));
}

TEST_F(UnpackTest, IntoAFreshSiblingThenOneRename) {
  const std::string archive = "a=one\nb=two";
  AddToStore(archive);
  ASSERT_OK(Perform(UnpackOf(archive)));
  const std::string temporary =
      absl::StrCat("/opt/", preparation_.temporary_name());
  EXPECT_THAT(system_.operations(),
              ElementsAre(absl::StrCat("mkdir ", temporary),
                          absl::StrCat("create ", temporary, "/a"),
                          absl::StrCat("append ", temporary, "/a"),
                          absl::StrCat("create ", temporary, "/b"),
                          absl::StrCat("append ", temporary, "/b"),
                          absl::StrCat("chmod ", temporary),
                          AllOf(StartsWith("syncfs "), HasSubstr(temporary)),
                          absl::StrCat("rename ", temporary, " to /opt/py"),
                          "sync /opt"));
  system_.PowerCut();
  EXPECT_EQ(system_.Content("/opt/py/b"), "two");
}

TEST_F(UnpackTest, OnlyBelowThePrefix) {
  Action action = action_;
  action.mutable_unpack()->set_prefix("top/");
  ASSERT_OK(Perform(action));
  EXPECT_EQ(system_.Content("/opt/py/a"), "one");
  EXPECT_EQ(system_.Content("/opt/py/b/c"), "two");
  EXPECT_EQ(system_.Content("/opt/py/d"), absl::nullopt);
  EXPECT_THAT(handler_->AuditWanted(action, context_),
              IsOkAndHolds(Audit::kAfter));
}

TEST_F(UnpackTest, AuditsTellTheStates) {
  for (const std::string& state : kStates) {
    SCOPED_TRACE(state);
    Reset(state);
    EXPECT_THAT(handler_->AuditWanted(action_, context_),
                IsOkAndHolds(Audit::kOther));
    ASSERT_OK_AND_ASSIGN(preparation_, handler_->Prepare(action_, context_));
    EXPECT_EQ(system_.Snapshot("/opt"), before_);
    EXPECT_THAT(handler_->AuditPrepared(action_, preparation_, context_),
                IsOkAndHolds(Audit::kBefore));
    ASSERT_OK(handler_->Perform(action_, preparation_, context_));
    EXPECT_THAT(handler_->AuditPrepared(action_, preparation_, context_),
                IsOkAndHolds(Audit::kAfter));
    EXPECT_THAT(handler_->AuditWanted(action_, context_),
                IsOkAndHolds(Audit::kAfter));
    // What an interpreter caches is no change; anything else is.
    system_.AddFile("/opt/py/top/__pycache__/x.pyc", "cached");
    EXPECT_THAT(handler_->AuditWanted(action_, context_),
                IsOkAndHolds(Audit::kAfter));
    system_.AddFile("/opt/py/top/a", "changed");
    EXPECT_THAT(handler_->AuditWanted(action_, context_),
                IsOkAndHolds(Audit::kOther));
    EXPECT_THAT(handler_->AuditPrepared(action_, preparation_, context_),
                IsOkAndHolds(Audit::kOther));
  }
}

TEST_F(UnpackTest, WithoutTheArchiveNobodyKnows) {
  ASSERT_OK(Perform(action_));
  system_.RemoveTree("/store");
  system_.AddDirectory("/store");
  EXPECT_THAT(handler_->AuditWanted(action_, context_),
              IsOkAndHolds(Audit::kUnknown));
  EXPECT_THAT(Perform(action_), HasDiagnosticId("store/missing"));
}

TEST_F(UnpackTest, UndoBringsBackWhatWasThere) {
  for (const std::string& state : kStates) {
    SCOPED_TRACE(state);
    Reset(state);
    ASSERT_OK(Perform(action_));
    EXPECT_THAT(Destination(), IsUnpacked());
    for (int again = 0; again < 2; ++again) {
      EXPECT_THAT(handler_->Undo(action_, preparation_, context_),
                  IsOkAndHolds(UndoOutcome::kUndone));
      EXPECT_EQ(system_.Snapshot("/opt"), before_);
    }
    system_.PowerCut();
    EXPECT_EQ(system_.Snapshot("/opt"), before_);
  }
}

TEST_F(UnpackTest, UndoLeavesAloneWhatSomebodyChanged) {
  Reset("directory");
  ASSERT_OK(Perform(action_));
  system_.AddFile("/opt/py/mine", "precious");
  const auto now = system_.Snapshot("/opt");
  EXPECT_THAT(handler_->Undo(action_, preparation_, context_),
              IsOkAndHolds(UndoOutcome::kForeign));
  EXPECT_EQ(system_.Snapshot("/opt"), now);
}

TEST_F(UnpackTest, RefusedArchivesLeaveNothing) {
  AddToStore("evil=x");
  EXPECT_THAT(Perform(UnpackOf("evil=x")),
              AllOf(HasDiagnosticId("archive/name"),
                    StatusIs(absl::StatusCode::kInvalidArgument,
                             "unpack the archive: evil: is evil")));
  Action action = action_;
  action.mutable_unpack()->set_max_bytes(3);
  EXPECT_THAT(Perform(action), HasDiagnosticId("archive/limit"));
  EXPECT_EQ(system_.Snapshot("/opt"), before_);
}

TEST_F(UnpackTest, ADamagedArtifactIsRefused) {
  system_.AddFile(absl::StrCat("/store/sha256/", Sha256Hex(kArchive)), "a=b");
  EXPECT_THAT(Perform(action_), HasDiagnosticId("store/damaged"));
}

TEST_F(UnpackTest, TheUserIsToldWhatAnUpstreamArchiveMakesUseOf) {
  std::string output;
  context_.on_output = [&output](bool, absl::string_view bytes) {
    output += std::string(bytes);
  };
  ASSERT_OK(Perform(action_));
  EXPECT_EQ(output, "");
  Reset("absent");
  Action action = action_;
  action.mutable_unpack()->set_profile(Unpack::UPSTREAM);
  ASSERT_OK(Perform(action));
  EXPECT_EQ(output, "the archive makes use of: everything\n");
}

TEST_F(UnpackTest, WhatChangedSinceThePreparationStops) {
  for (const std::string& state : kStates) {
    Reset(state);
    ASSERT_OK_AND_ASSIGN(preparation_, handler_->Prepare(action_, context_));
    system_.RemoveTree("/opt/py");
    system_.AddFile("/opt/py/new", "somebody else's");
    const auto now = system_.Snapshot("/opt");
    EXPECT_THAT(handler_->Perform(action_, preparation_, context_),
                HasDiagnosticId("apply/foreign-change"));
    EXPECT_EQ(system_.Snapshot("/opt"), now);
  }
}

TEST_F(UnpackTest, WhatWasJudgedIsJudgedOnce) {
  Reset("absent");
  ASSERT_OK_AND_ASSIGN(const Preparation other,
                       handler_->Prepare(action_, context_));
  ASSERT_OK_AND_ASSIGN(preparation_, handler_->Prepare(action_, context_));
  system_.RemoveTree("/store/sha256");
  EXPECT_THAT(handler_->Perform(action_, other, context_),
              HasDiagnosticId("store/missing"));
  EXPECT_OK(handler_->Perform(action_, preparation_, context_));
  EXPECT_THAT(Destination(), IsUnpacked());
}

TEST_F(UnpackTest, AnotherProcessJudgesAgain) {
  Reset("absent");
  ASSERT_OK_AND_ASSIGN(preparation_, handler_->Prepare(action_, context_));
  context_.findings = nullptr;
  EXPECT_OK(handler_->Perform(action_, preparation_, context_));
  EXPECT_THAT(Destination(), IsUnpacked());
}

TEST_F(UnpackTest, WhatTheProposalSawHasToBeThere) {
  Action action = action_;
  action.add_before()->set_path("/opt/py");
  action.mutable_before(0)->mutable_state()->set_type(PathState::DIRECTORY);
  EXPECT_THAT(handler_->Prepare(action, context_),
              HasDiagnosticId("apply/foreign-change"));
}

TEST_F(UnpackTest, AFullDiskLeavesEverythingAsItWas) {
  for (const std::string& state : kStates) {
    for (uint64_t room : {0, 3, 7}) {
      Reset(state);
      system_.LimitFreeBytes(room);
      EXPECT_THAT(Perform(action_), HasDiagnosticId("host/no-space"));
      EXPECT_EQ(system_.Snapshot("/opt"), before_);
      system_.LimitFreeBytes(1 << 20);
    }
  }
}

// Killed, or cut from power, at every operation: recovery either adopts or
// cleans, and the same action then converges.
TEST_F(UnpackTest, CrashedAtEveryOperationItConverges) {
  for (const std::string& state : kStates) {
    for (const bool power_cut : {false, true}) {
      for (int n = 1;; ++n) {
        SCOPED_TRACE(absl::StrCat(state, power_cut ? " cut " : " kill ", n));
        Reset(state);
        ASSERT_OK_AND_ASSIGN(preparation_,
                             handler_->Prepare(action_, context_));
        system_.CrashAt(n);
        const absl::Status first =
            handler_->Perform(action_, preparation_, context_);
        const bool crashed = system_.crashed();
        EXPECT_EQ(first.ok(), !crashed) << first;
        power_cut ? system_.PowerCut() : system_.Restart();
        ASSERT_OK_AND_ASSIGN(Audit audit, handler_->AuditPrepared(
                                              action_, preparation_, context_));
        if (audit == Audit::kAfter) {
          ASSERT_OK(handler_->MakeDurable(action_, preparation_, context_));
        } else {
          ASSERT_EQ(audit, Audit::kBefore);
          ASSERT_OK(handler_->Clean(action_, preparation_, context_));
          EXPECT_EQ(system_.Snapshot("/opt"), before_);
          ASSERT_OK(Perform(action_));
        }
        EXPECT_THAT(Destination(), IsUnpacked());
        EXPECT_THAT(system_.Snapshot("/opt"),
                    Not(Contains(Key(HasSubstr(".tmp")))));
        if (!crashed) break;
      }
    }
  }
}

TEST_F(UnpackTest, UndoCrashedAtEveryOperationConverges) {
  for (const std::string& state : kStates) {
    for (int n = 1;; ++n) {
      SCOPED_TRACE(absl::StrCat(state, " ", n));
      Reset(state);
      ASSERT_OK(Perform(action_));
      system_.CrashAt(n);
      static_cast<void>(handler_->Undo(action_, preparation_, context_));
      const bool crashed = system_.crashed();
      system_.Restart();
      EXPECT_THAT(handler_->Undo(action_, preparation_, context_),
                  IsOkAndHolds(UndoOutcome::kUndone));
      EXPECT_EQ(system_.Snapshot("/opt"), before_);
      if (!crashed) break;
    }
  }
}

TEST(TreeStateTest, WhatIsNoFileMatchesNoListing) {
  FakeSystem system;
  system.AddFile("/t/a", "x");
  ASSERT_OK_AND_ASSIGN(auto directory, system.OpenDirectory("/t"));
  ASSERT_OK_AND_ASSIGN(std::string plain, DigestOfTree(*directory));
  EXPECT_EQ(plain, SettledDigest(
                       {{{.path = "a", .size = 1, .sha256 = Sha256Hex("x")}}}));
  system.AddOther("/t/socket");
  EXPECT_THAT(DigestOfTree(*directory), Not(IsOkAndHolds(plain)));
}

}  // namespace
}  // namespace provision
