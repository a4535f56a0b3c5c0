#ifndef PROVISION_CORE_ENGINE_PREVIEW_H_
#define PROVISION_CORE_ENGINE_PREVIEW_H_

// What `plan` shows of proposals: the very actions that `apply` performs.

#include <string>
#include <vector>

#include "core/actions/action_handler.h"
#include "core/api/event.pb.h"
#include "core/api/facts.h"
#include "core/engine/engine.h"
#include "core/engine/planner.h"
#include "core/plan/checked_plan.h"

namespace provision {

// The event for one step. Reads old content for the diffs through `facts`.
Event::StepPlanned PreviewStep(const CheckedPlan& plan, int i,
                               const StepPlan& step,
                               const ActionHandlers& handlers,
                               FactReader& facts);

// Tells of that event, after the facts it was made from if they are wanted.
void EmitPreview(Engine& engine, const CheckedPlan& plan, int i,
                 const StepPlan& step);

// The last lines of a preview: how much, root, undo, network; without exit code
// and next.
// What the store has already is not to be fetched.
Event::Summary PreviewSummary(const Engine& engine, const CheckedPlan& plan,
                              const std::vector<StepPlan>& steps);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_PREVIEW_H_
