#include "core/cli/saved_plan_file.h"

#include <utility>

#include "absl/strings/match.h"
#include "core/base/crypto.h"
#include "core/base/file_trust.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/engine/saved_plan.h"

namespace provision {
namespace {

// A saved plan holds the facts it was made from.
constexpr size_t kMaxBytes = size_t{256} << 20;

}  // namespace

absl::StatusOr<absl::optional<SavedPlanFile>> ReadSavedPlanFile(
    System& system, absl::string_view file) {
  const std::string path = JoinPath(system.WorkingDirectory(), file);
  absl::StatusOr<FileContent> read =
      system.ReadFileAndMetadata(path, kMaxBytes);
  // What cannot be read here is told by whoever reads it as a text.
  if (!read.ok() || !absl::StartsWith(read->content, kSavedPlanMagic)) {
    return absl::optional<SavedPlanFile>();
  }
  SavedPlanFile saved;
  PROVISION_ASSIGN_OR_RETURN(saved.plan, DecodeSavedPlan(read->content));
  saved.digest = SavedPlanDigest(read->content);
  saved.file.file = std::string(file);
  saved.file.path = path;
  saved.file.folder = ParentPath(path);
  saved.file.sha256 = Sha256Hex(read->content);
  saved.file.ours = IsOurs(system, read->metadata.uid);
  return absl::optional<SavedPlanFile>(std::move(saved));
}

}  // namespace provision
