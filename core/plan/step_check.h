#ifndef PROVISION_CORE_PLAN_STEP_CHECK_H_
#define PROVISION_CORE_PLAN_STEP_CHECK_H_

#include <vector>

#include "core/base/diagnostic.pb.h"
#include "core/plan/checked_plan.h"

namespace provision {

// Judges the common fields of one step by themselves: ranges of numbers,
// patterns of platforms, and whether each check of `verify` is one that can be
// made. Adds an ERROR with its place for each that is wrong.
void CheckCommonFields(const CheckedStep& step,
                       std::vector<Diagnostic>* diagnostics);

}  // namespace provision

#endif  // PROVISION_CORE_PLAN_STEP_CHECK_H_
