#ifndef PROVISION_CORE_CLI_SETTINGS_H_
#define PROVISION_CORE_CLI_SETTINGS_H_

// Settings files (cli.md 3): defaults for flags, below flags and variables.

#include <string>
#include <vector>

#include "core/base/diagnostic.pb.h"
#include "core/base/system.h"
#include "core/cli/command_line.h"

namespace provision {

// The user's file, then that of /etc; for root only that. One that is named by
// --config stands for both. Paths are absolute.
std::vector<std::string> SettingsPaths(System& system, const CommandLine& line);

// Gives `line` what the files set and neither a flag nor a variable does, the
// first file first. Returns every fault, with its place: a name that is none, a
// value that its flag does not take, a file that somebody else could have
// written. A file that is not there says nothing, unless it was named.
std::vector<Diagnostic> ReadSettings(System& system, CommandLine* line);

// Flags that a settings file may set, by name.
std::vector<std::string> SettingNames();

}  // namespace provision

#endif  // PROVISION_CORE_CLI_SETTINGS_H_
