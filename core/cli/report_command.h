#ifndef PROVISION_CORE_CLI_REPORT_COMMAND_H_
#define PROVISION_CORE_CLI_REPORT_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// `provision report`: what runs did and how long each step took; with --html as
// a page.
ExitCode RunReport(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_REPORT_COMMAND_H_
