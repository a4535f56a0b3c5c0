#ifndef PROVISION_CORE_CLI_COMMAND_LIST_H_
#define PROVISION_CORE_CLI_COMMAND_LIST_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// What a command does with plugins from outside.
enum class PluginNeed {
  kNone,    // it looks for none
  kSchema,  // it reads plans, and starts none
  kStart,   // it asks them
};

// What runs when a command of the table is named.
struct CommandEntry {
  absl::string_view name;
  ExitCode (*run)(CommandContext& context);
  // It is at work for longer, and says what it does meanwhile.
  bool takes_time;
  PluginNeed plugins = PluginNeed::kNone;
};

// In the order of the table; exactly its commands.
const std::vector<CommandEntry>& CommandEntries();

// Aborts on a name that is not in the table.
const CommandEntry& FindCommandEntry(absl::string_view name);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_COMMAND_LIST_H_
