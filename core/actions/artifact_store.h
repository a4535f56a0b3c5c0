#ifndef PROVISION_CORE_ACTIONS_ARTIFACT_STORE_H_
#define PROVISION_CORE_ACTIONS_ARTIFACT_STORE_H_

// The store of artifacts (reliability.md 3): `sha256/HEX` are whole ones,
// `partial/HEX` downloads in progress. It may be deleted at any time, and
// nothing in it is trusted: an artifact is hashed again when it is opened.

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/byte_source.h"
#include "core/base/directory.h"
#include "core/base/download.h"
#include "core/base/file.h"
#include "core/base/system.h"

namespace provision {

// A download in progress, held under a lock. Its bytes are hashed from 0 when
// it is opened. Sync() before ArtifactStore::Commit.
class PartialArtifact : public DownloadTarget {
 public:
  ~PartialArtifact() override = default;
  virtual absl::Status Sync() = 0;
};

// Keeps nothing but references; makes its subfolders when they are needed.
class ArtifactStore {
 public:
  explicit ArtifactStore(Directory& folder) : folder_(folder) {}

  // The artifact, its content verified. kNotFound (`store/missing`) if it is
  // not there, kDataLoss (`store/damaged`) if it has another digest.
  absl::StatusOr<std::unique_ptr<ByteSource>> Open(absl::string_view sha256);

  // Is a file of that name there? Not verified.
  absl::StatusOr<bool> Has(absl::string_view sha256);

  // The download called `key`, continued or new. Waits on `system` until nobody
  // else holds it, at most until `deadline` on its monotonic clock.
  absl::StatusOr<std::unique_ptr<PartialArtifact>> OpenPartial(
      System& system, absl::string_view key, absl::Duration deadline);

  // Gives a complete and synced download its final name, durably; what had the
  // name is replaced.
  absl::Status Commit(absl::string_view key, absl::string_view sha256);

  // Removes what there is of a download.
  absl::Status Discard(absl::string_view key);

  // Makes an artifact durable that a killed process may have renamed last.
  absl::Status MakeDurable(absl::string_view sha256);

  // "…/store/sha256/HEX", for people and records.
  std::string Path(absl::string_view sha256) const;

 private:
  absl::Status MakeSubfolder(absl::string_view name);

  Directory& folder_;
};

// Where the store is unless somebody says otherwise: root's in /var/cache, a
// user's in their cache.
std::string DefaultStorePath(System& system);

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_ARTIFACT_STORE_H_
