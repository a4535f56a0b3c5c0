#include "core/plugin/registry.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

using google::protobuf::FieldDescriptor;

std::vector<const FieldDescriptor*> ExtensionsIn(const Step& step) {
  std::vector<const FieldDescriptor*> set;
  step.GetReflection()->ListFields(step, &set);
  std::vector<const FieldDescriptor*> extensions;
  for (const FieldDescriptor* field : set) {
    if (field->is_extension()) extensions.push_back(field);
  }
  return extensions;
}

bool HoldsOneMessage(const FieldDescriptor& extension) {
  return extension.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         !extension.is_repeated();
}

}  // namespace

absl::Status Registry::Add(std::unique_ptr<Provisioner> provisioner) {
  const std::string& name = provisioner->config()->full_name();
  auto [found, is_new] = provisioners_.emplace(name, std::move(provisioner));
  if (is_new) return absl::OkStatus();
  return DiagnosticError(
      absl::StatusCode::kAlreadyExists, "plugin/two-of-one-config",
      absl::StrCat("there is a provisioner of ", found->first, " already"));
}

absl::StatusOr<const Provisioner*> Registry::Find(
    absl::string_view config_name) const {
  auto found = provisioners_.find(std::string(config_name));
  if (found != provisioners_.end()) return found->second.get();
  return DiagnosticError(absl::StatusCode::kNotFound, "plugin/unknown-config",
                         absl::StrCat("no provisioner serves ", config_name))
      .Found(provisioners_.empty()
                 ? "no provisioner at all"
                 : absl::StrJoin(provisioners_, ", ",
                                 [](std::string* out, const auto& entry) {
                                   out->append(entry.first);
                                 }));
}

absl::StatusOr<StepConfig> Registry::ForStep(const Step& step) const {
  std::vector<const FieldDescriptor*> extensions = ExtensionsIn(step);
  if (extensions.empty()) {
    return DiagnosticError(absl::StatusCode::kInvalidArgument,
                           "plan/no-provisioner",
                           "the step has no provisioner's configuration")
        .Next("add one, such as `[provision.files] { ... }`");
  }
  if (extensions.size() > 1) {
    return DiagnosticError(
               absl::StatusCode::kInvalidArgument, "plan/two-provisioners",
               absl::StrCat("the step has both [", extensions[0]->full_name(),
                            "] and [", extensions[1]->full_name(), "]"))
        .Next("make a step of each");
  }
  const FieldDescriptor& extension = *extensions[0];
  if (!HoldsOneMessage(extension)) {
    return absl::InternalError(
        absl::StrCat("[", extension.full_name(), "] is not one message"));
  }
  StepConfig config;
  PROVISION_ASSIGN_OR_RETURN(config.provisioner,
                             Find(extension.message_type()->full_name()));
  config.message = &step.GetReflection()->GetMessage(step, &extension);
  config.extension = &extension;
  return config;
}

std::vector<const Provisioner*> Registry::all() const {
  std::vector<const Provisioner*> all;
  for (const auto& [name, provisioner] : provisioners_) {
    all.push_back(provisioner.get());
  }
  return all;
}

}  // namespace provision
