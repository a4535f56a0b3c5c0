#ifndef PROVISION_PLUGINS_PYTHON_PACKAGES_PYTHON_ENVIRONMENT_H_
#define PROVISION_PLUGINS_PYTHON_PACKAGES_PYTHON_ENVIRONMENT_H_

// A virtual environment as the facts show it.

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/api/facts.h"
#include "core/host/python_marker.h"

namespace provision {

struct PythonEnvironment {
  std::string path;
  std::string interpreter;  // PATH/bin/python
  PythonMarkerEnvironment markers;
  // Where distributions are, relative to `path`, each once.
  std::vector<std::string> site_packages;
  // The interpreters that it may have been made from, likeliest first.
  std::vector<std::string> base_interpreters;
  // Every entry below `path` by its path relative to it.
  std::map<std::string, FactValue::Entry> entries;
};

// Reads the environment at the absolute `path`, which exists. An error, with a
// Diagnostic, if it is no virtual environment (without `pyvenv.cfg`, or its
// interpreter installs outside of it) or if its interpreter does not answer.
absl::StatusOr<PythonEnvironment> ReadPythonEnvironment(absl::string_view path,
                                                        Facts& facts);

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_PACKAGES_PYTHON_ENVIRONMENT_H_
