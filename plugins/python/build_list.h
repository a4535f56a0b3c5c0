#ifndef PROVISION_PLUGINS_PYTHON_BUILD_LIST_H_
#define PROVISION_PLUGINS_PYTHON_BUILD_LIST_H_

// Builds of CPython that can be fetched, with their digests.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/host/python_version.h"

namespace provision {

// What a build has to fit. The baseline of a processor family: newer levels are
// separate builds, which are never taken.
struct PythonTarget {
  std::string machine;  // "x86_64", "aarch64"
  std::string libc;     // "gnu", "musl"

  // "linux/amd64/gnu", as users read it.
  std::string ToString() const;
};

struct PythonBuild {
  PythonVersion version;
  // Relative to the mirror: "20240107/cpython-3.11.7+20240107-....tar.gz".
  std::string archive;
  std::string sha256;

  // What of the archive is the installation: "python/".
  std::string Prefix() const;
  // "20240107", or "" if its archive is in no folder.
  std::string Name() const;
};

// The builds for one target, lowest version first.
struct BuildList {
  // "build list 2026-08", "the mirror's list".
  std::string name;
  std::vector<PythonBuild> builds;

  // nullptr if there is none.
  const PythonBuild* Find(const PythonVersion& version) const;
};

// The list that is compiled in.
BuildList EmbeddedBuildList(const PythonTarget& target);

// A list in the format of uv's download-metadata.json. Taken are final, plain
// builds for Linux on the target, with a digest; the rest does not count. An
// archive is where the last two parts of its address say, a relative address
// counts as it is. An error if it is no such list, or if a path leads out of
// the mirror.
absl::StatusOr<BuildList> ParseBuildList(absl::string_view json,
                                         const PythonTarget& target);

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_BUILD_LIST_H_
