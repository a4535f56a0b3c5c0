#ifndef PROVISION_CORE_CLI_RUN_COMMAND_LINE_H_
#define PROVISION_CORE_CLI_RUN_COMMAND_LINE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/actions/secret_resolver.h"
#include "core/api/bundle.h"
#include "core/api/wheel_installer.h"
#include "core/base/console.h"
#include "core/base/system.h"
#include "core/cli/command_context.h"
#include "core/plugin/registry.h"

namespace provision {

// What the program is given by its main.
struct Program {
  System& system;
  Console& console;
  const Registry& registry;
  // A FileDescriptorSet with source info of plan.proto and of every built-in
  // provisioner: what `explain` prints.
  absl::string_view schemas;
  const ArtifactReaders readers;
  // Why the program must not run, or OK.
  absl::Status started;
  // Both may be empty: nobody is asked for a secret, nothing is held.
  SystemSecretResolver::Prompt prompt = nullptr;
  HoldToReading hold_to_reading = nullptr;
  const BundleFormat* bundles = nullptr;
  HoldOffline hold_offline = nullptr;
  // Only in programs for tests: EngineOptions::trust_journal.
  bool trust_journal = false;
};

// Runs the command that `words` (argv without the program) name, and returns
// the exit code of the process: one of reliability.md 16. Says everything on
// the console.
int RunCommandLine(const Program& program,
                   const std::vector<std::string>& words);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_RUN_COMMAND_LINE_H_
