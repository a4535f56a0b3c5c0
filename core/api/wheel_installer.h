#ifndef PROVISION_CORE_API_WHEEL_INSTALLER_H_
#define PROVISION_CORE_API_WHEEL_INSTALLER_H_

// What the core knows of wheels: where they go, which files they become, and
// the interface behind the `install_wheels` action. The installer itself lives
// in bundles/ and is handed over by main.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/api/archive.h"
#include "core/base/byte_source.h"
#include "core/base/directory.h"

namespace provision {

// A virtual environment as an installer sees it. Paths but the interpreter's
// are relative to it.
struct WheelScheme {
  std::string interpreter;     // absolute: what scripts start
  std::string python_version;  // "3.11.7"
  std::string site_packages;   // "lib/python3.11/site-packages"
  // Of the interpreter; those that no wheel has may be left out.
  std::vector<std::string> tags;
};

struct WheelInput {
  std::string file = {};  // "numpy-1.26.4-cp311-….whl"
  // Outlives what is made of it.
  const ByteSource* archive = nullptr;
  // Somebody asked for it by name.
  bool requested = false;
  std::string direct_url = {};  // content of direct_url.json; empty for none
  // Admit a RECORD that is wrong.
  bool accept_record = false;
};

// When two wheels bring one path with different contents.
enum class FileConflicts { kLastWins, kRefuse };

// The files that wheels become together, judged and ready to be written.
class WheelTree {
 public:
  virtual ~WheelTree() = default;

  // Every file, sorted by path; paths are relative to the environment.
  virtual const std::vector<ArchiveEntry>& files() const = 0;

  // What a person should know, a line each.
  virtual const std::vector<std::string>& warnings() const = 0;

  // Writes all files and their folders into `destination`, an empty directory
  // that is nobody else's; nothing is synced. Content that is not what was
  // judged is an error (`wheel/record`), as is what cannot be written; then,
  // and at a crash, the destination holds a part. Asks `stop` now and then:
  // true ends it with kCancelled.
  virtual absl::Status Write(Directory& destination,
                             const std::function<bool()>& stop) const = 0;
};

// Reads wheels for the core. Stateless and thread-safe. A wheel that violates a
// rule is refused whole: a diagnostic `WHEEL: PLACE: REASON`, id `wheel/…` or
// `archive/…`, kInvalidArgument. Other codes are failures to read or write.
class WheelInstaller {
 public:
  virtual ~WheelInstaller() = default;

  // Judges the wheels one by one and together. Writes nothing.
  virtual absl::StatusOr<std::unique_ptr<WheelTree>> Judge(
      absl::Span<const WheelInput> wheels, const WheelScheme& scheme,
      FileConflicts conflicts) const = 0;

  // The paths that the RECORD of an installed distribution names, relative to
  // the environment, sorted. `folder` is that of its metadata, relative, too.
  // A path that leads out of the environment is `wheel/escape`.
  virtual absl::StatusOr<std::vector<std::string>> ListedFiles(
      absl::string_view folder, absl::string_view record) const = 0;
};

// Both readers of artifacts, as main hands them over.
struct ArtifactReaders {
  const ArchiveUnpacker& archives;
  const WheelInstaller& wheels;
};

}  // namespace provision

#endif  // PROVISION_CORE_API_WHEEL_INSTALLER_H_
