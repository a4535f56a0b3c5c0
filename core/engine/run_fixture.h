#ifndef PROVISION_CORE_ENGINE_RUN_FIXTURE_H_
#define PROVISION_CORE_ENGINE_RUN_FIXTURE_H_

// One run of one invocation, for tests of what works inside it.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/engine/engine.h"
#include "core/engine/engine_fixture.h"
#include "core/engine/executor.h"
#include "core/engine/session.h"
#include "core/engine/step_action.h"
#include "core/journal/plan_history.h"
#include "core/journal/run_directory.h"
#include "core/journal/run_history.h"

namespace provision {

// What a test finds in a run that has just been made. The run is on disk with
// its first INTENT.
struct OpenRun {
  Engine& engine;
  Session& session;
  RunDirectory& directory;
  Executor& executor;

  // The journal as it is on disk.
  RunHistory History() const;
};

// Calls `test` inside a new run of `fixture`, which ends with it and is left
// unfinished.
void InNewRun(EngineFixture& fixture,
              const std::function<void(OpenRun& run)>& test);

// Writes `path`, of which it is also the content.
StepAction WriteOf(absl::string_view step, absl::string_view path,
                   int number = 1, absl::string_view rung = "");

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_RUN_FIXTURE_H_
