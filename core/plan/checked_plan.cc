#include "core/plan/checked_plan.h"

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/plugin/registry.h"
#include "google/protobuf/descriptor.h"

namespace provision {
namespace {

// "python.file[2].mode" -> "python.file[2]" -> "python.file" -> "python" -> "".
absl::string_view AroundField(absl::string_view path) {
  const size_t end = path.find_last_of(".[");
  return end == absl::string_view::npos ? "" : path.substr(0, end);
}

}  // namespace

void PlaceInStep(const CheckedStep& step, absl::string_view field,
                 Diagnostic* diagnostic) {
  diagnostic->set_step(step.id);
  *diagnostic->mutable_place() = step.place;
  diagnostic->set_field(field.empty() ? step.path
                                      : absl::StrCat(step.path, ".", field));
  for (absl::string_view at = field; !at.empty(); at = AroundField(at)) {
    const auto found = step.fields.find(std::string(at));
    if (found == step.fields.end()) continue;
    const FieldSource& source = found->second;
    diagnostic->set_field(absl::StrCat(source.path, field.substr(at.size())));
    Diagnostic::Place* place = diagnostic->mutable_place();
    place->set_line(source.line);
    place->set_column(source.column);
    place->set_length(source.length);
    return;
  }
}

void PlaceDiagnostic(const CheckedStep& step, Diagnostic* diagnostic) {
  std::string field;
  for (const google::protobuf::FieldDescriptor* config :
       ConfigFields(step.step)) {
    field = std::string(config->name());
  }
  if (!diagnostic->field().empty()) {
    absl::StrAppend(&field, ".", diagnostic->field());
  }
  PlaceInStep(step, field, diagnostic);
}

absl::Status AboutStep(const CheckedStep& step, const absl::Status& status) {
  if (status.ok()) return status;
  Diagnostic diagnostic = DiagnosticFromStatus(status);
  if (!diagnostic.has_place()) PlaceDiagnostic(step, &diagnostic);
  diagnostic.set_step(step.id);
  return StatusFromDiagnostic(status.code(), diagnostic);
}

}  // namespace provision
