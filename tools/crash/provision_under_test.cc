// provision with the double for a provisioner, so that a plan can ask for every
// kind of action, and with one more flag, which has to come first:
//
//   provision_under_test --trust-journal apply plan.textproto
//
// A COMMIT is then believed without an audit (spec/reliability.md 14.3). That
// is in no program for users: auditing before acting hides a journal that lies.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "bundles/archive_unpacker.h"
#include "bundles/wheels/wheel_installer.h"
#include "core/base/isolation.h"
#include "core/base/local_console.h"
#include "core/base/local_system.h"
#include "core/base/parallel_for.h"
#include "core/base/program_start.h"
#include "core/cli/run_command_line.h"
#include "core/testing/scripted_provisioner.h"
#include "plugins/builtin/builtin.h"

int main(int argc, char** argv) {
  provision::LocalConsole console;
  const std::unique_ptr<provision::System> system = provision::NewLocalSystem();
  const std::unique_ptr<provision::ArchiveUnpacker> unpacker =
      provision::NewArchiveUnpacker();
  const std::unique_ptr<provision::WheelInstaller> installer =
      provision::NewWheelInstaller(provision::DefaultThreads());
  provision::Registry registry;
  absl::Status started = provision::StartProgram();
  if (started.ok()) started = provision::RegisterBuiltins(registry);
  if (started.ok()) {
    started =
        registry.Register(std::make_unique<provision::ScriptedProvisioner>());
  }
  std::vector<std::string> words(argv + 1, argv + argc);
  const bool trust = !words.empty() && words[0] == "--trust-journal";
  if (trust) words.erase(words.begin());
  return provision::RunCommandLine(
      {.system = *system,
       .console = console,
       .registry = registry,
       .schemas = "",
       .readers = {.archives = *unpacker, .wheels = *installer},
       .started = started,
       .hold_to_reading = provision::HoldThisProcessToReading,
       .trust_journal = trust},
      words);
}
