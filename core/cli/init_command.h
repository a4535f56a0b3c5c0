#ifndef PROVISION_CORE_CLI_INIT_COMMAND_H_
#define PROVISION_CORE_CLI_INIT_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `init [DIR]`: a plan from the files that a project already has. Runs nothing
// and overwrites nothing; a file that cannot be read as what it is refuses the
// whole.
ExitCode RunInit(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_INIT_COMMAND_H_
