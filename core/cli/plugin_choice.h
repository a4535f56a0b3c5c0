#ifndef PROVISION_CORE_CLI_PLUGIN_CHOICE_H_
#define PROVISION_CORE_CLI_PLUGIN_CHOICE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "core/base/system.h"
#include "core/cli/command_line.h"
#include "core/plugin/found_plugin.h"

namespace provision {

// The plugins from outside that the flags of `line` let be found; none with
// --no-plugins. Starts none.
absl::StatusOr<std::vector<FoundPlugin>> FindMeantPlugins(
    System& system, const CommandLine& line);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_PLUGIN_CHOICE_H_
