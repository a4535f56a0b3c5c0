#ifndef PROVISION_CORE_CLI_TESTS_COMMAND_H_
#define PROVISION_CORE_CLI_TESTS_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `provision tests discover`: which programs run a project's tests, why we
// think so, and how many tests each finds. Held to reading.
ExitCode RunTestsDiscover(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_TESTS_COMMAND_H_
