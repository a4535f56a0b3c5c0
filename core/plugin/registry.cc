#include "core/plugin/registry.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/plugin/step_schema.h"
#include "google/protobuf/message.h"

namespace provision {
namespace {

using google::protobuf::FieldDescriptor;

// The extension of Step that holds a config of this type, or nullptr.
const FieldDescriptor* ExtensionFor(const google::protobuf::Descriptor* config,
                                    const StepSchema* schema) {
  std::vector<const FieldDescriptor*> extensions;
  Step::descriptor()->file()->pool()->FindAllExtensions(Step::descriptor(),
                                                        &extensions);
  if (schema != nullptr) {
    extensions.insert(extensions.end(), schema->extensions().begin(),
                      schema->extensions().end());
  }
  for (const FieldDescriptor* extension : extensions) {
    if (extension->message_type() == config && !extension->is_repeated()) {
      return extension;
    }
  }
  return nullptr;
}

}  // namespace

std::vector<const FieldDescriptor*> ConfigFields(const Step& step) {
  std::vector<const FieldDescriptor*> fields;
  step.GetReflection()->ListFields(step, &fields);
  std::vector<const FieldDescriptor*> configs;
  for (const FieldDescriptor* field : fields) {
    if (field->is_extension() && field->message_type() != nullptr &&
        !field->is_repeated()) {
      configs.push_back(field);
    }
  }
  return configs;
}

absl::Status Registry::Register(std::unique_ptr<Provisioner> provisioner) {
  const google::protobuf::Descriptor* config = provisioner->config();
  const std::string config_name(config->full_name());
  const FieldDescriptor* extension = ExtensionFor(config, schema_.get());
  if (extension == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("no extension of provision.Step holds ", config_name));
  }
  if (by_config_.count(config_name) > 0) {
    return absl::AlreadyExistsError(
        absl::StrCat("there is a provisioner for ", config_name, " already"));
  }
  const std::string name(extension->name());
  const auto [same_name, inserted] = by_name_.emplace(name, provisioner.get());
  if (!inserted) {
    return absl::AlreadyExistsError(absl::StrCat(
        "the provisioners for ", config_name, " and ",
        same_name->second->config()->full_name(), " are both called ", name));
  }
  by_config_[config_name] = std::move(provisioner);
  return absl::OkStatus();
}

absl::StatusOr<const Provisioner*> Registry::Find(
    absl::string_view config_name) const {
  const auto found = by_config_.find(std::string(config_name));
  if (found == by_config_.end()) {
    return absl::NotFoundError(
        absl::StrCat("no provisioner serves ", config_name));
  }
  return found->second.get();
}

absl::StatusOr<const Provisioner*> Registry::FindByName(
    absl::string_view name) const {
  const auto found = by_name_.find(std::string(name));
  if (found == by_name_.end()) {
    return absl::NotFoundError(absl::StrCat("no provisioner is called ", name));
  }
  return found->second;
}

std::vector<std::string> Registry::names() const {
  std::vector<std::string> names;
  for (const auto& [name, provisioner] : by_name_) names.push_back(name);
  return names;
}

}  // namespace provision
