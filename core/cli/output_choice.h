#ifndef PROVISION_CORE_CLI_OUTPUT_CHOICE_H_
#define PROVISION_CORE_CLI_OUTPUT_CHOICE_H_

#include <map>
#include <string>

#include "core/base/console.h"
#include "core/cli/command_line.h"
#include "core/cli/render_options.h"

namespace provision {

// How output looks (cli.md 3): the flag, our variable, then the variables of
// others
// (`NO_COLOR`, `FORCE_COLOR`, `CLICOLOR_FORCE`, `ACCESSIBLE`, `TERM`, the
// locale), then the settings, then what standard output is. `home` is the
// user's.
RenderOptions ChooseOutput(const CommandLine& line,
                           const std::map<std::string, std::string>& variables,
                           const Console& console, const std::string& home);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_OUTPUT_CHOICE_H_
