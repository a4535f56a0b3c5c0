#ifndef PROVISION_CORE_CLI_COMMAND_TABLE_H_
#define PROVISION_CORE_CLI_COMMAND_TABLE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/engine/exit_code.h"

namespace provision {

// What there is to know of a command, in one place: the scanner, help pages and
// completion are made from it. A command that is not built is not listed.
struct Command {
  // A labelled block of a help page. `left` is a flag or two as typed.
  struct HelpLine {
    absl::string_view label;  // "which"; empty: goes on
    absl::string_view left;
    absl::string_view right;
  };

  absl::string_view group = {};  // "start"
  absl::string_view name = {};   // "plan show"
  absl::string_view arguments = {};
  int least_arguments = 0;
  int most_arguments = 0;
  absl::string_view brief = {};  // the help in one line
  std::vector<absl::string_view> flags = {};
  std::vector<absl::string_view> examples = {};
  std::vector<HelpLine> help = {};
  std::vector<ExitCode> exits = {};
  absl::string_view host = {};  // what becomes of it
};

// In the order of the overview.
const std::vector<Command>& Commands();

const Command* FindCommand(absl::string_view name);

// Whether `command` takes the flag of this name.
bool Takes(const Command& command, absl::string_view flag);

// Names of the commands that list the flag.
std::vector<std::string> CommandsThatTake(absl::string_view flag);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_COMMAND_TABLE_H_
