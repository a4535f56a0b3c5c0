#include "core/engine/action_events.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace provision {

ActionContext ReportingContext(ActionContext context, const StepAction& action,
                               EventSink& events) {
  context.deadline = action.deadline;
  context.on_progress = [&events, step = action.step, number = action.number](
                            uint64_t done, uint64_t total,
                            absl::string_view text) {
    Event event = EventOf(step);
    Event::Progress* progress = event.mutable_progress();
    progress->set_action(number);
    progress->set_done(done);
    progress->set_total(total);
    progress->set_text(std::string(text));
    events.Emit(std::move(event));
  };
  context.on_wait = [&events, step = action.step](absl::string_view text) {
    Event event = EventOf(step);
    event.mutable_waiting()->set_text(std::string(text));
    events.Emit(std::move(event));
  };
  context.on_output = [&events, step = action.step](bool is_stderr,
                                                    absl::string_view bytes) {
    Event event = EventOf(step);
    event.mutable_log()->set_text(std::string(bytes));
    event.mutable_log()->set_standard_error(is_stderr);
    events.Emit(std::move(event));
  };
  return context;
}

Event::ActionLine DescribeAction(const ActionHandlers& handlers,
                                 const Action& action, FactReader& facts,
                                 absl::string_view root) {
  const ActionHandler& handler = handlers.Get(action);
  Event::ActionLine line = handler.Describe(action, facts, root);
  line.set_irreversible(handler.reversibility(action) == Action::NONE);
  if (action.has_destroys()) line.set_destroys(action.destroys());
  return line;
}

void EmitWaiting(EventSink& events, const StepAction& action,
                 absl::string_view name) {
  Event event = EventOf(action.step);
  event.mutable_waiting()->set_text(absl::StrCat("for ", name));
  events.Emit(std::move(event));
}

void EmitStarted(Engine& engine, const StepAction& action) {
  Event event = EventOf(action.step);
  Event::ActionStarted* started = event.mutable_action_started();
  started->set_action(action.number);
  *started->mutable_line() =
      DescribeAction(engine.handlers, action.action, engine.facts, action.root);
  engine.events.Emit(std::move(event));
}

void EmitDone(EventSink& events, const StepAction& action,
              Event::ActionDone::Outcome outcome, absl::Duration duration) {
  Event event = EventOf(action.step);
  Event::ActionDone* done = event.mutable_action_done();
  done->set_action(action.number);
  done->set_outcome(outcome);
  done->set_digest(ActionDigest(action.action, {}));
  done->set_duration_ms(absl::ToInt64Milliseconds(duration));
  events.Emit(std::move(event));
}

void EmitDrift(EventSink& events, const StepAction& action) {
  Event event = EventOf(action.step);
  event.mutable_drift()->set_text(absl::StrCat(
      "it was done in this plan's run, and is gone: action ", action.number));
  events.Emit(std::move(event));
}

}  // namespace provision
