#ifndef PROVISION_CORE_PLAN_CHECKED_PLAN_H_
#define PROVISION_CORE_PLAN_CHECKED_PLAN_H_

// A plan that was found to be without error: what the engine works on.

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/api/plan.pb.h"
#include "core/api/provisioner.h"
#include "core/base/diagnostic.pb.h"
#include "google/protobuf/message.h"

namespace provision {

// Where the value of a field was written.
struct FieldSource {
  int line = 0;
  int column = 0;
  int length = 0;
  // The field within the plan: "step[2].python.version".
  std::string path;
  // The environment whose block sets it; "" is the plan itself.
  std::string environment;
};

// One step of one environment, inheritance applied. Moves, never copied:
// `config` points into `step`.
struct CheckedStep {
  CheckedStep() = default;
  CheckedStep(CheckedStep&&) = default;
  CheckedStep& operator=(CheckedStep&&) = default;

  // NAME in a plan without environments, else ENVIRONMENT/NAME. Unique.
  std::string id;
  Step step;
  // Absolute folder that relative paths are relative to.
  std::string root;
  // Name of its environment; the plan's name in a plan without environments.
  std::string environment;
  const Provisioner* provisioner = nullptr;
  const google::protobuf::Message* config = nullptr;
  // The word `step` that begins it, in its environment's block if that has one.
  Diagnostic::Place place;
  // That step within the plan: "step[2]".
  std::string path;
  // Every field that is set, by its path within the step: "name", "after[1]",
  // "python.version". One that is absent has its default.
  std::map<std::string, FieldSource> fields;
  // The steps that must have ended first, as indices into CheckedPlan.steps.
  // Sorted, without duplicates, each less than the step's own index.
  std::vector<int> after;
};

struct CheckedPlan {
  // As written, environments and all.
  Plan plan;
  std::string name;
  // As named by the user, for messages; and made absolute.
  std::string file;
  std::string path;
  // Of the text, 64 lower-case digits.
  std::string sha256;
  // In an order in which they can run: after their predecessors, otherwise as
  // written.
  std::vector<CheckedStep> steps;
};

// Gives `diagnostic`, which is about the field `field` of `step` ("" is the
// step itself), the step's id, the field's path within the plan and its place,
// or that of the nearest field around it that was written.
void PlaceInStep(const CheckedStep& step, absl::string_view field,
                 Diagnostic* diagnostic);

// The same for a diagnostic of the step's provisioner, whose field is relative
// to the config.
void PlaceDiagnostic(const CheckedStep& step, Diagnostic* diagnostic);

// `status` about `step`, with the place of the step where it has none; OK stays
// OK.
absl::Status AboutStep(const CheckedStep& step, const absl::Status& status);

}  // namespace provision

#endif  // PROVISION_CORE_PLAN_CHECKED_PLAN_H_
