#ifndef PROVISION_CORE_CLI_HELP_TEXT_H_
#define PROVISION_CORE_CLI_HELP_TEXT_H_

#include <string>

#include "core/cli/command_table.h"

namespace provision {

// Help pages (cli.md 6), made from the table of commands alone.

// Usage, the groups with a line a command, three examples.
std::string HelpOverview();

// Usage, examples, the most used flags, exit codes, effect on the host; with
// `all` every flag.
std::string HelpPage(const Command& command, bool all);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_HELP_TEXT_H_
