#ifndef PROVISION_CORE_ENGINE_PREFLIGHT_H_
#define PROVISION_CORE_ENGINE_PREFLIGHT_H_

// What can be known before the first action about how a run would end
// (engine.md X9). Each finding is one thing that is missing; with any, nothing
// is begun.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/base/system.h"
#include "core/engine/engine.h"
#include "core/engine/planner.h"
#include "core/plan/checked_plan.h"

namespace provision {

// All of the below, for steps that are pending and have a proposal; `state` and
// `store` are where this run keeps its records and its artifacts.
std::vector<absl::Status> Preflight(Engine& engine, const CheckedPlan& plan,
                                    const std::vector<StepPlan>& steps,
                                    absl::string_view state,
                                    absl::string_view store);

// Is there room for what the steps declare, 1.1 times over, pre-images included
// (reliability.md 5.4)? Files to be written and archives to be unpacked (by an
// estimate) count where they go, downloads in `store` but for what it has
// already, pre-images in `state`. Too little is `host/no-space`, naming the
// file system, what is free and what is needed; one finding for each file
// system. A path whose file system cannot be asked is not judged.
std::vector<absl::Status> CheckSpace(const std::vector<StepPlan>& steps,
                                     System& system, absl::string_view state,
                                     absl::string_view store);

// Are the commands there that the steps need? `host/command` names one that no
// earlier step provides either.
std::vector<absl::Status> CheckCommands(const CheckedPlan& plan,
                                        const std::vector<StepPlan>& steps,
                                        FactReader& facts);

// Does what the steps download from answer, the proxy in its place where there
// is one? Not judged is what an earlier step may bring about, what has
// alternatives (other rungs, other URLs that answer), and what the store has.
// An error is that of `engine.reach`, or `net/offline`.
std::vector<absl::Status> CheckEndpoints(const Engine& engine,
                                         const CheckedPlan& plan,
                                         const std::vector<StepPlan>& steps,
                                         absl::string_view store);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_PREFLIGHT_H_
