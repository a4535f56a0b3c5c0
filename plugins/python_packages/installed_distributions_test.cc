#include "plugins/python_packages/installed_distributions.h"

#include <map>
#include <string>

#include "core/testing/provisioner_golden.h"
#include "core/testing/testing.h"
#include "plugins/python_packages/fake_environment.h"

namespace provision {
namespace {

using ::testing::ElementsAre;

const std::string& Site() {
  static const auto& site = *new std::string(FakeEnvironment::kSite);
  return site;
}

struct Read {
  PythonEnvironment environment;
  std::map<std::string, InstalledDistribution> installed;
  std::string damage;  // of alpha
  bool of_metadata = false;
};

Read ReadAll(FakeEnvironment& host) {
  host.Finish();
  Facts facts(host.facts(), GoldenScope());
  Read read;
  auto environment = ReadPythonEnvironment(FakeEnvironment::kPath, facts);
  EXPECT_OK(environment);
  read.environment = *std::move(environment);
  read.installed = ReadInstalledDistributions(read.environment, facts);
  const auto alpha = read.installed.find("alpha");
  if (alpha != read.installed.end()) {
    const DistributionDamage damage =
        FindDamage(alpha->second, read.environment, facts);
    read.damage = damage.text;
    read.of_metadata = damage.of_metadata;
  }
  return read;
}

TEST(InstalledDistributionsTest, ReadsMetadata) {
  FakeEnvironment host;
  host.AddDistribution("alpha", "1.0", {"Beta>=1", "gamma; extra == 'x'"});
  host.AddDistribution("Beta_x", "2.0", {"broken >>1"});
  const Read read = ReadAll(host);
  ASSERT_EQ(read.installed.size(), 2);
  const InstalledDistribution& alpha = read.installed.at("alpha");
  EXPECT_EQ(alpha.version, "1.0");
  ASSERT_EQ(alpha.requires_distributions.size(), 2);
  EXPECT_EQ(alpha.requires_distributions[0].ToString(), "Beta>=1");
  EXPECT_EQ(read.damage, "");
  EXPECT_THAT(read.installed.at("beta-x").unreadable,
              ElementsAre("broken >>1"));
}

TEST(InstalledDistributionsTest, ReadsWhereOneCameFrom) {
  FakeEnvironment host;
  host.AddDistribution("alpha", "1.0", {},
                       R"({"url": "https://h.example/a.git", "vcs_info": {
                           "vcs": "git", "requested_revision": "v1",
                           "commit_id": "c0ffee"}})");
  host.AddDistribution(
      "beta", "1.0", {},
      R"({"url": "file:///p/b", "dir_info": {"editable": true}})");
  host.AddDistribution("gamma", "1.0", {},
                       R"({"url": "https://h.example/g.whl", "archive_info": {
                           "hashes": {"sha256": "abc"}}})");
  const Read read = ReadAll(host);
  const DirectUrl alpha = *read.installed.at("alpha").direct_url;
  EXPECT_EQ(alpha.vcs, "git");
  EXPECT_EQ(alpha.requested_revision, "v1");
  EXPECT_EQ(alpha.commit, "c0ffee");
  EXPECT_TRUE(read.installed.at("beta").direct_url->editable);
  EXPECT_EQ(read.installed.at("gamma").direct_url->sha256, "abc");
}

TEST(InstalledDistributionsTest, MissingAndResizedFilesAreDamage) {
  const std::string file = Site() + "/alpha/__init__.py";
  {
    FakeEnvironment host;
    host.AddDistribution("alpha", "1.0");
    host.RemoveFile(file);
    EXPECT_EQ(ReadAll(host).damage, "alpha/__init__.py is missing");
  }
  {
    FakeEnvironment host;
    host.AddDistribution("alpha", "1.0");
    host.ResizeFile(file, 0);
    EXPECT_EQ(ReadAll(host).damage, "alpha/__init__.py has 0 bytes, not 6");
  }
  {
    FakeEnvironment host;
    host.AddDistribution("alpha", "1.0");
    host.AddRecord("alpha", "1.0", "../../../bin/alpha,sha256=c,3");
    EXPECT_EQ(ReadAll(host).damage, "../../../bin/alpha is missing");
  }
  {
    FakeEnvironment host;
    host.AddDistribution("alpha", "1.0");
    host.AddRecord("alpha", "1.0", "../../../bin/alpha,sha256=c,3");
    host.AddRecord("alpha", "1.0", "\"a, \"\"b\"\".py\",,");
    host.AddFile("bin/alpha", "abc");
    host.AddFile(Site() + "/a, \"b\".py", "abc");
    EXPECT_EQ(ReadAll(host).damage, "");
  }
}

TEST(InstalledDistributionsTest, TwoVersionsOrNoRecordAreDamage) {
  {
    FakeEnvironment host;
    host.AddDistribution("alpha", "1.0");
    host.AddDistribution("alpha", "2.0");
    const Read read = ReadAll(host);
    EXPECT_EQ(read.damage, "metadata of two versions");
    EXPECT_TRUE(read.of_metadata);
    EXPECT_THAT(read.installed.at("alpha").metadata_folders,
                ElementsAre(Site() + "/alpha-1.0.dist-info",
                            Site() + "/alpha-2.0.dist-info"));
  }
  {
    FakeEnvironment host;
    host.AddFile(Site() + "/alpha-1.0.dist-info/METADATA",
                 "Name: alpha\nVersion: 1.0\n");
    const Read read = ReadAll(host);
    EXPECT_EQ(read.damage, "no RECORD");
    EXPECT_TRUE(read.of_metadata);
  }
}

TEST(InstalledDistributionsTest, ARecordOfTheWheelIsOneThatWasCutOff) {
  FakeEnvironment host;
  const std::string info = Site() + "/alpha-1.0.dist-info/";
  host.AddFile(info + "METADATA", "Name: alpha\nVersion: 1.0\n");
  host.AddFile(Site() + "/alpha/__init__.py", "x = 1\n");
  host.AddRecord("alpha", "1.0", "alpha/__init__.py,sha256=a,6");
  host.AddRecord("alpha", "1.0", "alpha-1.0.dist-info/RECORD,,");
  Read read = ReadAll(host);
  EXPECT_EQ(read.damage, "its installation was cut off");
  EXPECT_FALSE(read.of_metadata);

  host.AddFile(info + "INSTALLER", "pip\n");
  host.AddRecord("alpha", "1.0", "alpha-1.0.dist-info/INSTALLER,sha256=c,4");
  EXPECT_EQ(ReadAll(host).damage, "");
}

TEST(InstalledDistributionsTest, OldEggsCountAndHaveNoRecord) {
  FakeEnvironment host;
  host.AddFile(Site() + "/alpha.egg-info/PKG-INFO",
               "Name: alpha\r\nVersion: 1.0\r\nSummary: two\r\n  lines\r\n");
  const Read read = ReadAll(host);
  EXPECT_EQ(read.installed.at("alpha").version, "1.0");
  EXPECT_EQ(read.damage, "");
}

TEST(InstalledDistributionsTest, NestedMetadataIsNobodys) {
  FakeEnvironment host;
  host.AddFile(Site() + "/vendor/x-1.dist-info/METADATA",
               "Name: x\nVersion: 1\n");
  EXPECT_TRUE(ReadAll(host).installed.empty());
}

TEST(InstalledDistributionsTest, WhatAKilledPipMovedAsideIsNotInstalled) {
  FakeEnvironment host;
  host.AddFile(Site() + "/~lpha-1.0.dist-info/METADATA",
               "Name: alpha\nVersion: 1.0\n");
  EXPECT_TRUE(ReadAll(host).installed.empty());
}

TEST(InstalledDistributionsTest, RowsOfARecord) {
  const auto rows = ParseRecord("a.py,sha256=x,3\r\n\"b,\"\"c\",,\nlast");
  ASSERT_EQ(rows.size(), 3);
  EXPECT_EQ(rows[0].path, "a.py");
  EXPECT_EQ(rows[0].hash, "sha256=x");
  EXPECT_EQ(rows[0].size, "3");
  EXPECT_EQ(rows[1].path, "b,\"c");
  EXPECT_EQ(rows[2].path, "last");
}

}  // namespace
}  // namespace provision
