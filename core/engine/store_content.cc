#include "core/engine/store_content.h"

#include <memory>

#include "absl/status/statusor.h"
#include "core/actions/store_contents.h"
#include "core/base/directory.h"

namespace provision {

StoreContent::StoreContent(System& system, absl::string_view path) {
  absl::StatusOr<std::unique_ptr<Directory>> folder =
      system.OpenDirectory(path);
  if (!folder.ok()) return;
  absl::StatusOr<StoreContents> contents = ReadStore(**folder);
  if (!contents.ok()) return;
  for (const StoredArtifact& artifact : contents->artifacts) {
    whole_[artifact.sha256] = artifact.size;
  }
  for (const StoredArtifact& download : contents->downloads) {
    parts_[download.sha256] = download.size;
  }
}

bool StoreContent::Has(const Fetch& fetch) const {
  return fetch.has_sha256() && whole_.count(fetch.sha256()) > 0;
}

uint64_t StoreContent::SizeOf(const std::string& sha256) const {
  const auto artifact = whole_.find(sha256);
  return artifact == whole_.end() ? 0 : artifact->second;
}

uint64_t StoreContent::PartOf(const Fetch& fetch) const {
  const auto part = parts_.find(fetch.sha256());
  return part == parts_.end() ? 0 : part->second;
}

}  // namespace provision
