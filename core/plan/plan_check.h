#ifndef PROVISION_CORE_PLAN_PLAN_CHECK_H_
#define PROVISION_CORE_PLAN_PLAN_CHECK_H_

// Text -> checked plan. Reads nothing.
//
//   PlanVerdict verdict = CheckPlan(file, registry);
//   if (!verdict.ok()) { print verdict.diagnostics; exit 65; }

#include <vector>

#include "core/base/diagnostic.pb.h"
#include "core/plan/checked_plan.h"
#include "core/plan/plan_file.h"
#include "core/plugin/registry.h"

namespace provision {

struct PlanVerdict {
  // Usable only if ok(). `provisioner` points into the registry.
  CheckedPlan plan;
  // All there is to say about the file, by position; each has a place, and as
  // far as it is about one, a step and a field.
  std::vector<Diagnostic> diagnostics;

  // No ERROR among the diagnostics.
  bool ok() const;
};

// Judges the whole plan: its text, names, order, common fields, and each config
// by its provisioner. The steps are those of all environments, those of one
// together. What would only follow from another error is not reported.
PlanVerdict CheckPlan(const PlanFile& file, const Registry& registry);

}  // namespace provision

#endif  // PROVISION_CORE_PLAN_PLAN_CHECK_H_
