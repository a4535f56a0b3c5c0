#ifndef PROVISION_PLUGINS_BUILTIN_BUILTIN_H_
#define PROVISION_PLUGINS_BUILTIN_BUILTIN_H_

#include "absl/status/status.h"
#include "core/plugin/registry.h"

namespace provision {

// Registers the provisioners that are part of this program. The one list of
// them: naming each here also keeps its config in the program, without which a
// plan that uses it could not be parsed. Call it before a plan is read.
absl::Status RegisterBuiltins(Registry& registry);

}  // namespace provision

#endif  // PROVISION_PLUGINS_BUILTIN_BUILTIN_H_
