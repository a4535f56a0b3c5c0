#ifndef PROVISION_PLUGINS_PYTHON_PACKAGES_LOCKED_PACKAGES_H_
#define PROVISION_PLUGINS_PYTHON_PACKAGES_LOCKED_PACKAGES_H_

// A pylock.toml (PEP 751), and the wheels of it that one target takes.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/api/lock.pb.h"
#include "core/host/python_marker.h"
#include "core/host/python_specifier.h"

namespace provision {

struct LockedFile {
  std::string name;
  std::string url;
  std::string sha256;  // hex; empty: the file gives only weaker ones
  uint64_t size = 0;   // 0: not said
};

struct LockedPackage {
  std::string name;  // normalised
  std::string version;
  absl::optional<PythonMarker> marker;
  std::vector<LockedFile> wheels;
  bool has_sdist = false;
  int line = 0;
};

struct LockedPackages {
  std::string file;  // for messages
  PythonSpecifierSet requires_python;
  std::vector<LockedPackage> packages;
};

// Reads `content`; `file` names it in messages. Paths of wheels are relative to
// `folder`. An error has file and line: `project/syntax`, `lock/unanswered` for
// what is pinned by no file (a repository, a folder, an archive),
// `lock/credentials`.
absl::StatusOr<LockedPackages> ReadPylock(const std::string& file,
                                          const std::string& content,
                                          absl::string_view folder);

// The wheels that CPython on `target` takes, one for each package whose marker
// holds there. `full_versions` are those that the interpreter may have
// ("3.11.7", or the first and the last of a minor): what holds for one and not
// for another is `lock/marker`. A package without a wheel for the target is
// `lock/no-wheel`, a file without SHA-256 `lock/weak-hash`.
absl::StatusOr<std::vector<Lock::Artifact>> ChooseWheels(
    const LockedPackages& locked, const Lock::Target& target,
    const std::vector<std::string>& full_versions);

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_PACKAGES_LOCKED_PACKAGES_H_
