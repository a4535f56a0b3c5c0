#ifndef PROVISION_CORE_PLAN_EFFECTIVE_VALUES_H_
#define PROVISION_CORE_PLAN_EFFECTIVE_VALUES_H_

#include <string>
#include <vector>

#include "core/plan/checked_plan.h"

namespace provision {

// One value of a step and where it comes from, for `validate --effective`.
struct EffectiveValue {
  std::string field;  // within the step: "python.version", "after[0]"
  // As text protobuf has it. Empty for a default that the schema does not tell:
  // it stands in the field's comment.
  std::string value;
  // "default", "plan" or "environment NAME".
  std::string origin;
  int line = 0;  // 0 for a default
};

// The values of all fields that are set and the defaults of those that are not
// (a message that is absent, and a repeated field without elements, have none),
// in the order of the field numbers.
std::vector<EffectiveValue> EffectiveValues(const CheckedStep& step);

}  // namespace provision

#endif  // PROVISION_CORE_PLAN_EFFECTIVE_VALUES_H_
