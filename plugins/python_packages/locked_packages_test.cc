#include "plugins/python_packages/locked_packages.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/base/diagnostic.h"
#include "core/host/lock_target.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string Digest(char c) { return std::string(64, c); }

std::string Wheel(const std::string& file, char digest) {
  return absl::StrCat("  { url = \"https://files.index.example/p/", file,
                      "\", size = 10, hashes = { sha256 = \"", Digest(digest),
                      "\" } },\n");
}

std::string Pylock() {
  return absl::StrCat(
      "lock-version = \"1.0\"\nrequires-python = \">=3.11\"\n",
      "[[packages]]\nname = \"colorama\"\nversion = \"0.4.6\"\n",
      "marker = \"sys_platform == 'win32'\"\nwheels = [\n",
      Wheel("colorama-0.4.6-py2.py3-none-any.whl", '1'), "]\n",
      "[[packages]]\nname = \"Num.Py\"\nversion = \"2.0\"\nwheels = [\n",
      Wheel("num_py-2.0-cp311-cp311-manylinux_2_17_x86_64.whl", '2'),
      Wheel("num_py-2.0-cp311-cp311-manylinux_2_28_x86_64.whl", '3'),
      Wheel("num_py-2.0-cp311-cp311-macosx_11_0_arm64.whl", '4'),
      Wheel("num_py-2.0-cp312-cp312-win_amd64.whl", '5'),
      Wheel("num_py-2.0-cp311-cp311-win_amd64.whl", '6'),
      Wheel("num_py-2.0-2-cp311-cp311-win_amd64.whl", '7'),
      Wheel("num_py-2.0-10-cp311-cp311-win_amd64.whl", '8'), "]\n");
}

absl::StatusOr<std::vector<Lock::Artifact>> Choose(
    const std::string& text, const std::string& target,
    const std::vector<std::string>& versions = {"3.11.0", "3.11.99"}) {
  auto locked = ReadPylock("pylock.toml", text, "/plan");
  if (!locked.ok()) return locked.status();
  return ChooseWheels(*locked, *FindLockTarget(target), versions);
}

std::vector<std::string> Files(const std::string& target) {
  const auto chosen = Choose(Pylock(), target);
  EXPECT_OK(chosen);
  std::vector<std::string> files;
  for (const Lock::Artifact& artifact : *chosen) {
    files.push_back(
        absl::StrCat(artifact.file(), " ", artifact.sha256().substr(0, 1)));
  }
  return files;
}

TEST(LockedPackagesTest, EachTargetGetsItsBestWheels) {
  EXPECT_THAT(
      Files("debian-12/amd64"),
      ElementsAre("num_py-2.0-cp311-cp311-manylinux_2_28_x86_64.whl 3"));
  EXPECT_THAT(
      Files("manylinux_2_17/amd64"),
      ElementsAre("num_py-2.0-cp311-cp311-manylinux_2_17_x86_64.whl 2"));
  EXPECT_THAT(Files("macos-13/arm64"),
              ElementsAre("num_py-2.0-cp311-cp311-macosx_11_0_arm64.whl 4"));
  // The highest build number, which is a number; and the target's own marker.
  EXPECT_THAT(Files("windows-11/amd64"),
              ElementsAre("colorama-0.4.6-py2.py3-none-any.whl 1",
                          "num_py-2.0-10-cp311-cp311-win_amd64.whl 8"));
}

TEST(LockedPackagesTest, AnArtifactHasAllThatALockNeeds) {
  EXPECT_THAT(Choose(Pylock(), "macos-13/arm64")->at(0),
              EqualsProto(absl::StrCat(
                  "kind: WHEEL name: 'num-py' version: '2.0' "
                  "file: 'num_py-2.0-cp311-cp311-macosx_11_0_arm64.whl' size: "
                  "10 sha256: '",
                  Digest('4'),
                  "' url: 'https://files.index.example/p/"
                  "num_py-2.0-cp311-cp311-macosx_11_0_arm64.whl' "
                  "target: 'macos-13/arm64'")));
}

TEST(LockedPackagesTest, APathIsRelativeToTheFolder) {
  const auto locked = ReadPylock(
      "pylock.toml",
      absl::StrReplaceAll(Pylock(), {{"url = \"https://files.index.example/p/",
                                      "path = \"w h/"}}),
      "/plan");
  ASSERT_OK(locked);
  EXPECT_EQ(locked->packages[0].wheels[0].url,
            "file:///plan/w%20h/colorama-0.4.6-py2.py3-none-any.whl");
}

TEST(LockedPackagesTest, WhatCannotBePinnedIsRefusedWithItsPlace) {
  struct Case {
    std::string text;
    const char* target;
    const char* id;
    const char* message;
  };
  const std::string good = Pylock();
  const auto with = [&good](const char* before, const char* after) {
    return absl::StrReplaceAll(good, {{before, after}});
  };
  for (const Case& c : {
           Case{good, "debian-12/arm64", "lock/no-wheel",
                "no wheel of num-py 2.0 fits debian-12/arm64"},
           Case{with("\"1.0\"", "\"2.0\""), "debian-12/amd64",
                "lock/unanswered", "reads 1"},
           Case{with("sys_platform == 'win32'",
                     "python_full_version < '3.11.4'"),
                "debian-12/amd64", "lock/marker", "the last number"},
           Case{with("sys_platform == 'win32'", "platform_release == '6'"),
                "debian-12/amd64", "lock/marker", "platform_release"},
           Case{with("sys_platform == 'win32'", "'x' in extras"),
                "debian-12/amd64", "lock/marker", "extras"},
           Case{with("sys_platform == 'win32'", "sys_platform = 'win32'"),
                "debian-12/amd64", "project/syntax", "colorama"},
           Case{with("sha256", "md5"), "debian-12/amd64", "lock/weak-hash",
                "no SHA-256"},
           Case{with("https://", "https://u:p@"), "debian-12/amd64",
                "lock/credentials", "credentials"},
           Case{with("p/num_py-2.0-cp311-cp311-macosx",
                     "p/other-2.0-cp311-cp311-macosx"),
                "debian-12/amd64", "lock/unanswered", "no wheel of num-py"},
           Case{with("version = \"2.0\"", "vcs = { type = \"git\" }"),
                "debian-12/amd64", "lock/unanswered", "comes from a vcs"},
           Case{with(">=3.11", ">=3.12"), "debian-12/amd64", "lock/unanswered",
                "it is for Python >=3.12"},
           Case{"lock-version = ", "debian-12/amd64", "project/syntax", ""},
       }) {
    const absl::Status status = Choose(c.text, c.target).status();
    EXPECT_THAT(status, HasDiagnosticId(c.id)) << c.message;
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.message));
    EXPECT_EQ(DiagnosticFromStatus(status).place().file(), "pylock.toml");
  }
}

TEST(LockedPackagesTest, OneProjectHasOneVersionOnATarget) {
  const std::string twice = absl::StrCat(
      Pylock(),
      "[[packages]]\nname = \"num-py\"\nversion = \"1.0\"\nwheels = [\n",
      Wheel("num_py-1.0-py3-none-any.whl", '9'), "]\n");
  EXPECT_THAT(Choose(twice, "debian-12/amd64").status(),
              HasDiagnosticId("lock/unanswered"));
}

}  // namespace
}  // namespace provision
