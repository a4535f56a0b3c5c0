#ifndef PROVISION_CORE_CLI_BUNDLE_NEEDED_ARTIFACTS_H_
#define PROVISION_CORE_CLI_BUNDLE_NEEDED_ARTIFACTS_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/api/action.pb.h"
#include "core/engine/planner.h"
#include "core/plan/checked_plan.h"

namespace provision {

// An artifact that some step fetches.
struct NeededArtifact {
  Action fetch = {};
  std::string kind = {};  // of bundles.md 3.2: "wheel", "archive", "file"
  std::string file = {};  // its name, as published
  std::set<std::string> steps = {};
};

// What the proposals fetch, by digest: of a ladder every rung up to the first
// that fetches something. Whoever else uses the artifact tells its kind.
// `create/not-locked` for a download that no digest pins, and for a step whose
// proposal is not known yet; `step.status` of a step without a proposal.
absl::StatusOr<std::map<std::string, NeededArtifact>> NeededArtifacts(
    const CheckedPlan& plan, const std::vector<StepPlan>& steps);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_BUNDLE_NEEDED_ARTIFACTS_H_
