#ifndef PROVISION_CORE_PLAN_ORDER_CHECK_H_
#define PROVISION_CORE_PLAN_ORDER_CHECK_H_

#include <vector>

#include "core/api/provisioner.h"
#include "core/base/diagnostic.pb.h"
#include "core/plan/checked_plan.h"
#include "core/plan/environments.h"

namespace provision {

// Most steps on one way through a plan.
inline constexpr int kMaxDepth = 1000;

// Fills `after` of the steps of one environment, as indices into
// `environment->steps`, and puts them into an order in which they can run. Adds
// an ERROR for each name in `after` that no step has, each circle, a way longer
// than kMaxDepth, and each pair of steps between which a rule of `invariants`
// misses one. With an ERROR the order of the steps is the old one. Names of
// steps are not judged where `names_known` is false.
void CheckOrder(const std::vector<OrderingInvariant>& invariants,
                bool names_known, EffectiveEnvironment* environment,
                std::vector<Diagnostic>* diagnostics);

}  // namespace provision

#endif  // PROVISION_CORE_PLAN_ORDER_CHECK_H_
