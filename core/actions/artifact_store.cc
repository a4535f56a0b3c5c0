#include "core/actions/artifact_store.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/actions/partial_download.pb.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/planted_bug.h"
#include "core/base/serialize.h"
#include "core/base/source_hash.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr absl::string_view kWhole = "sha256";
constexpr absl::string_view kPartial = "partial";
constexpr uint32_t kFolderMode = 0700;
constexpr uint32_t kFileMode = 0600;
constexpr size_t kMaxCompanion = 64 << 10;
constexpr absl::Duration kLockPoll = absl::Milliseconds(200);

std::string WholeName(absl::string_view sha256) {
  return absl::StrCat(kWhole, "/", sha256);
}
std::string PartialName(absl::string_view key, absl::string_view suffix = "") {
  return absl::StrCat(kPartial, "/", key, suffix);
}

// Removes a name if it is there.
absl::Status Drop(Directory& folder, absl::string_view name) {
  absl::Status removed = folder.Remove(name);
  return absl::IsNotFound(removed) ? absl::OkStatus() : removed;
}

class StoredPartial : public PartialArtifact {
 public:
  StoredPartial(Directory& folder, absl::string_view key,
                std::unique_ptr<FileLock> lock)
      : folder_(folder), key_(key), lock_(std::move(lock)) {}

  // Takes over what an earlier process left, if it can be told what it is.
  absl::Status Continue() {
    absl::StatusOr<std::string> companion =
        folder_.ReadFile(PartialName(key_, ".from"), kMaxCompanion);
    if (!companion.ok() || !companion_.ParseFromString(*companion)) {
      return Restart("", "");
    }
    absl::StatusOr<std::unique_ptr<ByteSource>> source =
        folder_.OpenForReading(PartialName(key_));
    if (!source.ok()) return Restart("", "");
    if (!IsPlanted("partial_not_hashed")) {
      PROVISION_RETURN_IF_ERROR(HashSource(**source, hash_));
    }
    size_ = (*source)->size();
    PROVISION_ASSIGN_OR_RETURN(file_,
                               folder_.OpenForAppending(PartialName(key_)));
    return absl::OkStatus();
  }

  uint64_t size() const override { return size_; }
  std::string url() const override { return companion_.url(); }
  std::string validator() const override { return companion_.validator(); }

  // The companion goes first and comes before the bytes: whatever is there
  // after a kill, it never speaks of other bytes.
  absl::Status Restart(absl::string_view url,
                       absl::string_view validator) override {
    file_.reset();
    const std::string name = PartialName(key_);
    const std::string companion_name = PartialName(key_, ".from");
    PROVISION_RETURN_IF_ERROR(Drop(folder_, companion_name));
    PROVISION_RETURN_IF_ERROR(Drop(folder_, name));
    size_ = 0;
    hash_ = Sha256();
    companion_.set_url(std::string(url));
    companion_.set_validator(std::string(validator));
    companion_.set_sha256(key_);
    PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> companion,
                               folder_.Create(companion_name, kFileMode));
    PROVISION_RETURN_IF_ERROR(
        companion->Append(DeterministicBytes(companion_)));
    PROVISION_ASSIGN_OR_RETURN(file_, folder_.Create(name, kFileMode));
    return absl::OkStatus();
  }

  absl::Status Append(absl::string_view bytes) override {
    PROVISION_RETURN_IF_ERROR(file_->Append(bytes));
    hash_.Update(bytes);
    size_ += bytes.size();
    return absl::OkStatus();
  }

  std::string Digest() const override { return Sha256(hash_).FinalHex(); }
  absl::Status Sync() override { return file_->Sync(); }

 private:
  Directory& folder_;
  const std::string key_;
  const std::unique_ptr<FileLock> lock_;
  std::unique_ptr<WritableFile> file_;
  PartialDownload companion_;
  Sha256 hash_;
  uint64_t size_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ByteSource>> ArtifactStore::Open(
    absl::string_view sha256) {
  absl::StatusOr<std::unique_ptr<ByteSource>> source =
      folder_.OpenForReading(WholeName(sha256));
  if (absl::IsNotFound(source.status())) {
    return DiagnosticError(
        absl::StatusCode::kNotFound, "store/missing",
        absl::StrCat("artifact sha256:", sha256, " is not in the store"));
  }
  PROVISION_RETURN_IF_ERROR(source.status());
  Sha256 hash;
  PROVISION_RETURN_IF_ERROR(HashSource(**source, hash));
  const std::string found = hash.FinalHex();
  if (found == sha256) return source;
  return DiagnosticError(absl::StatusCode::kDataLoss, "store/damaged",
                         absl::StrCat(Path(sha256), ": damaged"))
      .Expected(absl::StrCat("sha256 ", sha256))
      .Found(absl::StrCat("sha256 ", found))
      .Next("the same command again, which fetches it anew");
}

absl::StatusOr<bool> ArtifactStore::Has(absl::string_view sha256) {
  PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> found,
                             folder_.Lstat(WholeName(sha256)));
  return found.has_value() && found->type == FileType::kRegular;
}

absl::StatusOr<std::unique_ptr<PartialArtifact>> ArtifactStore::OpenPartial(
    System& system, absl::string_view key, absl::Duration deadline) {
  PROVISION_RETURN_IF_ERROR(MakeSubfolder(kPartial));
  std::unique_ptr<FileLock> lock;
  while (true) {
    PROVISION_ASSIGN_OR_RETURN(
        lock, folder_.TryLock(PartialName(key, ".lock"), false));
    if (lock != nullptr) break;
    if (system.MonotonicClock() >= deadline) {
      return DiagnosticError(
          absl::StatusCode::kUnavailable, "store/locked",
          absl::StrCat("another process is fetching ", Path(key)));
    }
    if (system.Wait(kLockPoll)) return absl::CancelledError("stop requested");
  }
  auto partial = std::make_unique<StoredPartial>(folder_, key, std::move(lock));
  PROVISION_RETURN_IF_ERROR(partial->Continue());
  return partial;
}

absl::Status ArtifactStore::Commit(absl::string_view key,
                                   absl::string_view sha256) {
  PROVISION_RETURN_IF_ERROR(MakeSubfolder(kWhole));
  PROVISION_RETURN_IF_ERROR(folder_.Rename(PartialName(key), folder_,
                                           WholeName(sha256),
                                           Directory::RenameMode::kReplace));
  PROVISION_RETURN_IF_ERROR(Discard(key));
  return MakeDurable(sha256);
}

absl::Status ArtifactStore::Discard(absl::string_view key) {
  for (absl::string_view suffix : {".from", "", ".lock"}) {
    PROVISION_RETURN_IF_ERROR(Drop(folder_, PartialName(key, suffix)));
  }
  return absl::OkStatus();
}

absl::Status ArtifactStore::MakeDurable(absl::string_view sha256) {
  PROVISION_RETURN_IF_ERROR(folder_.SyncFile(WholeName(sha256)));
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> whole,
                             folder_.OpenDirectory(kWhole));
  return whole->Sync();
}

std::string ArtifactStore::Path(absl::string_view sha256) const {
  return absl::StrCat(folder_.path(), "/", WholeName(sha256));
}

absl::Status ArtifactStore::MakeSubfolder(absl::string_view name) {
  absl::Status made = folder_.MakeDirectory(name, kFolderMode);
  if (absl::IsAlreadyExists(made)) return absl::OkStatus();
  PROVISION_RETURN_IF_ERROR(made);
  return folder_.Sync();
}

std::string DefaultStorePath(System& system) {
  const Identity identity = system.identity();
  if (identity.uid == 0) return "/var/cache/provision/store";
  absl::optional<std::string> cache = system.Variable("XDG_CACHE_HOME");
  const std::string base =
      cache.has_value() && !cache->empty() && cache->front() == '/'
          ? *cache
          : absl::StrCat(identity.home, "/.cache");
  return absl::StrCat(base, "/provision/store");
}

}  // namespace provision
