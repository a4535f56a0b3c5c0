#ifndef PROVISION_CORE_CLI_BUNDLE_BUNDLE_SUPPLY_H_
#define PROVISION_CORE_CLI_BUNDLE_BUNDLE_SUPPLY_H_

#include <vector>

#include "absl/status/status.h"
#include "core/cli/command_context.h"
#include "core/cli/plan_loader.h"
#include "core/engine/engine.h"

namespace provision {

// `apply --bundle`, before anything is changed (bundles.md 7): this process is
// held to no internet socket; the bundle is judged, its plan compared with the
// one that was loaded, the target of this host chosen, every artifact of it
// compared with its digest and put into the store; and what the selected steps
// fetch is all there. What is in the store is hashed again by whoever uses it.
absl::Status SupplyFromBundle(CommandContext& context, Engine& engine,
                              const LoadedPlan& loaded,
                              const std::vector<bool>& selected);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_BUNDLE_BUNDLE_SUPPLY_H_
