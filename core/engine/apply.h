#ifndef PROVISION_CORE_ENGINE_APPLY_H_
#define PROVISION_CORE_ENGINE_APPLY_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "core/engine/engine.h"
#include "core/engine/exit_code.h"
#include "core/engine/saved_plan.pb.h"
#include "core/plan/checked_plan.h"
#include "core/plugin/registry.h"

namespace provision {

// Brings the host to `plan`, or goes on where a run of it stopped: recovers
// what was killed, then proposes with fresh facts and performs what is missing,
// for the steps that are `selected` (one element a step). Says everything
// through `engine.events`, the summary last. Killed at any instant, the same
// call converges.
ExitCode Apply(Engine& engine, const CheckedPlan& plan,
               const std::vector<bool>& selected);

// Performs exactly what `saved` holds, of which `digest` is the digest: refuses
// another host (65), a fact that moved (65), an UNKNOWN step that is not
// accepted (64). Interrupted, the same call finishes it; finished, it performs
// nothing.
ExitCode ApplySaved(Engine& engine, const SavedPlan& saved,
                    absl::string_view digest, const Registry& registry);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_APPLY_H_
