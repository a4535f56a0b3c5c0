#include <memory>

#include "core/testing/conformance.h"
#include "core/testing/testing.h"
#include "plugins/files/files_provisioner.h"

namespace provision {
namespace {

ConformanceCase Case(const char* step) {
  return {.provisioner = [] { return std::make_unique<FilesProvisioner>(); },
          .step = step,
          .unusable = "[provision.files] { file { path: 'a' } }"};
}

TEST(FilesConformanceTest, AllFiveKinds) {
  ConformanceCase tried = Case(R"pb(
    [provision.files] {
      directory { path: "app/log" mode: "0750" }
      directory { path: "there" mode: "0700" }
      file { path: "app/motd" content: "hello\n" mode: "0600" }
      file { path: "old" source: "source" }
      link { path: "current" target: "app" }
      link { path: "moved" target: "app" }
      block { path: "profile" name: "path" content: "PATH=x\n" }
      absent { path: "gone" recursive: true }
    })pb");
  tried.host = [](FakeSystem& system) {
    system.AddDirectory("/srv/there");
    system.AddFile("/srv/there/kept", "kept");
    system.AddFile("/srv/old", "old content", 0755);
    system.AddFile("/srv/source", "new content");
    system.AddSymlink("/srv/moved", "elsewhere");
    // CRLF, and no end of the last line (host.md W3).
    system.AddFile("/srv/profile", "a\r\nb", 0640);
    system.AddFile("/srv/gone/deep/file", "x");
  };
  CheckConformance(tried);
}

TEST(FilesConformanceTest, Owners) {
  ConformanceCase tried = Case(R"pb(
    [provision.files] {
      file { path: "a" content: "x" owner: "app" group: "7" }
      file { path: "b" content: "b" owner: "app" }
    })pb");
  tried.host = [](FakeSystem& system) {
    system.AddUser("app", 5);
    system.AddFile("/srv/b", "b");
    system.ChangeOwner("/srv/b", 3, 4);
  };
  CheckConformance(tried);
}

TEST(FilesConformanceTest, ASecretStaysOne) {
  ConformanceCase tried = Case(R"pb(
    [provision.files] {
      file {
        path: "token"
        secret { env: "APP_TOKEN" }
      }
      file {
        path: "new/token"
        secret { file: "/run/secret" }
      }
    })pb");
  tried.is_always_proposed = true;
  tried.canaries = {"canary-4711", "canary-4712", "canary-4713"};
  tried.host = [](FakeSystem& system) {
    system.SetVariable("APP_TOKEN", "canary-4711");
    system.AddFile("/run/secret", "canary-4712\n", 0600);
    system.AddFile("/srv/token", "canary-4713", 0600);
  };
  CheckConformance(tried);
}

}  // namespace
}  // namespace provision
