#include "core/actions/install_wheels.h"

#include <map>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/crypto.h"
#include "core/base/status_macros.h"
#include "core/testing/fake_facts.h"
#include "core/testing/fake_system.h"
#include "core/testing/line_wheels.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;

constexpr char kSite[] = "lib/site";

constexpr char kDemo[] = "demo/__init__.py=one\ndemo/sub/x.py=two\nbin/go=go";
constexpr char kMore[] = "more.py=more\nshared/more.py=x";

// States of the environment that the action meets.
const std::vector<std::string> kStates = {"empty", "others", "old", "damaged"};

class InstallWheelsTest : public testing::Test {
 protected:
  InstallWheelsTest() { Reset("empty"); }

  void Reset(absl::string_view state) {
    for (const char* path : {"/opt", "/store"}) system_.RemoveTree(path);
    system_.AddFile("/opt/env/pyvenv.cfg", "home = /usr/bin\n");
    system_.AddDirectory("/store", 0700);
    for (const char* wheel : {kDemo, kMore}) AddToStore(wheel);
    action_ = Action();
    InstallWheels* install = action_.mutable_install_wheels();
    install->set_environment("/opt/env");
    install->set_site_packages(kSite);
    install->set_python_version("3.11.7");
    install->add_tag("py3-none-any");
    AddWheel("demo-1.0-py3-none-any.whl", kDemo);
    AddWheel("more-1.0-py3-none-any.whl", kMore);
    if (state == "others" || state == "old") {
      system_.AddFile("/opt/env/lib/site/other.py", "other");
      system_.AddFile("/opt/env/lib/site/shared/other.py", "other");
      system_.AddFile("/opt/env/bin/python", "python");
    }
    if (state == "old" || state == "damaged") {
      system_.AddFile("/opt/env/lib/site/demo/__init__.py", "zero");
      system_.AddFile("/opt/env/lib/site/demo/gone.py", "gone");
      system_.AddFile("/opt/env/lib/site/demo/__pycache__/gone.c-1.pyc", "c");
      system_.AddFile("/opt/env/bin/go", "old go");
      const std::string folder =
          state == "old" ? "demo-0.9.dist-info" : "demo-1.0.dist-info";
      system_.AddFile(
          absl::StrCat("/opt/env/lib/site/", folder, "/RECORD"),
          absl::StrCat("lib/site/demo/__init__.py\nlib/site/demo/gone.py\n"
                       "bin/go\nlib/site/demo/lost.py\nlib/site/",
                       folder, "/RECORD"));
      install->add_remove(folder);
    }
    before_ = system_.Snapshot("/opt");
  }

  void AddToStore(absl::string_view wheel) {
    system_.AddFile(absl::StrCat("/store/sha256/", Sha256Hex(wheel)), wheel);
  }

  void AddWheel(absl::string_view file, absl::string_view content) {
    InstallWheels::Wheel* wheel = action_.mutable_install_wheels()->add_wheel();
    wheel->set_file(std::string(file));
    wheel->set_sha256(Sha256Hex(content));
  }

  absl::Status Perform() {
    PROVISION_ASSIGN_OR_RETURN(preparation_,
                               handler_->Prepare(action_, context_));
    return handler_->Perform(action_, preparation_, context_);
  }

  // Whether the wheels are there, and nothing of what had to go.
  void ExpectInstalled(absl::string_view state) {
    EXPECT_EQ(system_.Content("/opt/env/lib/site/demo/__init__.py"), "one");
    EXPECT_EQ(system_.Content("/opt/env/lib/site/demo/sub/x.py"), "two");
    EXPECT_EQ(system_.Content("/opt/env/lib/site/shared/more.py"), "x");
    EXPECT_EQ(system_.Content("/opt/env/bin/go"), "go");
    EXPECT_EQ(system_.Content("/opt/env/pyvenv.cfg"), "home = /usr/bin\n");
    const auto now = system_.Snapshot("/opt/env");
    EXPECT_THAT(now, Not(Contains(Key(HasSubstr("gone")))));
    EXPECT_THAT(now, Not(Contains(Key(HasSubstr("demo-0.9")))));
    EXPECT_THAT(now, Contains(Key(HasSubstr("demo-1.0.dist-info/RECORD"))));
    if (state == "others" || state == "old") {
      EXPECT_EQ(system_.Content("/opt/env/lib/site/shared/other.py"), "other");
      EXPECT_EQ(system_.Content("/opt/env/bin/python"), "python");
    }
    EXPECT_THAT(system_.Snapshot("/opt"),
                Not(Contains(Key(HasSubstr(".tmp")))));
  }

  FakeSystem system_;
  const LineWheels installer_;
  std::unique_ptr<Directory> store_;
  std::string output_;
  ActionContext context_{.system = system_,
                         .undo = nullptr,
                         .store = [this]() -> absl::StatusOr<Directory*> {
                           PROVISION_ASSIGN_OR_RETURN(
                               store_, system_.OpenDirectory("/store"));
                           return store_.get();
                         }};
  const std::unique_ptr<ActionHandler> handler_ =
      NewInstallWheelsHandler(installer_);
  Action action_;
  Preparation preparation_;
  std::map<std::string, std::string> before_;
};

TEST_F(InstallWheelsTest, IntoEveryState) {
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
    ExpectInstalled(state);
    system_.PowerCut();
    ExpectInstalled(state);
    EXPECT_THAT(handler_->AuditPrepared(action_, preparation_, context_),
                IsOkAndHolds(Audit::kAfter));
    EXPECT_THAT(handler_->AuditWanted(action_, context_),
                IsOkAndHolds(Audit::kAfter));
    // What an interpreter caches is no change; anything else is.
    system_.AddFile("/opt/env/lib/site/demo/sub/__pycache__/x.pyc", "c");
    EXPECT_THAT(handler_->AuditPrepared(action_, preparation_, context_),
                IsOkAndHolds(Audit::kAfter));
    system_.AddFile("/opt/env/lib/site/demo/sub/x.py", "twO");
    EXPECT_THAT(handler_->AuditPrepared(action_, preparation_, context_),
                IsOkAndHolds(Audit::kOther));
    EXPECT_THAT(handler_->AuditWanted(action_, context_),
                IsOkAndHolds(Audit::kOther));
  }
}

TEST_F(InstallWheelsTest, ANewEnvironmentComesInOneRenameForEachName) {
  ASSERT_OK(Perform());
  std::vector<std::string> renames;
  for (const std::string& operation : system_.operations()) {
    if (absl::StartsWith(operation, "rename ")) renames.push_back(operation);
  }
  const std::string staged =
      absl::StrCat("rename /opt/", preparation_.temporary_name(), "/");
  EXPECT_THAT(renames,
              ElementsAre(absl::StrCat(staged, "bin to /opt/env/bin"),
                          absl::StrCat(staged, "lib to /opt/env/lib")));
  // Nothing gave way, so nothing is kept.
  EXPECT_THAT(system_.Snapshot("/opt"),
              Not(Contains(Key(HasSubstr(".provision-")))));
}

TEST_F(InstallWheelsTest, ItIsSaidWhatIsInstalled) {
  Reset("old");
  FakeFacts facts;
  const Event::ActionLine line = handler_->Describe(action_, facts, "/opt");
  EXPECT_EQ(line.verb(), "install");
  EXPECT_EQ(line.note(),
            "2 wheels: demo 1.0, more 1.0; in place of demo-0.9.dist-info");
}

TEST_F(InstallWheelsTest, WithoutTheWheelsNobodyKnows) {
  ASSERT_OK(Perform());
  system_.RemoveTree("/store/sha256");
  EXPECT_THAT(handler_->AuditWanted(action_, context_),
              IsOkAndHolds(Audit::kUnknown));
}

TEST_F(InstallWheelsTest, RefusedWheelsLeaveNothing) {
  for (const std::string& state : kStates) {
    Reset(state);
    AddToStore("evil=x");
    AddWheel("bad-1.0-py3-none-any.whl", "evil=x");
    EXPECT_THAT(Perform(), AllOf(HasDiagnosticId("wheel/record"),
                                 StatusIs(absl::StatusCode::kInvalidArgument,
                                          "install bad-1.0-py3-none-any.whl: "
                                          "is evil")));
    EXPECT_EQ(system_.Snapshot("/opt"), before_);
  }
}

TEST_F(InstallWheelsTest, WhatCannotBeTakenOutStays) {
  Reset("old");
  system_.AddFile("/opt/env/lib/site/demo-0.9.dist-info/RECORD",
                  "../../etc/passwd");
  EXPECT_THAT(Perform(), HasDiagnosticId("wheel/escape"));
  system_.RemoveTree("/opt/env/lib/site/demo-0.9.dist-info");
  EXPECT_THAT(Perform(), HasDiagnosticId("wheel/record"));
}

TEST_F(InstallWheelsTest, FilesOfOthersGiveWayOrRefuse) {
  context_.on_output = [this](bool, absl::string_view bytes) {
    output_ += std::string(bytes);
  };
  system_.AddFile("/opt/env/lib/site/more.py", "mine");
  Action refusing = action_;
  refusing.mutable_install_wheels()->set_file_conflicts(InstallWheels::REFUSE);
  EXPECT_THAT(handler_->Prepare(refusing, context_).status(),
              HasDiagnosticId("apply/conflict"));
  before_ = system_.Snapshot("/opt");
  ASSERT_OK(Perform());
  EXPECT_EQ(output_,
            "lib/site/more.py: was there with another content, which is moved "
            "aside\n");
  EXPECT_EQ(system_.Content("/opt/env/lib/site/more.py"), "more");
  EXPECT_THAT(handler_->Undo(action_, preparation_, context_),
              IsOkAndHolds(UndoOutcome::kUndone));
  EXPECT_EQ(system_.Snapshot("/opt"), before_);
}

TEST_F(InstallWheelsTest, TheSameFileOfAnotherDoesNoHarm) {
  system_.AddFile("/opt/env/lib/site/more.py", "more");
  action_.mutable_install_wheels()->set_file_conflicts(InstallWheels::REFUSE);
  EXPECT_OK(Perform());
}

TEST_F(InstallWheelsTest, WarningsAreToldWhenItIsDone) {
  context_.on_output = [this](bool, absl::string_view bytes) {
    output_ += std::string(bytes);
  };
  AddToStore("odd.py=x");
  AddWheel("odd-1.0-py3-none-any.whl", "odd.py=x");
  ASSERT_OK(Perform());
  EXPECT_EQ(output_, "odd-1.0-py3-none-any.whl is odd\n");
}

TEST_F(InstallWheelsTest, WhatChangedSinceThePreparationStops) {
  ASSERT_OK_AND_ASSIGN(preparation_, handler_->Prepare(action_, context_));
  system_.AddFile("/opt/env/lib/mine", "x");
  const auto now = system_.Snapshot("/opt");
  EXPECT_THAT(handler_->Perform(action_, preparation_, context_),
              HasDiagnosticId("apply/foreign-change"));
  EXPECT_EQ(system_.Snapshot("/opt"), now);
}

TEST_F(InstallWheelsTest, WhatWasJudgedIsJudgedOnce) {
  ASSERT_OK_AND_ASSIGN(const Preparation other,
                       handler_->Prepare(action_, context_));
  ASSERT_OK_AND_ASSIGN(preparation_, handler_->Prepare(action_, context_));
  system_.RemoveTree("/store/sha256");
  EXPECT_THAT(handler_->Perform(action_, other, context_),
              HasDiagnosticId("store/missing"));
  EXPECT_OK(handler_->Perform(action_, preparation_, context_));
}

TEST_F(InstallWheelsTest, AnotherProcessJudgesAgain) {
  ASSERT_OK_AND_ASSIGN(preparation_, handler_->Prepare(action_, context_));
  context_.findings = nullptr;
  EXPECT_OK(handler_->Perform(action_, preparation_, context_));
}

TEST_F(InstallWheelsTest, ThereHasToBeAnEnvironment) {
  system_.RemoveTree("/opt/env");
  EXPECT_THAT(handler_->AuditWanted(action_, context_),
              IsOkAndHolds(Audit::kOther));
  EXPECT_THAT(Perform(), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(InstallWheelsTest, OnlyTakingOut) {
  Reset("old");
  action_.mutable_install_wheels()->clear_wheel();
  EXPECT_THAT(handler_->AuditWanted(action_, context_),
              IsOkAndHolds(Audit::kOther));
  ASSERT_OK(Perform());
  EXPECT_THAT(system_.Snapshot("/opt/env"),
              Not(Contains(Key(HasSubstr("demo")))));
  EXPECT_EQ(system_.Content("/opt/env/lib/site/other.py"), "other");
  EXPECT_THAT(handler_->AuditWanted(action_, context_),
              IsOkAndHolds(Audit::kAfter));
}

TEST_F(InstallWheelsTest, AFullDiskLeavesEverythingAsItWas) {
  for (const std::string& state : kStates) {
    for (uint64_t room : {0, 3, 10}) {
      Reset(state);
      system_.LimitFreeBytes(room);
      EXPECT_THAT(Perform(), HasDiagnosticId("host/no-space"));
      EXPECT_EQ(system_.Snapshot("/opt"), before_);
      system_.LimitFreeBytes(1 << 20);
    }
  }
}

// Killed, or cut from power, at every operation: recovery either adopts or
// cleans, and the same action then converges.
TEST_F(InstallWheelsTest, CrashedAtEveryOperationItConverges) {
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
          ASSERT_OK(Perform());
        }
        ExpectInstalled(state);
        if (!crashed) break;
      }
    }
  }
}

TEST_F(InstallWheelsTest, UndoCrashedAtEveryOperationConverges) {
  for (const std::string& state : kStates) {
    for (const bool power_cut : {false, true}) {
      for (int n = 1;; ++n) {
        SCOPED_TRACE(absl::StrCat(state, power_cut ? " cut " : " kill ", n));
        Reset(state);
        ASSERT_OK(Perform());
        system_.CrashAt(n);
        static_cast<void>(handler_->Undo(action_, preparation_, context_));
        const bool crashed = system_.crashed();
        power_cut ? system_.PowerCut() : system_.Restart();
        EXPECT_THAT(handler_->Undo(action_, preparation_, context_),
                    IsOkAndHolds(UndoOutcome::kUndone));
        EXPECT_EQ(system_.Snapshot("/opt"), before_);
        if (!crashed) break;
      }
    }
  }
}

TEST_F(InstallWheelsTest, WhatOthersChangedIsNotUndone) {
  ASSERT_OK(Perform());
  system_.AddFile("/opt/env/lib/site/demo/sub/x.py", "mine");
  const auto now = system_.Snapshot("/opt");
  EXPECT_THAT(handler_->Undo(action_, preparation_, context_),
              IsOkAndHolds(UndoOutcome::kForeign));
  EXPECT_EQ(system_.Snapshot("/opt"), now);
}

}  // namespace
}  // namespace provision
