#include "core/plugin/found_plugin.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/base/crypto.h"
#include "core/plugin/plugin_search.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr char kFolder[] = "/usr/lib/provision/plugins/motd";
constexpr char kPath[] =
    "/usr/lib/provision/plugins/motd/motd.provisioner.textproto";

std::string Manifest() {
  return absl::StrCat(
      "id: 'motd'\ncarrier: JSON_SCRIPT\nfile { name: 'motd.sh' sha256: '",
      Sha256Hex("#!/bin/sh\n"), "' }\ndescriptors { name: 'd' sha256: '",
      Sha256Hex(""),
      "' }\nmajor: 1\nconfig { field: 'acme.motd' type: 'acme.M' }\n"
      "fact: 'file'\n");
}

void AddPlugin(FakeSystem& system, const std::string& manifest = Manifest(),
               const std::string& folder = kFolder) {
  system.AddDirectory("/usr/lib/provision/plugins");
  system.AddDirectory(folder);
  system.AddFile(folder + "/motd.provisioner.textproto", manifest);
  system.AddFile(folder + "/motd.sh", "#!/bin/sh\n");
  system.AddFile(folder + "/d", "");
}

std::string FaultOf(FakeSystem& system) {
  const FoundPlugin plugin = ReadPlugin(system, kPath, "linux/amd64");
  return plugin.status.ok()
             ? ""
             : DiagnosticFromStatus(plugin.status).ShortDebugString();
}

TEST(FoundPluginTest, WhatIsSafeAndWholeIsUsed) {
  FakeSystem system;
  AddPlugin(system);
  const FoundPlugin plugin = ReadPlugin(system, kPath, "linux/amd64");
  ASSERT_OK(plugin.status);
  EXPECT_EQ(plugin.sha256, Sha256Hex(Manifest()));
  EXPECT_EQ(plugin.PathOf(*plugin.file), absl::StrCat(kFolder, "/motd.sh"));
  EXPECT_OK(CheckDigests(system, plugin));
  system.AddFile(absl::StrCat(kFolder, "/motd.sh"), "#!/bin/bash\n");
  EXPECT_EQ(DiagnosticId(CheckDigests(system, plugin)), "plugin/changed");
}

TEST(FoundPluginTest, WhatTheManifestHasToSay) {
  for (const auto& [from, to, expected] :
       std::vector<std::tuple<const char*, const char*, const char*>>{
           {"id: 'motd'", "id: 'mtod'", "called after"},
           {"id: 'motd'", "", "called after"},
           {"carrier: JSON_SCRIPT", "", "EXECUTABLE or JSON_SCRIPT"},
           {"carrier: JSON_SCRIPT", "carrier: PIGEON", "line 2"},
           {"motd.sh", "../motd.sh", "beside the manifest"},
           {"motd.sh", ".hidden", "beside the manifest"},
           {"sha256: '", "sha256: 'A", "64 digits"},
           {"major: 1", "major: 2", "the major 1"},
           {"config {", "#", "field and the type"},
           {"type: 'acme.M'", "", "field and type"},
           {"fact: 'file'", "fact: 'files'", "not files"}}) {
    FakeSystem system;
    AddPlugin(system, absl::StrReplaceAll(Manifest(), {{from, to}}));
    const std::string fault = FaultOf(system);
    EXPECT_THAT(fault, HasSubstr("plugin/manifest")) << to;
    EXPECT_THAT(fault, HasSubstr(expected)) << to;
  }
}

TEST(FoundPluginTest, WhatOthersCouldExchangeIsNotUsed) {
  const std::string folder = kFolder;
  for (const std::string& path :
       {folder, folder + "/motd.sh", folder + "/d", std::string(kPath)}) {
    FakeSystem writable;
    AddPlugin(writable);
    if (path == folder) {
      writable.RemoveTree(folder);
      writable.AddDirectory(folder, 0777);
      AddPlugin(writable);
      writable.ChangeOwner(folder, 1234, 0);
    } else {
      writable.ChangeOwner(path, 1234, 0);
    }
    const std::string fault = FaultOf(writable);
    EXPECT_THAT(fault, HasSubstr("plugin/unsafe")) << path;
    EXPECT_THAT(fault, HasSubstr("belongs to user 1234")) << path;
  }
}

TEST(FoundPluginTest, AnotherPlatformsIsNotUsedHere) {
  FakeSystem system;
  AddPlugin(system,
            absl::StrReplaceAll(
                Manifest(), {{"file { name", "file { platform: 'a/b' name"}}));
  EXPECT_THAT(FaultOf(system),
              testing::AllOf(HasSubstr("plugin/platform"), HasSubstr("a/b")));
}

std::vector<FoundPlugin> Find(FakeSystem& system, TrustedManifests trusted) {
  absl::StatusOr<std::vector<FoundPlugin>> plugins =
      FindPlugins(system, PluginFolders(system, "/named"), "linux/amd64",
                  [&trusted] { return trusted; });
  EXPECT_OK(plugins);
  return *std::move(plugins);
}

TEST(FindPluginsTest, OnlyWhatIsTrustedByItsContentIsUsed) {
  FakeSystem system;
  AddPlugin(system);
  std::vector<FoundPlugin> found = Find(system, {});
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(DiagnosticId(found[0].status), "plugin/untrusted");
  found = Find(system, {{kPath, std::string(64, '0')}});
  EXPECT_EQ(DiagnosticId(found[0].status), "plugin/changed");
  found = Find(system, {{kPath, Sha256Hex(Manifest())}});
  EXPECT_OK(found[0].status);
}

TEST(FindPluginsTest, TwoOfOneIdAreBothRefused) {
  FakeSystem system;
  AddPlugin(system);
  AddPlugin(system, Manifest(), "/named");
  const std::vector<FoundPlugin> found = Find(system, {});
  ASSERT_THAT(found, SizeIs(2));
  for (const FoundPlugin& plugin : found) {
    EXPECT_THAT(DiagnosticFromStatus(plugin.status).ShortDebugString(),
                testing::AllOf(HasSubstr("plugin/duplicate"), HasSubstr(kPath),
                               HasSubstr("/named/motd")));
  }
}

TEST(FindPluginsTest, LooksNowhereElse) {
  FakeSystem system;
  system.SetIdentity({.uid = 1000, .gid = 1000, .home = "/home/ada"});
  system.SetVariable("PATH", "/opt/bin");
  system.SetWorkingDirectory("/home");
  system.ClearLogs();
  EXPECT_THAT(Find(system, {}), SizeIs(0));
  EXPECT_THAT(
      system.reads(),
      testing::ElementsAre("list /named",
                           "list /home/ada/.local/share/provision/plugins",
                           "list /usr/local/lib/provision/plugins",
                           "list /usr/lib/provision/plugins"));
}

}  // namespace
}  // namespace provision
