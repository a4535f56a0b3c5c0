#ifndef PROVISION_CORE_ENGINE_PLAN_COMMAND_H_
#define PROVISION_CORE_ENGINE_PLAN_COMMAND_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/engine/engine.h"
#include "core/engine/event_sink.h"
#include "core/engine/exit_code.h"
#include "core/engine/planner.h"
#include "core/engine/saved_plan.pb.h"
#include "core/plan/checked_plan.h"

namespace provision {

// A saved plan: its file, ready for a shell, and its digest.
struct SavedAs {
  std::string file;
  std::string digest;
};

// Keeps proposals as a saved plan.
using PlanSaver =
    std::function<absl::StatusOr<SavedAs>(const std::vector<StepPlan>&)>;

// Shows what `apply` would do, and changes nothing: the proposals of the
// selected steps, each as if those before it had run, and what they add up to.
// `isolation` is the line about what the kernel forbids meanwhile. Refuses what
// `apply` would refuse: a step that comes after one that is neither selected
// nor as asked (`usage/selection`), and what CheckHistory() refuses. With
// `save` the proposals are handed over before the summary, which names the
// digest; not while the proposal of a step is refused (`plan/unsavable`).
ExitCode ShowPlan(Engine& engine, const CheckedPlan& plan,
                  const std::vector<bool>& selected,
                  absl::string_view isolation, const PlanSaver& save = nullptr);

// `plan show FILE`: prints a saved plan as it was shown when it was made, of
// which `digest` is the digest. Asks nothing of this host, needs no plugin.
ExitCode ShowSavedPlan(EventSink& events, const SavedPlan& saved,
                       absl::string_view digest);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_PLAN_COMMAND_H_
