#ifndef PROVISION_CORE_ENGINE_SAVED_PLAN_CHECK_H_
#define PROVISION_CORE_ENGINE_SAVED_PLAN_CHECK_H_

#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/api/facts.h"
#include "core/engine/saved_plan.pb.h"

namespace provision {

// Reads the facts that CheckSavedPlan() compares, for `facts` to keep: what
// this program itself makes afterwards, its state directory, is no change of
// the host.
void ReadSavedFacts(const SavedPlan& saved, FactReader& facts);

// Refuses a saved plan on a host that it was not made for (kFailedPrecondition
// `plan/other-host`), and where a fact moved since it was made (kAborted
// `plan/stale`, with its name, old and new value). What always moves is not
// compared: free space, times, probes of the network. Nor are the facts of the
// steps in `begun`, which this very plan has changed, and of steps that are
// proposed again at their turn.
absl::Status CheckSavedPlan(const SavedPlan& saved, absl::string_view host_id,
                            const std::set<std::string>& begun,
                            FactReader& facts);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_SAVED_PLAN_CHECK_H_
