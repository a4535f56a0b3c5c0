#include "core/actions/store_contents.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/actions/artifact_store.h"
#include "core/actions/partial_download.pb.h"
#include "core/base/diagnostic.h"
#include "core/base/http_client.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr absl::string_view kWhole = "sha256";
constexpr absl::string_view kPartial = "partial";
constexpr size_t kMaxCompanion = 64 << 10;

// The regular files in a folder of the store whose names are digests.
absl::StatusOr<std::vector<StoredArtifact>> ReadFolder(Directory& store,
                                                       absl::string_view name) {
  std::vector<StoredArtifact> found;
  absl::StatusOr<std::unique_ptr<Directory>> folder = store.OpenDirectory(name);
  if (absl::IsNotFound(folder.status())) return found;
  PROVISION_RETURN_IF_ERROR(folder.status());
  PROVISION_ASSIGN_OR_RETURN(std::vector<DirectoryEntry> entries,
                             (*folder)->List());
  for (const DirectoryEntry& entry : entries) {
    PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> metadata,
                               (*folder)->Lstat(entry.name));
    const bool is_artifact = metadata.has_value() &&
                             metadata->type == FileType::kRegular &&
                             !absl::StrContains(entry.name, ".");
    if (!is_artifact) continue;
    StoredArtifact artifact;
    artifact.sha256 = entry.name;
    artifact.size = metadata->size;
    artifact.modified = absl::FromUnixNanos(metadata->modified_ns);
    found.push_back(std::move(artifact));
  }
  return found;
}

std::vector<StoredArtifact> OlderOf(
    const std::vector<StoredArtifact>& artifacts, absl::Time time) {
  std::vector<StoredArtifact> older;
  std::copy_if(artifacts.begin(), artifacts.end(), std::back_inserter(older),
               [time](const StoredArtifact& a) { return a.modified < time; });
  return older;
}

}  // namespace

uint64_t StoreContents::bytes() const {
  uint64_t sum = 0;
  for (const StoredArtifact& artifact : artifacts) sum += artifact.size;
  for (const StoredArtifact& download : downloads) sum += download.size;
  return sum;
}

absl::StatusOr<StoreContents> ReadStore(Directory& store) {
  StoreContents contents;
  PROVISION_ASSIGN_OR_RETURN(contents.artifacts, ReadFolder(store, kWhole));
  PROVISION_ASSIGN_OR_RETURN(contents.downloads, ReadFolder(store, kPartial));
  for (StoredArtifact& download : contents.downloads) {
    absl::StatusOr<std::string> companion = store.ReadFile(
        absl::StrCat(kPartial, "/", download.sha256, ".from"), kMaxCompanion);
    PartialDownload from;
    if (companion.ok() && from.ParseFromString(*companion)) {
      download.url = PrintableUrl(from.url());
    }
  }
  return contents;
}

StoreContents OlderThan(const StoreContents& contents, absl::Time time) {
  return {.artifacts = OlderOf(contents.artifacts, time),
          .downloads = OlderOf(contents.downloads, time)};
}

absl::Status RemoveFromStore(Directory& store, const StoreContents& contents) {
  std::vector<std::unique_ptr<FileLock>> locks;
  for (const StoredArtifact& download : contents.downloads) {
    PROVISION_ASSIGN_OR_RETURN(
        std::unique_ptr<FileLock> lock,
        store.TryLock(absl::StrCat(kPartial, "/", download.sha256, ".lock"),
                      /*inheritable=*/false));
    if (lock == nullptr) {
      return DiagnosticError(
          absl::StatusCode::kUnavailable, "store/locked",
          absl::StrCat("a process is fetching ", download.sha256));
    }
    locks.push_back(std::move(lock));
  }
  ArtifactStore artifacts(store);
  for (const StoredArtifact& download : contents.downloads) {
    PROVISION_RETURN_IF_ERROR(artifacts.Discard(download.sha256));
  }
  for (const StoredArtifact& artifact : contents.artifacts) {
    absl::Status removed =
        store.Remove(absl::StrCat(kWhole, "/", artifact.sha256));
    if (!removed.ok() && !absl::IsNotFound(removed)) return removed;
  }
  return absl::OkStatus();
}

}  // namespace provision
