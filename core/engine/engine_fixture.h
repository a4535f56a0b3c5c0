#ifndef PROVISION_CORE_ENGINE_ENGINE_FIXTURE_H_
#define PROVISION_CORE_ENGINE_ENGINE_FIXTURE_H_

// The engine on a host in memory, for tests: plans of scripted steps, commands
// as a user gives them, and what they said.

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "core/actions/action_handler.h"
#include "core/engine/engine.h"
#include "core/engine/event_sink.h"
#include "core/engine/exit_code.h"
#include "core/plan/checked_plan.h"
#include "core/plugin/registry.h"
#include "core/testing/fake_system.h"
#include "core/testing/line_unpacker.h"
#include "core/testing/line_wheels.h"

namespace provision {

// Keeps every event. Thread-safe.
class KeptEvents final : public EventSink {
 public:
  // `on_event` is told of each first; may be nullptr.
  explicit KeptEvents(std::function<void(const Event&)> on_event = nullptr)
      : on_event_(std::move(on_event)) {}
  void Emit(Event event) override;
  std::vector<Event> Take();

 private:
  const std::function<void(const Event&)> on_event_;
  absl::Mutex mutex_;
  std::vector<Event> events_ ABSL_GUARDED_BY(mutex_);
};

// `system` outlives it. Each command is one invocation of the program: it
// begins with nothing but what is on the host.
class EngineFixture {
 public:
  // Knows `provisioner` alone; without one, the double for a provisioner.
  explicit EngineFixture(FakeSystem& system,
                         std::unique_ptr<Provisioner> provisioner = nullptr);

  // A plan in /srv, its steps in an order in which `after` points back.
  CheckedPlan MakePlan(absl::string_view text) const;

  // Of the steps `only`; without one, of all.
  ExitCode Apply(absl::string_view plan,
                 const std::vector<std::string>& only = {});
  ExitCode Plan(absl::string_view plan,
                const std::vector<std::string>& only = {});
  ExitCode ApplySaved(absl::string_view encoded);
  ExitCode Rollback(absl::string_view run = "", absl::string_view step = "");
  // Something that is no command, with an engine of its own.
  ExitCode Run(const std::function<ExitCode(Engine&)>& command);
  // `plan --out`: the bytes of the file; "" if nothing was saved.
  std::string SavePlan(absl::string_view plan,
                       const std::vector<std::string>& only = {});

  // In place of the one that there is.
  void SetHandler(Action::KindCase kind,
                  std::unique_ptr<ActionHandler> handler) {
    handlers_.Set(kind, std::move(handler));
  }

  // As a program that was built without them.
  void RemoveProvisioners() { registry_ = Registry(); }

  // Of the next commands.
  EngineOptions options;
  // Told of each event, on the thread it comes from.
  std::function<void(const Event&)> on_event;

  // What the last command said.
  const std::vector<Event>& events() const { return events_; }
  // Its last event.
  Event::Summary summary() const;
  // "STEP changed", "STEP failed ID", "STEP blocked by A", "STEP in doubt": how
  // each step ended, in the order in which they did.
  std::vector<std::string> ends() const;
  // Ids of the diagnostics that belong to no step's end.
  std::vector<std::string> errors() const;

 private:
  FakeSystem& system_;
  LineUnpacker unpacker_;
  LineWheels wheels_;
  ActionHandlers handlers_;
  Registry registry_;
  std::vector<Event> events_;
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_ENGINE_FIXTURE_H_
