#include "core/api/provisioner.h"

#include "core/base/diagnostic.h"

namespace provision {

Diagnostic ConfigError(absl::string_view id, absl::string_view field,
                       absl::string_view message, absl::string_view next) {
  return DiagnosticError(absl::StatusCode::kInvalidArgument, id, message)
      .Field(field)
      .Next(next)
      .diagnostic();
}

}  // namespace provision
