#include "core/cli/json_renderer.h"

#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/cli/display_text.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/json_util.h"

namespace provision {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// JSON is UTF-8, proto2 strings need not be.
void MakeUtf8(Message* message) {
  const google::protobuf::Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    const bool repeated = field->is_repeated();
    const int count = repeated ? reflection.FieldSize(*message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        MakeUtf8(repeated ? reflection.MutableRepeatedMessage(message, field, i)
                          : reflection.MutableMessage(message, field));
      } else if (field->type() != FieldDescriptor::TYPE_STRING) {
        break;
      } else if (repeated) {
        reflection.SetRepeatedString(
            message, field, i,
            ValidUtf8(reflection.GetRepeatedString(*message, field, i)));
      } else {
        reflection.SetString(message, field,
                             ValidUtf8(reflection.GetString(*message, field)));
      }
    }
  }
}

}  // namespace

std::string JsonLine(const Message& message) {
  std::unique_ptr<Message> copy(message.New());
  copy->CopyFrom(message);
  MakeUtf8(copy.get());
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string line;
  // Cannot fail: the text is UTF-8 and no field is an Any.
  if (!google::protobuf::util::MessageToJsonString(*copy, &line, options)
           .ok()) {
    std::abort();
  }
  return line + "\n";
}

std::string JsonLineWithLists(const Message& message) {
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  std::string line;
  // Field by field, in the order of the proto.
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    std::unique_ptr<Message> one(message.New());
    one->CopyFrom(message);
    for (int j = 0; j < type.field_count(); ++j) {
      if (j != i) one->GetReflection()->ClearField(one.get(), type.field(j));
    }
    std::string part = JsonLine(*one);
    part =
        part.substr(1, part.size() - 3);  // without `{`, `}` and the line end
    if (part.empty() && field->is_repeated()) {
      part = absl::StrCat("\"", field->name(), "\":[]");
    }
    if (part.empty()) continue;
    absl::StrAppend(&line, line.empty() ? "{" : ",", part);
  }
  return absl::StrCat(line.empty() ? "{" : line, "}\n");
}

JsonRenderer::JsonRenderer(std::function<void(absl::string_view line)> write)
    : write_(std::move(write)) {}

void JsonRenderer::Emit(Event event) { write_(JsonLine(event)); }

}  // namespace provision
