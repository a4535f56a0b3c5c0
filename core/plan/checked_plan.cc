#include "core/plan/checked_plan.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"

namespace provision {
namespace {

// "python.file[2].mode" -> "python.file[2]" -> "python.file" -> "python" -> "".
absl::string_view AroundField(absl::string_view path) {
  const size_t end = path.find_last_of(".[");
  return end == absl::string_view::npos ? "" : path.substr(0, end);
}

// The name of the extension of Step that holds `config`.
std::string ExtensionName(const CheckedStep& step) {
  std::vector<const google::protobuf::FieldDescriptor*> set;
  step.step.GetReflection()->ListFields(step.step, &set);
  for (const google::protobuf::FieldDescriptor* field : set) {
    if (field->is_extension()) return std::string(field->name());
  }
  return "";
}

}  // namespace

void PlaceDiagnostic(const CheckedStep& step, Diagnostic* diagnostic) {
  diagnostic->set_step(step.id);
  const std::string extension = ExtensionName(step);
  const bool in_config = !diagnostic->field().empty();
  const std::string path =
      in_config ? absl::StrCat(extension, ".", diagnostic->field()) : extension;
  if (in_config) diagnostic->set_field(path);
  *diagnostic->mutable_place() = step.place;
  for (absl::string_view at = path; !at.empty(); at = AroundField(at)) {
    auto found = step.fields.find(std::string(at));
    if (found == step.fields.end() || found->second.line == 0) continue;
    Diagnostic::Place* place = diagnostic->mutable_place();
    place->set_line(found->second.line);
    place->set_column(found->second.column);
    place->set_length(found->second.length);
    return;
  }
}

}  // namespace provision
