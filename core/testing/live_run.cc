#include "core/testing/live_run.h"

#include "absl/strings/str_cat.h"
#include "core/actions/all_handlers.h"
#include "core/base/path.h"
#include "core/engine/apply.h"
#include "core/engine/engine_fixture.h"
#include "core/facts/caching_facts.h"
#include "core/plan/plan_check.h"
#include "core/testing/testing.h"

namespace provision {

LiveRun::LiveRun(System& system, FactReader& facts, const Registry& registry,
                 const ArtifactReaders& readers, absl::string_view folder)
    : system_(system),
      facts_(facts),
      registry_(registry),
      handlers_(AllHandlers(readers)),
      folder_(NormalPath(folder)) {}

std::vector<std::string> LiveRun::Apply(absl::string_view plan) {
  PlanFile file;
  file.file = "plan.textproto";
  file.path = folder_ + "/plan.textproto";
  file.folder = folder_;
  file.content = std::string(plan);
  file.ours = true;
  const PlanVerdict verdict = CheckPlan(file, registry_);
  for (const Diagnostic& diagnostic : verdict.diagnostics) {
    ADD_FAILURE() << diagnostic.ShortDebugString();
  }
  if (!verdict.ok()) return {};

  CachingFacts facts(facts_);
  KeptEvents events;
  EngineOptions options;
  options.state_path = folder_ + "/state";
  options.store_path = folder_ + "/store";
  options.command = "apply plan.textproto";
  Engine engine{.system = system_,
                .handlers = handlers_,
                .facts = facts,
                .host_changed = [&facts] { facts.DropAll(); },
                .events = events,
                .options = options};
  provision::Apply(engine, verdict.plan,
                   std::vector<bool>(verdict.plan.steps.size(), true));
  events_ = events.Take();
  std::vector<std::string> ends;
  for (const Event& event : events_) {
    if (event.has_step_failed()) {
      ends.push_back(absl::StrCat(event.step(), " failed: ",
                                  event.step_failed().diagnostic().message()));
    } else if (event.has_step_done()) {
      const bool changed =
          event.step_done().result() == Event::StepDone::CHANGED;
      ends.push_back(changed
                         ? absl::StrCat(event.step(),
                                        " changed: ", event.step_done().text())
                         : absl::StrCat(event.step(), " already so"));
    }
  }
  return ends;
}

}  // namespace provision
