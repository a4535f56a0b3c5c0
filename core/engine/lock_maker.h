#ifndef PROVISION_CORE_ENGINE_LOCK_MAKER_H_
#define PROVISION_CORE_ENGINE_LOCK_MAKER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/api/artifact_resolver.h"
#include "core/api/facts.h"
#include "core/api/lock.pb.h"
#include "core/plan/checked_plan.h"

namespace provision {

struct LockWishes {
  std::vector<Lock::Target> targets;  // not empty
  // Ask anew for everything, or for these names alone.
  bool upgrade = false;
  std::vector<std::string> upgrade_only = {};
};

// The lock of `plan`: asks the provisioner of each step that can say what the
// step needs. The answers of `before` (empty if there are none) are kept where
// the step, what it rests on and the targets are still the same; else they are
// handed on, so that versions stay where they can. An error has the step's name
// and place.
absl::StatusOr<Lock> MakeLock(const CheckedPlan& plan, const Lock& before,
                              const LockWishes& wishes, FactReader& facts,
                              OutsideWorld& world);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_LOCK_MAKER_H_
