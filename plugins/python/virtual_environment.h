#ifndef PROVISION_PLUGINS_PYTHON_VIRTUAL_ENVIRONMENT_H_
#define PROVISION_PLUGINS_PYTHON_VIRTUAL_ENVIRONMENT_H_

// The environment itself: what is there, and what makes one. It is made of a
// file, links and folders, so a host without `venv` or `ensurepip` will do.

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/api/facts.h"
#include "core/api/proposal.h"
#include "core/host/interpreter.h"

namespace provision {

// What is at the path of an environment.
struct VirtualEnvironment {
  enum class State {
    kAbsent,       // nothing, or an empty folder
    kEnvironment,  // a folder with a pyvenv.cfg, whole or not
    kOther,        // something that is not ours to replace
  };
  State state = State::kAbsent;
  // Absolute, with links at its end resolved: where changes are made.
  std::string path;
  // Its interpreter, if it answers and is that of this environment.
  absl::optional<Interpreter> interpreter;
  // All of its parts are there.
  bool complete = false;
  // The version that it was made for, "3.11" or "3.11.7"; "" if nothing says.
  std::string made_for;
  // For kOther and for an interpreter that does not answer: why.
  std::string why;
};

VirtualEnvironment ReadVirtualEnvironment(absl::string_view path, Facts& facts);

// What an environment is made on.
struct EnvironmentBase {
  std::string program;     // absolute
  std::string version;     // "3.11.7"
  std::string minor_name;  // "3.11", "3.13t"
};

// Adds the actions that make `environment` one on `base`. In place where it was
// made for the same minor version, so that what is installed into it stays;
// another one is removed first, as its packages are for another Python.
// `pyvenv.cfg` comes first and `bin/python` last: what a crash leaves is known
// as an environment, and not taken for a whole one.
void AddEnvironment(const VirtualEnvironment& environment,
                    const EnvironmentBase& base, ActionList* actions);

// Whether AddEnvironment() removes what is there.
bool IsReplaced(const VirtualEnvironment& environment,
                const EnvironmentBase& base);

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_VIRTUAL_ENVIRONMENT_H_
