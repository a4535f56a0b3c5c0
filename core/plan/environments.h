#ifndef PROVISION_CORE_PLAN_ENVIRONMENTS_H_
#define PROVISION_CORE_PLAN_ENVIRONMENTS_H_

// The environments of a plan with inheritance applied, and which of them a
// command is about.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/api/plan.pb.h"
#include "core/base/diagnostic.pb.h"
#include "core/plan/checked_plan.h"
#include "core/plan/message_text.h"

namespace provision {

// Most environments that a plan may have, and most steps in all of them, its
// own steps counted once more where it has environments.
inline constexpr int kMaxEnvironments = 1000;
inline constexpr int kMaxSteps = 10000;

// A name of a plan, an environment or a step: [a-z0-9][a-z0-9_.-]*, at most 64.
bool IsPlanName(absl::string_view name);

struct EffectiveEnvironment {
  std::string name;
  // Absolute folder of its relative paths.
  std::string root;
  // Each has id, step, root, environment, place, path and fields.
  std::vector<CheckedStep> steps;
};

// The environments in their order; of a plan without any the one that is called
// by the plan's name. `file` and `folder` are the plan's. Names that are
// missing, malformed or there twice, what is extended in vain or in a circle,
// and more than kMaxSteps steps are added to `diagnostics`; what is returned is
// then the rest.
std::vector<EffectiveEnvironment> EffectiveEnvironments(
    const Plan& plan, const MessageText& text, absl::string_view file,
    absl::string_view folder, std::vector<Diagnostic>* diagnostics);

struct EnvironmentChoice {
  std::vector<std::string> names;  // --env
  bool all = false;                // --all-environments
  std::string working_directory;   // absolute
};

// The environments of `plan` that are meant, sorted: those named; else all;
// else the one in whose folder, or below it, the working directory is: the
// nearest. A plan without environment blocks has one, which is always meant. An
// unknown name, no such folder, or several as near are kInvalidArgument.
absl::StatusOr<std::vector<std::string>> ChooseEnvironments(
    const CheckedPlan& plan, const EnvironmentChoice& choice);

// Drops the steps of other environments; `after` is counted anew.
void KeepEnvironments(const std::vector<std::string>& names, CheckedPlan* plan);

}  // namespace provision

#endif  // PROVISION_CORE_PLAN_ENVIRONMENTS_H_
