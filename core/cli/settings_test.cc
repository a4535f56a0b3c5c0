#include "core/cli/settings.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/cli/flag_scanner.h"
#include "core/cli/flags.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kUser[] = "/home/ada/.config/provision/config.textproto";
constexpr char kRoot[] = "/etc/provision/config.textproto";

class SettingsTest : public testing::Test {
 protected:
  SettingsTest() {
    system_.SetIdentity(
        {.uid = 1000, .gid = 1000, .user_name = "ada", .home = "/home/ada"});
  }

  void Write(const char* path, absl::string_view text, uint32_t uid) {
    system_.AddFile(path, text);
    system_.ChangeOwner(path, uid, uid);
  }

  CommandLine Read(absl::string_view line,
                   const std::map<std::string, std::string>& variables = {}) {
    ScanResult scan = ScanCommandLine(
        absl::StrSplit(line, ' ', absl::SkipEmpty()), variables);
    EXPECT_TRUE(scan.errors.empty());
    faults_.clear();
    for (const Diagnostic& fault : ReadSettings(system_, &scan.line)) {
      faults_.push_back(absl::StrCat(
          fault.place().file(), ":", fault.place().line(), ":",
          fault.place().column(), " ", fault.id(), " ", fault.message(),
          fault.suggestion().empty() ? "" : " -> ", fault.suggestion()));
    }
    return scan.line;
  }

  FakeSystem system_;
  std::vector<std::string> faults_;
};

TEST_F(SettingsTest, FlagThenVariableThenUserThenEtcThenDefault) {
  const CommandLine none = Read("version");
  EXPECT_EQ(none.Number("jobs"), 0);
  EXPECT_EQ(none.OriginOf("jobs").text, "default");
  Write(kRoot, "jobs: 1\ndetail: \"short\"\n", 0);
  Write(kUser, "# mine\njobs: 2\noffline: true\n", 1000);
  const CommandLine files = Read("version");
  EXPECT_THAT(faults_, IsEmpty());
  EXPECT_EQ(files.Number("jobs"), 2);
  EXPECT_EQ(files.OriginOf("jobs").text, absl::StrCat(kUser, ":2"));
  EXPECT_EQ(files.Text("detail"), "short");
  EXPECT_EQ(files.OriginOf("detail").text, absl::StrCat(kRoot, ":2"));
  EXPECT_TRUE(files.Is("offline"));
  const CommandLine variable = Read("version", {{"PROVISION_JOBS", "3"}});
  EXPECT_EQ(variable.Number("jobs"), 3);
  EXPECT_EQ(variable.OriginOf("jobs").text, "PROVISION_JOBS");
  const CommandLine flag = Read("version --jobs 4", {{"PROVISION_JOBS", "3"}});
  EXPECT_EQ(flag.Number("jobs"), 4);
  EXPECT_EQ(flag.OriginOf("jobs").text, "--jobs");
}

TEST_F(SettingsTest, WhereTheFilesAre) {
  const CommandLine line = Read("version");
  EXPECT_THAT(SettingsPaths(system_, line), ElementsAre(kUser, kRoot));
  system_.SetVariable("XDG_CONFIG_HOME", "/cfg");
  EXPECT_THAT(SettingsPaths(system_, line),
              ElementsAre("/cfg/provision/config.textproto", kRoot));
  // A relative one is ignored, as the standard says.
  system_.SetVariable("XDG_CONFIG_HOME", "cfg");
  EXPECT_THAT(SettingsPaths(system_, line), ElementsAre(kUser, kRoot));
  system_.SetIdentity({.uid = 0});
  EXPECT_THAT(SettingsPaths(system_, line), ElementsAre(kRoot));
}

TEST_F(SettingsTest, OneThatIsNamedStandsForBoth) {
  Write(kRoot, "jobs: 1\n", 0);
  Write("/x.textproto", "detail: \"full\"\n", 1000);
  const CommandLine line = Read("version --config /x.textproto");
  EXPECT_EQ(line.Number("jobs"), 0);
  EXPECT_EQ(line.Text("detail"), "full");
  Read("version", {{"PROVISION_CONFIG", "/none.textproto"}});
  EXPECT_EQ(faults_.size(), 1u);
}

TEST_F(SettingsTest, EveryFaultHasItsPlaceAndTheNearestName) {
  Write(kUser,
        "colour: \"never\"\njobs: -1\ndetail: \"huge\"\nstore: \"here\"\n"
        "fresh: true\n",
        1000);
  Read("version");
  const std::string at(kUser);
  EXPECT_THAT(
      faults_,
      ElementsAre(at + ":1:1 plan/unknown-field no such field: colour -> color",
                  at + ":5:1 plan/unknown-field no such field: fresh",
                  at + ":3:9 settings/value detail: wants normal, short, full",
                  at + ":2:7 settings/value jobs: wants a number from 0",
                  at + ":4:8 settings/value store: wants an absolute path"));
}

TEST_F(SettingsTest, SomebodyElsesAreNotRead) {
  Write(kUser, "jobs: 2\n", 1001);
  EXPECT_EQ(Read("version").Number("jobs"), 0);
  EXPECT_THAT(faults_,
              ElementsAre(absl::StrCat(kUser,
                                       ":0:0 settings/untrusted the settings "
                                       "belong to somebody else")));
}

// What consents, names a file or belongs to one call has no setting.
TEST_F(SettingsTest, EachIsAFlagOfEveryCommand) {
  for (const std::string& name : SettingNames()) {
    const Flag* flag = FindFlag(name);
    ASSERT_NE(flag, nullptr) << name;
    EXPECT_TRUE(flag->everywhere) << name;
    EXPECT_FALSE(flag->variable.empty()) << name;
  }
}

}  // namespace
}  // namespace provision
