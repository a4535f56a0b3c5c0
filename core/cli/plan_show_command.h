#ifndef PROVISION_CORE_CLI_PLAN_SHOW_COMMAND_H_
#define PROVISION_CORE_CLI_PLAN_SHOW_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `plan show FILE`: prints a saved plan, without provisioners.
ExitCode RunPlanShow(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_PLAN_SHOW_COMMAND_H_
