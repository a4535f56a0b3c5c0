#include <memory>
#include <string>
#include <vector>

#include "bundles/archive_unpacker.h"
#include "bundles/oci/bundle_format.h"
#include "bundles/wheels/wheel_installer.h"
#include "core/base/isolation.h"
#include "core/base/local_console.h"
#include "core/base/local_system.h"
#include "core/base/offline_process.h"
#include "core/base/parallel_for.h"
#include "core/base/program_start.h"
#include "core/base/terminal_prompt.h"
#include "core/cli/run_command_line.h"
#include "plugins/builtin/builtin.h"
#include "plugins/builtin/builtin_schemas.h"

int main(int argc, char** argv) {
  provision::LocalConsole console;
  const std::unique_ptr<provision::System> system = provision::NewLocalSystem();
  const std::unique_ptr<provision::ArchiveUnpacker> unpacker =
      provision::NewArchiveUnpacker();
  const std::unique_ptr<provision::WheelInstaller> installer =
      provision::NewWheelInstaller(provision::DefaultThreads());
  const std::unique_ptr<provision::BundleFormat> bundles =
      provision::NewBundleFormat();
  provision::Registry registry;
  absl::Status started = provision::StartProgram();
  if (started.ok()) started = provision::RegisterBuiltins(registry);
  return provision::RunCommandLine(
      {.system = *system,
       .console = console,
       .registry = registry,
       .schemas = provision::BuiltinSchemas(),
       .readers = {.archives = *unpacker, .wheels = *installer},
       .started = started,
       .prompt = provision::PromptAtTerminal,
       .hold_to_reading = provision::HoldThisProcessToReading,
       .bundles = bundles.get(),
       .hold_offline = provision::HoldThisProcessOffline},
      std::vector<std::string>(argv + 1, argv + argc));
}
