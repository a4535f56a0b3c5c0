#ifndef PROVISION_PLUGINS_PYTHON_VERSION_REQUEST_H_
#define PROVISION_PLUGINS_PYTHON_VERSION_REQUEST_H_

// What a plan asks for when it asks for a Python.
//
//   PROVISION_ASSIGN_OR_RETURN(auto request, VersionRequest::Parse("3.11.7"));
//   if (request.Accepts(interpreter.version)) ...

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/host/interpreter.h"
#include "core/host/python_specifier.h"
#include "core/host/python_version.h"

namespace provision {

// A value. The grammar is uv's for versions: `3`, `3.12`, `3.12.3`,
// `>=3.12,<3.13`, each with `t` or `d` or `+freethreaded`, `+debug`, `+gil`
// behind it and `cpython`, `cpython@`, `cp` before it (`cp312` too);
// `cpython-3.12.3-linux-x86_64-gnu`. Paths and names of programs are refused:
// a plan says what it wants, not where it is.
class VersionRequest {
 public:
  static absl::StatusOr<VersionRequest> Parse(absl::string_view text);

  // A version with all three numbers: another patch is a substitution. Else it
  // is a range.
  bool is_pinned() const { return pinned_.has_value(); }
  const PythonVersion& pinned() const { return *pinned_; }

  bool Accepts(const PythonVersion& version) const;
  // Of the same minor version as the pinned one, or accepted.
  bool AcceptsMinorOf(const PythonVersion& version) const;

  // Why an interpreter that accepts the version is of another kind, in a few
  // words; "" if it is none. A build without the global lock counts where it is
  // asked for or, from 3.14 on, for want of another; a debug build where it is
  // asked for.
  std::string WhyAnotherKind(const Interpreter& interpreter) const;
  // A kind that is taken only for want of another: a pre-release that was not
  // named, a build without the lock that was not asked for.
  bool IsLastResort(const Interpreter& interpreter) const;

  bool free_threaded() const { return free_threaded_; }
  bool debug() const { return debug_; }
  // "linux", "x86_64", "gnu" of the long form; "" where nothing is said.
  const std::string& os() const { return os_; }
  const std::string& machine() const { return machine_; }
  const std::string& libc() const { return libc_; }

  // "3.11.7", "3.13t", ">=3.12,<3.13".
  std::string ToString() const;

 private:
  absl::Status ParseVersion(absl::string_view text);
  absl::Status ParseLongForm(absl::string_view text);

  absl::optional<PythonVersion> pinned_;
  PythonSpecifierSet range_;
  std::string version_text_;
  bool free_threaded_ = false;
  bool gil_ = false;
  bool debug_ = false;
  std::string os_;
  std::string machine_;
  std::string libc_;
};

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_VERSION_REQUEST_H_
