#ifndef PROVISION_CORE_PROJECT_PLAN_WRITER_H_
#define PROVISION_CORE_PROJECT_PLAN_WRITER_H_

// A plan as text, from what a project asks for. The provisioners of a plan are
// not known here, so nothing but their names and fields is: a test of the whole
// program validates what is written.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/project/project.h"

namespace provision {

struct PlanPart {
  // From the plan's folder to the project's; empty: the same.
  std::string folder;
  Project project;
  // Of several parts: an environment. One that is none is only spoken of.
  bool is_environment = true;
};

struct WrittenPlan {
  std::string text;
  int steps = 0;
};

// With one part the plan's steps are that project's; with several each is an
// environment. `name` is made into one that a plan may have.
WrittenPlan WritePlan(absl::string_view name,
                      const std::vector<PlanPart>& parts);

}  // namespace provision

#endif  // PROVISION_CORE_PROJECT_PLAN_WRITER_H_
