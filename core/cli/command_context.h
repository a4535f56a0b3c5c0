#ifndef PROVISION_CORE_CLI_COMMAND_CONTEXT_H_
#define PROVISION_CORE_CLI_COMMAND_CONTEXT_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/actions/secret_resolver.h"
#include "core/api/bundle.h"
#include "core/api/wheel_installer.h"
#include "core/base/console.h"
#include "core/base/diagnostic.pb.h"
#include "core/base/redactor.h"
#include "core/base/system.h"
#include "core/cli/command_line.h"
#include "core/cli/terminal_style.h"
#include "core/engine/event_sink.h"
#include "core/engine/exit_code.h"
#include "core/plugin/registry.h"
#include "google/protobuf/message.h"

namespace provision {

// Holds this process and all that it starts to reading, but below `writable`,
// and says by what: "landlock 7, seccomp, no network". There is no way back.
using HoldToReading = std::function<absl::StatusOr<std::string>(
    const std::vector<std::string>& writable)>;

// Holds this process and all that it starts to no internet socket; false where
// the kernel cannot. There is no way back.
using HoldOffline = std::function<absl::StatusOr<bool>()>;

// What a command works with; all of it outlives the call.
struct CommandContext {
  const CommandLine& line;
  System& system;
  Console& console;
  const Registry& registry;
  // Descriptors with comments, of plans and of every built-in provisioner.
  absl::string_view schemas;
  EventSink& events;
  Redactor& redactor;
  const TerminalStyle& style;
  // What the kinds `unpack` and `install_wheels` read artifacts with.
  const ArtifactReaders& readers;
  // Asks a person for a secret; may be empty.
  SystemSecretResolver::Prompt prompt;
  HoldToReading hold_to_reading;
  // Reads and writes bundles; nullptr in a program without them.
  const BundleFormat* bundles = nullptr;
  HoldOffline hold_offline = nullptr;
  // Only in programs for tests: EngineOptions::trust_journal.
  bool trust_journal = false;
};

// Answers a question: `text`, or `answer` as one line of JSON with --json.
void Answer(CommandContext& context, const google::protobuf::Message& answer,
            absl::string_view text);

// Tells diagnostics that do not end the command.
void Warn(CommandContext& context, const std::vector<Diagnostic>& diagnostics);

// Ends a command that could not do its work: tells every diagnostic and the
// code, and returns it.
ExitCode Refuse(CommandContext& context, ExitCode code,
                const std::vector<Diagnostic>& diagnostics);
ExitCode Refuse(CommandContext& context, ExitCode code,
                const absl::Status& status);

// The code for an error that came before anything was done: 74 for lost
// durability, 5 for a lock, 65 for what was refused, else 1.
ExitCode ExitBeforeActions(const absl::Status& status);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_COMMAND_CONTEXT_H_
