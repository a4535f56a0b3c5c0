#ifndef PROVISION_CORE_ENGINE_SAVED_PLAN_H_
#define PROVISION_CORE_ENGINE_SAVED_PLAN_H_

// Saved plans as files. A file is the eight bytes "PRVPLAN1", the SHA-256 of
// the rest (32 bytes), and a SavedPlan. Its digest, for `--approved`, is that
// SHA-256.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/api/facts.h"
#include "core/engine/engine.h"
#include "core/engine/planner.h"
#include "core/engine/saved_plan.pb.h"
#include "core/plan/checked_plan.h"
#include "core/plugin/registry.h"

namespace provision {

inline constexpr absl::string_view kSavedPlanMagic = "PRVPLAN1";

// Of the steps `chosen` (one element a step), with what was shown of them;
// bound to the host of `engine.facts`.
SavedPlan MakeSavedPlan(Engine& engine, const CheckedPlan& plan,
                        const std::vector<StepPlan>& plans,
                        const std::vector<bool>& chosen);

std::string EncodeSavedPlan(const SavedPlan& saved);
// "sha256:..." of an encoded plan.
std::string SavedPlanDigest(absl::string_view encoded);

// kDataLoss `plan/saved-damaged` if `bytes` are not what was saved.
absl::StatusOr<SavedPlan> DecodeSavedPlan(absl::string_view bytes);

// The plan of `saved` as the engine works on it. A provisioner that this build
// lacks is left out: only a step that must be proposed again needs it.
CheckedPlan PlanOfSaved(const SavedPlan& saved, const Registry& registry);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_SAVED_PLAN_H_
