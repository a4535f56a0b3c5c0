#include "core/actions/preimage_store.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/planted_bug.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

// Files that are replaced whole are configuration, not archives.
constexpr size_t kMaxPreimage = size_t{1} << 30;
constexpr uint32_t kPreimageMode = 0600;

}  // namespace

absl::StatusOr<std::string> SavePreimage(PathTarget& target, bool is_secret,
                                         ActionContext& context) {
  PROVISION_ASSIGN_OR_RETURN(
      std::string content, target.parent->ReadFile(target.name, kMaxPreimage));
  if (is_secret) {
    PROVISION_ASSIGN_OR_RETURN(content, context.cipher->Encrypt(content));
  }
  PROVISION_ASSIGN_OR_RETURN(Directory * undo, context.undo());
  const std::string name = Sha256Hex(content);
  PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> kept,
                             undo->Lstat(name));
  if (kept.has_value()) {
    absl::StatusOr<std::string> same = undo->ReadFile(name, kMaxPreimage);
    if (same.ok() && *same == content) {
      if (context.syncs_undo_later) return name;
      // It may be the spare of a run that was killed before it was synced.
      PROVISION_RETURN_IF_ERROR(undo->SyncFile(name));
      PROVISION_RETURN_IF_ERROR(undo->Sync());
      return name;
    }
    PROVISION_RETURN_IF_ERROR(undo->Remove(name));
  }
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file,
                             undo->Create(name, kPreimageMode));
  PROVISION_RETURN_IF_ERROR(file->Append(content));
  if (context.syncs_undo_later) return name;
  if (!IsPlanted("preimage_not_synced")) {
    PROVISION_RETURN_IF_ERROR(file->Sync());
  }
  PROVISION_RETURN_IF_ERROR(undo->Sync());
  return name;
}

absl::StatusOr<std::string> LoadPreimage(absl::string_view sha256,
                                         bool is_encrypted,
                                         ActionContext& context) {
  PROVISION_ASSIGN_OR_RETURN(Directory * undo, context.undo());
  absl::StatusOr<std::string> content = undo->ReadFile(sha256, kMaxPreimage);
  if (!content.ok() || Sha256Hex(*content) != sha256) {
    return DiagnosticError(absl::StatusCode::kDataLoss, "run/undo-damaged",
                           absl::StrCat("undo/", sha256,
                                        " does not hold what was there before"))
        .Found(content.ok() ? "other content"
                            : std::string(content.status().message()));
  }
  if (is_encrypted) return context.cipher->Decrypt(*content);
  return content;
}

}  // namespace provision
