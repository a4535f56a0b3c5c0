#ifndef PROVISION_CORE_ENGINE_PREFLIGHT_H_
#define PROVISION_CORE_ENGINE_PREFLIGHT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/base/system.h"
#include "core/engine/planner.h"

namespace provision {

// Is there room for what the steps declare, 1.1 times over, pre-images included
// (reliability.md 5.4)? Files to be written and directories to be unpacked
// count where they go, downloads in `store`, pre-images in `state`. Asked
// before the first action; too little is `host/no-space`, naming the file
// system, what is free and what is needed. A path whose file system cannot be
// asked is not judged.
absl::Status CheckSpace(const std::vector<StepPlan>& steps, System& system,
                        absl::string_view state, absl::string_view store);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_PREFLIGHT_H_
