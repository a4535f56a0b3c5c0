#include "core/project/lock_file.h"

#include "core/project/reading_text.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;

TEST(LockFileTest, Pylock) {
  ProjectReading reading;
  ReadPylock({"pylock.toml",
              "requires-python = \">=3.9\"\n"
              "[[packages]]\nname = \"a\"\nversion = \"1.0\"\n"
              "wheels = [{ name = \"a.whl\" }]\n"
              "[[packages]]\nname = \"b\"\nversion = \"2\"\n"
              "marker = \"os_name == 'nt'\"\n"
              "[[packages]]\nname = \"c\"\nversion = \"3\"\n"
              "marker = \"'docs' in extras\"\n"
              "[[packages]]\nname = \"d\"\n[packages.vcs]\ntype = \"git\"\n"
              "url = \"https://h.example/d\"\ncommit-id = \"abc\"\n"
              "[[packages]]\nname = \"e\"\n[packages.directory]\n"
              "path = \".\"\n"
              "[[packages]]\nname = \"f\"\n[packages.archive]\n"
              "url = \"https://h.example/f.zip\"\n"},
             &reading);
  EXPECT_THAT(
      DescribeReading(reading),
      ElementsAre("1 python >=3.9: requires-python >=3.9",
                  "0 packages a==1.0|b==2; os_name == \"nt\"|d @ "
                  "git+https://h.example/d@abc|f @ https://h.example/f.zip: 4 "
                  "requirements, all pinned",
                  "10 ? c==3 ; 'docs' in extras (extras and groups)",
                  "20 ? e (local packages)",
                  "0 ? digests of files (hashes: versions are pinned alone)"));
}

std::string LockedA(const std::string& wheel) {
  return absl::StrCat("[[packages]]\nname = \"a\"\nversion = \"1\"\n",
                      "wheels = [{ ", wheel, " }]\n");
}

TEST(LockFileTest, APylockWithAllDigestsIsOneToInstallFrom) {
  const std::string digest = "hashes = { sha256 = \"00\" }";
  const std::string url = "url = \"https://h.example/a.whl\", ";
  const struct {
    std::string content;
    bool is_locked;
  } kCases[] = {
      {LockedA(url + digest), true},
      {LockedA("path = \"a.whl\", " + digest), true},
      {LockedA("name = \"a.whl\", " + digest), false},
      {LockedA(url + "hashes = { md5 = \"00\" }"), false},
      {LockedA("url = \"https://me:word@h.example/a.whl\", " + digest), false},
      {LockedA(url + digest) + "[[packages]]\nname = \"b\"\nversion = \"1\"\n",
       false},
      {LockedA(url + digest) +
           "[[packages]]\nname = \"c\"\n[packages.directory]\npath = \".\"\n",
       false},
      {"packages = []\n", false},
  };
  for (const auto& c : kCases) {
    ProjectReading reading;
    ReadPylock({"pylock.toml", c.content}, &reading);
    ASSERT_EQ(reading.wishes.size(), 1u) << c.content;
    EXPECT_EQ(reading.wishes[0].is_locked, c.is_locked) << c.content;
  }
}

constexpr char kUvLock[] = R"(version = 1
requires-python = ">=3.9"
[[package]]
name = "a"
version = "1"
source = { registry = "https://i.example" }
dependencies = [{ name = "b" }, { name = "c", marker = "os_name == 'nt'" }]
[[package]]
name = "app"
source = { virtual = "." }
dependencies = [
  { name = "a" },
  { name = "d", extra = ["x"], marker = "sys_platform == 'linux'" },
]
[package.dev-dependencies]
dev = [{ name = "unwanted" }]
[[package]]
name = "b"
version = "2"
source = { registry = "https://i.example" }
dependencies = [{ name = "a" }]
[[package]]
name = "c"
version = "3"
source = { git = "https://h.example/c?rev=main#abc" }
dependencies = [{ name = "e", marker = "os_name == 'x' or os_name == 'y'" }]
[[package]]
name = "d"
version = "4"
source = { registry = "https://i.example" }
[package.optional-dependencies]
x = [{ name = "e" }]
y = [{ name = "unwanted" }]
[[package]]
name = "e"
version = "5"
source = { url = "https://h.example/e.whl" }
[[package]]
name = "member"
source = { editable = "libs/member" }
[[package]]
name = "unwanted"
version = "6"
source = { registry = "https://i.example" }
)";

TEST(LockFileTest, UvLockGivesWhatTheProjectNeeds) {
  ProjectReading reading;
  ReadUvLock({"uv.lock", kUvLock}, &reading);
  EXPECT_THAT(
      DescribeReading(reading),
      ElementsAre(
          "2 python >=3.9: requires-python >=3.9",
          "0 packages a==1|b==2|"
          "c @ git+https://h.example/c@abc ; os_name == \"nt\"|"
          "d==4; sys_platform == \"linux\"|"
          "e @ https://h.example/e.whl ; os_name == \"nt\" and (os_name "
          "== \"x\" or os_name == \"y\") or sys_platform == "
          "\"linux\": 5 requirements, all pinned"));
}

TEST(LockFileTest, AWorkspaceWithoutAProjectGivesAll) {
  ProjectReading reading;
  ReadUvLock({"uv.lock",
              "[[package]]\nname = \"a\"\nversion = \"1\"\n"
              "[[package]]\nname = \"m\"\nsource = { editable = \"m\" }\n"},
             &reading);
  EXPECT_THAT(DescribeReading(reading),
              ElementsAre("0 packages a==1: 1 requirement, pinned",
                          "4 ? m (local packages)"));
}

TEST(LockFileTest, WhatIsNoTomlIsAFault) {
  ProjectReading reading;
  ReadUvLock({"uv.lock", "[[package\n"}, &reading);
  ReadPylock({"pylock.toml", "= 1\n"}, &reading);
  EXPECT_EQ(reading.faults.size(), 2u);
  EXPECT_TRUE(reading.wishes.empty());
}

}  // namespace
}  // namespace provision
