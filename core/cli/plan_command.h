#ifndef PROVISION_CORE_CLI_PLAN_COMMAND_H_
#define PROVISION_CORE_CLI_PLAN_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `plan PLAN`: shows what `apply` would do; writes nothing but --out.
ExitCode RunPlan(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_PLAN_COMMAND_H_
