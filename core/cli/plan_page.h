#ifndef PROVISION_CORE_CLI_PLAN_PAGE_H_
#define PROVISION_CORE_CLI_PLAN_PAGE_H_

#include "core/cli/command_context.h"
#include "core/cli/report/report.pb.h"
#include "core/engine/exit_code.h"

namespace provision {

// Ends a preview that ended with `exit`: writes its page where --html names
// one. Returns `exit`, or the code for a page that could not be written, after
// its error was told.
ExitCode WritePlanPage(CommandContext& context, const Report& report,
                       ExitCode exit);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_PLAN_PAGE_H_
