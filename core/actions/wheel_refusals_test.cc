// Wheels that may not be installed, by the action that people use and its real
// installer: each is refused by the id of bundles.md 9.1 and 10.3, and the
// environment is as before, byte for byte.

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "bundles/testing/wheel_builder.h"
#include "bundles/wheels/wheel_installer.h"
#include "core/actions/install_wheels.h"
#include "core/base/crypto.h"
#include "core/base/status_macros.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;

constexpr char kSite[] = "lib/python3.11/site-packages";
constexpr char kInSite[] = "/opt/env/lib/python3.11/site-packages/";
constexpr char kOld[] = "demo-0.9.dist-info";

class WheelRefusalsTest : public testing::Test {
 protected:
  WheelRefusalsTest() {
    system_.AddFile("/opt/env/pyvenv.cfg", "home = /usr/bin\n");
    system_.AddFile("/opt/env/bin/python", "python");
    system_.AddFile(absl::StrCat(kInSite, "mine.py"), "mine");
    system_.AddDirectory("/store", 0700);
    EXPECT_OK(Install(
        {{.version = "0.9",
          .files = {{"demo/__init__.py", "old"}, {"demo/gone.py", "gone"}},
          .entry_points = "[console_scripts]\ngo = demo:x\n"}},
        {}));
    system_.AddFile(absl::StrCat(kInSite, "demo/__pycache__/gone.c-311.pyc"),
                    "compiled");
    before_ = system_.Snapshot("/opt");
  }

  // By the names of the specs unless `file` is another.
  absl::Status Install(const std::vector<WheelSpec>& specs,
                       const std::vector<std::string>& remove,
                       const std::string& file = "") {
    Action action;
    InstallWheels& install = *action.mutable_install_wheels();
    install.set_environment("/opt/env");
    install.set_site_packages(kSite);
    install.set_python_version("3.11.7");
    install.add_tag("py3-none-any");
    install.set_file_conflicts(InstallWheels::REFUSE);
    for (const std::string& folder : remove) install.add_remove(folder);
    for (const WheelSpec& spec : specs) {
      const std::string bytes = BuildWheel(spec);
      InstallWheels::Wheel& wheel = *install.add_wheel();
      wheel.set_sha256(Sha256Hex(bytes));
      wheel.set_file(file.empty() ? WheelFileName(spec) : file);
      system_.AddFile("/store/sha256/" + wheel.sha256(), bytes);
    }
    std::unique_ptr<Directory> store;
    ActionContext context{.system = system_,
                          .undo = nullptr,
                          .store = [&]() -> absl::StatusOr<Directory*> {
                            PROVISION_ASSIGN_OR_RETURN(
                                store, system_.OpenDirectory("/store"));
                            return store.get();
                          }};
    PROVISION_ASSIGN_OR_RETURN(const Preparation preparation,
                               handler_->Prepare(action, context));
    return handler_->Perform(action, preparation, context);
  }

  FakeSystem system_;
  const std::unique_ptr<WheelInstaller> installer_ =
      NewWheelInstaller(/*threads=*/2);
  const std::unique_ptr<ActionHandler> handler_ =
      NewInstallWheelsHandler(*installer_);
  std::map<std::string, std::string> before_;
};

const std::pair<std::string, std::string> kModule = {"demo/new.py", "new"};

// A RECORD with `line` for the module in place of the right one.
WheelSpec Recorded(const std::string& line) {
  return {.files = {kModule}, .edit_record = [line](std::string record) {
            return absl::StrReplaceAll(
                record,
                {{WheelRecordLine(kModule.first, kModule.second), line}});
          }};
}

struct Refused {
  std::string id;
  std::vector<WheelSpec> specs;
  std::string file = {};
};

const Refused kRefused[] = {
    // Another digest: found only while it is written.
    {"wheel/record", {Recorded(WheelRecordLine(kModule.first, "neW"))}},
    {"wheel/record", {Recorded("")}},
    {"wheel/record", {{.unlisted = {{.name = "demo/more.py"}}}}},
    {"archive/name", {{.unlisted = {{.name = "demo/../../x"}}}}},
    {"wheel/reserved", {{.files = {{"demo-1.0.data/scripts/python3", "x"}}}}},
    {"wheel/reserved", {{.entry_points = "[console_scripts]\nActivate = d:x"}}},
    {"wheel/escape", {{.files = {{"demo-1.0.data/data/pyvenv.cfg", "x"}}}}},
    {"wheel/escape",
     {{.files = {{"demo-1.0.data/data/lib/python3.11/x", ""}}}}},
    {"wheel/entry-point", {{.entry_points = "[gui_scripts]\na = d:x(); y"}}},
    {"wheel/dist-info", {{.files = {{"other-1.0.dist-info/METADATA", "x"}}}}},
    // Of another project, under this one's name.
    {"wheel/dist-info", {{.project = "other"}}, "demo-1.0-py3-none-any.whl"},
    {"wheel/name", {{}, {.project = "Demo", .version = "2.0"}}},
    {"wheel/platform", {{}}, "demo-1.0-cp312-cp312-linux_x86_64.whl"},
    {"wheel/data", {{.files = {{"demo-1.0.data/else/x", "x"}}}}},
    // Two that cannot both be, and one that would take a file of nobody's.
    {"apply/conflict",
     {{.files = {{"LICENSE", "a"}}},
      {.project = "other", .files = {{"LICENSE", "b"}}}}},
    {"apply/conflict",
     {{.files = {{"x", "a"}}}, {.project = "other", .files = {{"x/y", "b"}}}}},
    {"apply/conflict", {{.files = {{"mine.py", "theirs"}}}}},
};

TEST_F(WheelRefusalsTest, TheEnvironmentIsAsBefore) {
  for (const Refused& c : kRefused) {
    for (const bool is_upgrade : {false, true}) {
      SCOPED_TRACE(absl::StrCat(c.id, " ", &c - kRefused, " ", is_upgrade));
      const std::vector<std::string> remove(is_upgrade ? 1 : 0, kOld);
      EXPECT_THAT(Install(c.specs, remove, c.file), HasDiagnosticId(c.id));
      EXPECT_EQ(system_.Snapshot("/opt"), before_);
    }
  }
}

TEST_F(WheelRefusalsTest, WhatRecordDoesNotBoundStays) {
  const std::string record = absl::StrCat(kInSite, kOld, "/RECORD");
  for (const char* listed : {"../../../../../etc/passwd", "/etc/passwd"}) {
    system_.AddFile(record, absl::StrCat(listed, ",,\n"));
    before_ = system_.Snapshot("/opt");
    EXPECT_THAT(Install({}, {kOld}), HasDiagnosticId("wheel/escape"));
    EXPECT_EQ(system_.Snapshot("/opt"), before_);
  }
}

TEST_F(WheelRefusalsTest, AnUpgradeTakesOutWhatRecordNames) {
  EXPECT_OK(Install({{.files = {kModule}}}, {kOld}));
  const auto now = system_.Snapshot("/opt/env");
  EXPECT_THAT(now, Not(Contains(Key(HasSubstr("gone")))));
  EXPECT_THAT(now, Not(Contains(Key(HasSubstr("bin/go")))));
  EXPECT_THAT(now, Not(Contains(Key(HasSubstr(kOld)))));
  EXPECT_EQ(system_.Content(kInSite + kModule.first), kModule.second);
  EXPECT_EQ(system_.Content(absl::StrCat(kInSite, "mine.py")), "mine");
  EXPECT_EQ(system_.Content("/opt/env/bin/python"), "python");
}

TEST_F(WheelRefusalsTest, TakenOutNothingOfItIsLeft) {
  EXPECT_OK(Install({}, {kOld}));
  const auto now = system_.Snapshot("/opt/env");
  EXPECT_THAT(now, Not(Contains(Key(HasSubstr("demo")))));
  EXPECT_THAT(now, Not(Contains(Key(HasSubstr("bin/go")))));
  EXPECT_EQ(system_.Content(absl::StrCat(kInSite, "mine.py")), "mine");
}

}  // namespace
}  // namespace provision
