#ifndef PROVISION_CORE_CLI_DOCTOR_COMMAND_H_
#define PROVISION_CORE_CLI_DOCTOR_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `doctor [PLAN]`: whether this program can work on this host, a line a check.
// 1 if one of them says error. Changes nothing; with a plan it connects to what
// the plan's steps would connect to, without --offline.
ExitCode RunDoctor(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_DOCTOR_COMMAND_H_
