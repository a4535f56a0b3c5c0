#ifndef PROVISION_CORE_CLI_PLUGINS_COMMAND_H_
#define PROVISION_CORE_CLI_PLUGINS_COMMAND_H_

#include "core/cli/command_context.h"
#include "core/engine/exit_code.h"

namespace provision {

// From their manifests: no plugin is started.
ExitCode RunPluginsList(CommandContext& context);
ExitCode RunPluginsDescribe(CommandContext& context);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_PLUGINS_COMMAND_H_
