#include "core/base/diagnostic.h"

#include <cerrno>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"

namespace provision {
namespace {

constexpr char kPayload[] = "provision/diagnostic";

absl::StatusCode CodeOfErrno(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return absl::StatusCode::kNotFound;
    case EEXIST:
      return absl::StatusCode::kAlreadyExists;
    case EACCES:
    case EPERM:
      return absl::StatusCode::kPermissionDenied;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return absl::StatusCode::kResourceExhausted;
    default:
      return absl::StatusCode::kFailedPrecondition;
  }
}

absl::string_view IdOfErrno(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return "host/missing";
    case EACCES:
    case EPERM:
      return "host/permission";
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return "host/no-space";
    case EROFS:
      return "host/read-only";
    default:
      return "host/io";
  }
}

// What to do about it, where that does not depend on what was wanted.
absl::string_view NextOfErrno(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return "free some space, then run the same command";
    case EROFS:
      return "mount it writable, or name another place in the plan";
    default:
      return "";
  }
}

}  // namespace

DiagnosticError::DiagnosticError(absl::StatusCode code, absl::string_view id,
                                 absl::string_view message)
    : code_(code) {
  diagnostic_.set_severity(Diagnostic::ERROR);
  diagnostic_.set_id(std::string(id));
  diagnostic_.set_message(std::string(message));
}

DiagnosticError& DiagnosticError::AddDetail(absl::string_view label,
                                            absl::string_view text) {
  Diagnostic::Detail* detail = diagnostic_.add_detail();
  detail->set_label(std::string(label));
  detail->set_text(std::string(text));
  return *this;
}

DiagnosticError& DiagnosticError::At(absl::string_view text) {
  return AddDetail("at", text);
}
DiagnosticError& DiagnosticError::Expected(absl::string_view text) {
  return AddDetail("expected", text);
}
DiagnosticError& DiagnosticError::Found(absl::string_view text) {
  return AddDetail("found", text);
}
DiagnosticError& DiagnosticError::Because(absl::string_view text) {
  return AddDetail("because", text);
}
DiagnosticError& DiagnosticError::Tried(absl::string_view text) {
  return AddDetail("tried", text);
}
DiagnosticError& DiagnosticError::Next(absl::string_view text) {
  diagnostic_.add_next(std::string(text));
  return *this;
}
DiagnosticError& DiagnosticError::Step(absl::string_view step) {
  diagnostic_.set_step(std::string(step));
  return *this;
}
DiagnosticError& DiagnosticError::Field(absl::string_view field) {
  diagnostic_.set_field(std::string(field));
  return *this;
}
DiagnosticError& DiagnosticError::Place(absl::string_view file, int line,
                                        int column) {
  diagnostic_.mutable_place()->set_file(std::string(file));
  diagnostic_.mutable_place()->set_line(line);
  diagnostic_.mutable_place()->set_column(column);
  return *this;
}

DiagnosticError::operator absl::Status() const {
  return StatusFromDiagnostic(code_, diagnostic_);
}

absl::Status StatusFromDiagnostic(absl::StatusCode code,
                                  const Diagnostic& diagnostic) {
  absl::Status status(code, diagnostic.message());
  status.SetPayload(kPayload, absl::Cord(diagnostic.SerializeAsString()));
  return status;
}

Diagnostic DiagnosticFromStatus(const absl::Status& status) {
  Diagnostic diagnostic;
  absl::optional<absl::Cord> payload = status.GetPayload(kPayload);
  if (payload.has_value() &&
      diagnostic.ParseFromString(std::string(*payload))) {
    return diagnostic;
  }
  diagnostic.set_severity(Diagnostic::ERROR);
  diagnostic.set_id(absl::StrCat(
      "internal/",
      absl::AsciiStrToLower(absl::StatusCodeToString(status.code()))));
  diagnostic.set_message(std::string(status.message()));
  return diagnostic;
}

std::string DiagnosticId(const absl::Status& status) {
  absl::optional<absl::Cord> payload = status.GetPayload(kPayload);
  return payload.has_value() ? DiagnosticFromStatus(status).id() : "";
}

absl::Status WithStep(const absl::Status& status, absl::string_view step) {
  if (status.ok()) return status;
  Diagnostic diagnostic = DiagnosticFromStatus(status);
  if (diagnostic.step().empty()) diagnostic.set_step(std::string(step));
  return StatusFromDiagnostic(status.code(), diagnostic);
}

absl::Status ErrnoError(int error_number, absl::string_view what) {
  DiagnosticError error(CodeOfErrno(error_number), IdOfErrno(error_number),
                        absl::StrCat(what, ": ", std::strerror(error_number)));
  const absl::string_view next = NextOfErrno(error_number);
  if (!next.empty()) error.Next(next);
  return error;
}

absl::Status NotDurableError(int error_number, absl::string_view what) {
  return DiagnosticError(absl::StatusCode::kDataLoss, "run/not-durable",
                         absl::StrCat(what, ": ", std::strerror(error_number)))
      .Because(
          "what was written may not survive a power cut; a sync is never "
          "tried twice")
      .Next("check the device, then run the same command: it audits anew");
}

bool IsNotDurable(const absl::Status& status) {
  return DiagnosticId(status) == "run/not-durable";
}

}  // namespace provision
