#ifndef PROVISION_PLUGINS_PYTHON_PYTHON_HOST_H_
#define PROVISION_PLUGINS_PYTHON_PYTHON_HOST_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "core/api/facts.h"
#include "core/testing/fake_host.h"
#include "core/testing/fake_system.h"

namespace provision {

// What a Python of a host in a test answers.
struct PythonAnswer {
  std::string version = "3.11.7";
  std::string prefix = "/usr";
  // Default: the prefix, and the path it is added at.
  std::string base_prefix = "";
  std::string base_executable = "";
  std::string implementation = "cpython";
  std::string libc = "gnu";
  bool free_threaded = false;
  bool debug = false;
  bool ssl = true;
};

// Adds a program that answers, at `path`.
void AddPythonTo(FakeSystem& system, absl::string_view path,
                 const PythonAnswer& answer);

// What the program of the environment at `path` does, once there is one: as the
// interpreter that its link leads to, one of `bases` (by their paths), it
// describes itself and proves itself.
void AddEnvironmentProgramTo(FakeSystem& system, absl::string_view path,
                             const std::map<std::string, PythonAnswer>& bases);

// A Linux host in memory with Pythons: by itself x86_64 with glibc, the user
// ada (1000), PATH /usr/local/bin:/usr/bin, and no Python.
class PythonHost {
 public:
  PythonHost();

  FakeHost& system() { return system_; }
  // Facts of a plan in /plan, read anew.
  Facts NewFacts() { return Facts(system_.facts(), Scope()); }
  static FactScope Scope();

  // A program that answers, at `path`.
  void AddPython(absl::string_view path, const PythonAnswer& answer);
  // Debian's 3.11.2: /usr/bin/python3.11, its link python3 and its marker.
  void AddDebianPython();
  // pyenv's `version` in ada's home.
  void AddPyenvPython(absl::string_view version);
  // musl in place of glibc.
  void UseMusl();
  // A whole environment at `path` on `answer`'s interpreter.
  void AddEnvironment(absl::string_view path, const PythonAnswer& answer);

 private:
  FakeHost system_;
};

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_PYTHON_HOST_H_
