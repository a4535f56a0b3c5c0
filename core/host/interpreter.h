#ifndef PROVISION_CORE_HOST_INTERPRETER_H_
#define PROVISION_CORE_HOST_INTERPRETER_H_

// What a Python interpreter is, from its own answer and the files around it;
// never from its version or its path.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/api/facts.h"
#include "core/host/python_version.h"

namespace provision {

// A value. Paths are absolute.
struct Interpreter {
  std::string path;  // as it was asked
  PythonVersion version;
  std::string implementation;  // "cpython"
  bool free_threaded = false;  // built without the global lock
  bool debug = false;
  bool has_ssl = false;  // was built with the module
  std::string libc;      // "gnu", "musl", or "" where it does not say
  std::string machine;   // "x86_64"
  // Of itself, and of the installation it starts from: they differ in a virtual
  // environment.
  std::string prefix;
  std::string base_prefix;
  // The program of the installation, links resolved.
  std::string base_executable;
  std::string stdlib;  // of its default scheme

  bool is_virtual() const { return prefix != base_prefix; }
  // "3.11", "3.13t": names `lib/python3.13t`.
  std::string MinorName() const;
};

// The command that asks an interpreter what it is; it prints one JSON object.
std::vector<std::string> InterpreterCommand(absl::string_view path);

// The interpreter at `path`, executed read-only and isolated from variables,
// user files and the working directory, with the deadline of a fact. An error
// says in a few words why it is of no use: "does not start", "exits with 1",
// "answers nonsense". Works with any Python from 3.4.
absl::StatusOr<Interpreter> ReadInterpreter(absl::string_view path,
                                            Facts& facts);

// PEP 668: whether somebody else manages what is installed into it.
struct ExternallyManaged {
  bool managed = false;
  std::string marker;   // path of the file that says so
  std::string message;  // its `Error`; empty if it gives none or is malformed
};

// Managed is what has the marker file in the stdlib folder of its default
// scheme, however malformed; never a virtual environment.
ExternallyManaged ReadExternallyManaged(const Interpreter& interpreter,
                                        Facts& facts);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_INTERPRETER_H_
