#ifndef PROVISION_CORE_ENGINE_ACTION_EVENTS_H_
#define PROVISION_CORE_ENGINE_ACTION_EVENTS_H_

// What is told of an action while it is performed.

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/actions/action_handler.h"
#include "core/engine/engine.h"
#include "core/engine/step_action.h"

namespace provision {

// `context` as `action` is performed with it: with its deadline, and with
// progress, waiting and output as events of its step. Keeps `events` by
// reference.
ActionContext ReportingContext(ActionContext context, const StepAction& action,
                               EventSink& events);

// The line of `action`, the same in a preview and in a run.
Event::ActionLine DescribeAction(const ActionHandlers& handlers,
                                 const Action& action, FactReader& facts,
                                 absl::string_view root);

// It waits for the mutex `name`.
void EmitWaiting(EventSink& events, const StepAction& action,
                 absl::string_view name);
void EmitStarted(Engine& engine, const StepAction& action);
void EmitDone(EventSink& events, const StepAction& action,
              Event::ActionDone::Outcome outcome,
              absl::Duration duration = absl::ZeroDuration());
// It was done in this plan's run, and is gone.
void EmitDrift(EventSink& events, const StepAction& action);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_ACTION_EVENTS_H_
