#ifndef PROVISION_CORE_ACTIONS_STORE_CONTENTS_H_
#define PROVISION_CORE_ACTIONS_STORE_CONTENTS_H_

// What lies in the store of artifacts, and taking it out again.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/base/directory.h"
#include "core/base/file.h"

namespace provision {

struct StoredArtifact {
  std::string sha256;  // or the key of a download
  uint64_t size = 0;
  absl::Time modified;
  std::string url = {};  // of a download, without a query
};

struct StoreContents {
  std::vector<StoredArtifact> artifacts;  // sorted by digest
  std::vector<StoredArtifact> downloads;  // begun and not ended

  uint64_t bytes() const;
};

// Nothing is hashed. A store that has not been filled yet is empty.
absl::StatusOr<StoreContents> ReadStore(Directory& store);

// What of `contents` was last written before `time`.
StoreContents OlderThan(const StoreContents& contents, absl::Time time);

// Removes `contents`. If a process is fetching one of them, nothing is removed:
// `store/locked`, kUnavailable. An artifact that is being read stays readable.
absl::Status RemoveFromStore(Directory& store, const StoreContents& contents);

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_STORE_CONTENTS_H_
