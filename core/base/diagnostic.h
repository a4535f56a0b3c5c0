#ifndef PROVISION_CORE_BASE_DIAGNOSTIC_H_
#define PROVISION_CORE_BASE_DIAGNOSTIC_H_

// A Diagnostic travels in an absl::Status as a payload, so that the layer that
// prints has the parts, and a layer that only passes it on needs nothing.
//
//   return DiagnosticError(absl::StatusCode::kUnavailable, "net/proxy-auth",
//                          "proxy wants credentials")
//       .Found("407 from proxy.corp.example:3128")
//       .Next("add credentials { env: \"PROXY_LOGIN\" } to the proxy step");

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/base/diagnostic.pb.h"

namespace provision {

// Builds one error and converts to the absl::Status that carries it.
class DiagnosticError {
 public:
  // `id` is `area/id`; `message` is one line, without the place.
  DiagnosticError(absl::StatusCode code, absl::string_view id,
                  absl::string_view message);

  DiagnosticError& At(absl::string_view text);
  DiagnosticError& Expected(absl::string_view text);
  DiagnosticError& Found(absl::string_view text);
  DiagnosticError& Because(absl::string_view text);
  DiagnosticError& Tried(absl::string_view text);
  DiagnosticError& Next(absl::string_view text);
  DiagnosticError& Step(absl::string_view step);
  DiagnosticError& Field(absl::string_view field);
  DiagnosticError& Place(absl::string_view file, int line, int column);

  const Diagnostic& diagnostic() const { return diagnostic_; }
  operator absl::Status() const;  // NOLINT: meant to be returned as a Status

 private:
  DiagnosticError& AddDetail(absl::string_view label, absl::string_view text);

  absl::StatusCode code_;
  Diagnostic diagnostic_;
};

// The status that carries `diagnostic`; its message is the diagnostic's.
absl::Status StatusFromDiagnostic(absl::StatusCode code,
                                  const Diagnostic& diagnostic);

// The diagnostic inside `status`; for a status without one, an ERROR with the
// status's message and the id `internal/CODE`. `status` must not be OK.
Diagnostic DiagnosticFromStatus(const absl::Status& status);

// The id inside `status`, or "" if it carries none or is OK.
std::string DiagnosticId(const absl::Status& status);

// `status` with `step` filled in where its diagnostic names none.
absl::Status WithStep(const absl::Status& status, absl::string_view step);

// The absl code and the id for an errno value, with `what` (the call and its
// path) in front of the system's text. ENOSPC, EDQUOT and EFBIG are
// `host/no-space`, EROFS `host/read-only`, EACCES and EPERM `host/permission`,
// ENOENT `host/missing`, the rest `host/io`.
absl::Status ErrnoError(int error_number, absl::string_view what);

// A sync or a journal write failed: nothing more may be claimed durable. Never
// retried; ends the run with exit code 74.
absl::Status NotDurableError(int error_number, absl::string_view what);
bool IsNotDurable(const absl::Status& status);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_DIAGNOSTIC_H_
