#ifndef PROVISION_CORE_PLUGIN_REGISTRY_H_
#define PROVISION_CORE_PLUGIN_REGISTRY_H_

// The provisioners of one run, by the full name of their config message. Handed
// to whom it serves; there is no global one.
//
//   Registry registry;
//   PROVISION_RETURN_IF_ERROR(RegisterBuiltins(registry));
//   PROVISION_ASSIGN_OR_RETURN(StepConfig config, registry.ForStep(step));
//   config.provisioner->Propose(*config.message, facts);

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/api/plan.pb.h"
#include "core/api/provisioner.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace provision {

// The config of a step, and who serves it. Both belong to others: to the
// registry and to the step.
struct StepConfig {
  const Provisioner* provisioner = nullptr;
  const google::protobuf::Message* message = nullptr;
  // `[provision.files]`, by which plans and field paths name it.
  const google::protobuf::FieldDescriptor* extension = nullptr;
};

// Filled once, then only read: by any number of threads.
class Registry {
 public:
  // kAlreadyExists if one of the same config is there.
  absl::Status Add(std::unique_ptr<Provisioner> provisioner);

  // By the full name of the config message, such as "provision.FilesConfig".
  // kNotFound names it and lists what there is.
  absl::StatusOr<const Provisioner*> Find(absl::string_view config_name) const;

  // By the extension that `step` sets. kInvalidArgument with the id
  // `plan/no-provisioner` or `plan/two-provisioners` if there is not just one,
  // else as Find.
  absl::StatusOr<StepConfig> ForStep(const Step& step) const;

  // In the order of their configs' names.
  std::vector<const Provisioner*> all() const;

 private:
  std::map<std::string, std::unique_ptr<Provisioner>> provisioners_;
};

}  // namespace provision

#endif  // PROVISION_CORE_PLUGIN_REGISTRY_H_
