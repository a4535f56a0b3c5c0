#include "core/plan/effective_values.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/plugin/registry.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"

namespace provision {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

class ValueLister {
 public:
  explicit ValueLister(const CheckedStep& step) : step_(step) {}

  std::vector<EffectiveValue> List() {
    AddFields(step_.step, "");
    for (const FieldDescriptor* config : ConfigFields(step_.step)) {
      AddFields(step_.step.GetReflection()->GetMessage(step_.step, config),
                std::string(config->name()));
    }
    return std::move(values_);
  }

 private:
  void AddFields(const Message& message, const std::string& path) {
    const google::protobuf::Descriptor* type = message.GetDescriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      const std::string field_path =
          absl::StrCat(path, path.empty() ? "" : ".", field->name());
      if (!field->is_repeated()) {
        AddField(message, field, -1, field_path);
        continue;
      }
      const int size = message.GetReflection()->FieldSize(message, field);
      for (int k = 0; k < size; ++k) {
        AddField(message, field, k, absl::StrCat(field_path, "[", k, "]"));
      }
    }
  }

  // `index` is -1 for a field that is not repeated.
  void AddField(const Message& message, const FieldDescriptor* field, int index,
                const std::string& path) {
    const google::protobuf::Reflection* reflection = message.GetReflection();
    const bool set = index >= 0 || reflection->HasField(message, field);
    if (field->message_type() != nullptr) {
      if (!set) return;
      AddFields(index < 0
                    ? reflection->GetMessage(message, field)
                    : reflection->GetRepeatedMessage(message, field, index),
                path);
      return;
    }
    // One of several that exclude each other has no default.
    if (!set && field->containing_oneof() != nullptr) return;
    EffectiveValue& value = values_.emplace_back();
    value.field = path;
    if (set || field->has_default_value()) {
      google::protobuf::TextFormat::PrintFieldValueToString(
          message, field, index, &value.value);
    }
    value.origin = "default";
    const auto source = step_.fields.find(path);
    if (!set || source == step_.fields.end()) return;
    value.origin =
        source->second.environment.empty()
            ? "plan"
            : absl::StrCat("environment ", source->second.environment);
    value.line = source->second.line;
  }

  const CheckedStep& step_;
  std::vector<EffectiveValue> values_;
};

}  // namespace

std::vector<EffectiveValue> EffectiveValues(const CheckedStep& step) {
  return ValueLister(step).List();
}

}  // namespace provision
