#include <memory>

#include "core/testing/conformance.h"
#include "core/testing/testing.h"
#include "plugins/command/command_provisioner.h"

namespace provision {
namespace {

ConformanceCase Case(const char* step) {
  return {.provisioner = [] { return std::make_unique<CommandProvisioner>(); },
          .step = step,
          .unusable = "[provision.command] { argv: '' }"};
}

// /bin/make makes the files that its arguments name, /bin/unmake removes them.
void AddTools(FakeSystem& system) {
  system.AddFile("/bin/make", "", 0755);
  system.AddFile("/bin/unmake", "", 0755);
  system.AddFile("/bin/test", "", 0755);
  system.AddScript({"/bin/make"}, [&system](const ProcessSpec& spec) {
    for (size_t i = 1; i < spec.argv.size(); ++i) {
      system.AddFile(spec.argv[i], "made");
    }
    return ProcessResult();
  });
  system.AddScript({"/bin/unmake"}, [&system](const ProcessSpec& spec) {
    for (size_t i = 1; i < spec.argv.size(); ++i) {
      if (system.Content(spec.argv[i]).has_value()) {
        system.RemoveTree(spec.argv[i]);
      }
    }
    return ProcessResult();
  });
  system.AddScript({"/bin/test"}, [&system](const ProcessSpec& spec) {
    ProcessResult result;
    result.status = system.Content(spec.argv[1]).has_value() ? 0 : 1;
    return result;
  });
}

TEST(CommandConformanceTest, GuardedByWhatItCreates) {
  ConformanceCase tried = Case(R"pb(
    [provision.command] {
      argv: "make"
      argv: "/srv/a"
      argv: "/srv/b c"
      creates: "a"
      outputs: "b c"
      undo { argv: "unmake" argv: "/srv/a" argv: "/srv/b c" }
    })pb");
  tried.host = AddTools;
  CheckConformance(tried);
}

TEST(CommandConformanceTest, GuardedByAQuestion) {
  ConformanceCase tried = Case(R"pb(
    [provision.command] {
      argv: "make"
      argv: "/srv/a"
      unless { argv: "test" argv: "/srv/a" }
    })pb");
  tried.host = AddTools;
  tried.is_reversible = false;
  CheckConformance(tried);
}

TEST(CommandConformanceTest, Unguarded) {
  ConformanceCase tried =
      Case("[provision.command] { argv: 'make' argv: '/srv/a' }");
  tried.host = AddTools;
  tried.is_reversible = false;
  tried.is_always_proposed = true;
  CheckConformance(tried);
}

TEST(CommandConformanceTest, ASecretIsHandedOverUnseen) {
  ConformanceCase tried = Case(R"pb(
    [provision.command] {
      argv: "make"
      argv: "/srv/a"
      creates: "a"
      secret {
        name: "TOKEN"
        reference { env: "APP_TOKEN" }
      }
      secret {
        name: "KEY"
        reference { env: "APP_KEY" }
        variable: true
      }
    })pb");
  tried.is_reversible = false;
  tried.canaries = {"canary-4711", "canary-4712"};
  tried.host = [](FakeSystem& system) {
    AddTools(system);
    system.SetVariable("APP_TOKEN", "canary-4711");
    system.SetVariable("APP_KEY", "canary-4712");
  };
  CheckConformance(tried);
}

}  // namespace
}  // namespace provision
