#include "core/engine/doubt.h"

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"

namespace provision {

absl::Status InDoubtError(absl::string_view step, absl::string_view text,
                          absl::string_view at) {
  DiagnosticError error(absl::StatusCode::kFailedPrecondition, "run/in-doubt",
                        text);
  error.Step(step);
  if (!at.empty()) error.At(at);
  error.Next(absl::StrCat("--redo ", step, " performs it again"));
  error.Next(absl::StrCat("--assume-done ", step, " takes it as done"));
  return error;
}

Event::InDoubt InDoubtEvent(const absl::Status& status) {
  const Diagnostic diagnostic = DiagnosticFromStatus(status);
  Event::InDoubt event;
  event.set_text(diagnostic.message());
  *event.mutable_evidence() = diagnostic.next();
  return event;
}

}  // namespace provision
