#ifndef PROVISION_CORE_PLUGIN_REGISTRY_H_
#define PROVISION_CORE_PLUGIN_REGISTRY_H_

// The provisioners there are, by the config message they serve. An object that
// is handed in; there is no global one.

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/api/plan.pb.h"
#include "core/api/provisioner.h"
#include "google/protobuf/descriptor.h"

namespace provision {

class StepSchema;  // core/plugin/step_schema.h

// The configs that `step` holds: a right one has exactly one.
std::vector<const google::protobuf::FieldDescriptor*> ConfigFields(
    const Step& step);

// Filled once, then read by any thread. A copy has the same provisioners.
class Registry {
 public:
  // With plugins from outside: what their steps look like.
  void SetSchema(std::shared_ptr<const StepSchema> schema) {
    schema_ = std::move(schema);
  }
  // nullptr where there are none.
  const StepSchema* schema() const { return schema_.get(); }

  // kAlreadyExists, with both names, if there is one for this config already or
  // one whose extension of Step is called alike; kInvalidArgument if no
  // extension of Step holds its config.
  absl::Status Register(std::unique_ptr<Provisioner> provisioner);

  // By the full name of its config message; kNotFound names it.
  absl::StatusOr<const Provisioner*> Find(absl::string_view config_name) const;

  // By the name of its extension of Step, which is what users call it:
  // "python". kNotFound names it.
  absl::StatusOr<const Provisioner*> FindByName(absl::string_view name) const;

  // What users call them, sorted.
  std::vector<std::string> names() const;

 private:
  // First, for the provisioners point into it.
  std::shared_ptr<const StepSchema> schema_;
  std::map<std::string, std::shared_ptr<const Provisioner>> by_config_;
  std::map<std::string, const Provisioner*> by_name_;
};

}  // namespace provision

#endif  // PROVISION_CORE_PLUGIN_REGISTRY_H_
