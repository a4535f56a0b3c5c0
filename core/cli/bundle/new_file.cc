#include "core/cli/bundle/new_file.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

absl::Status Exists(absl::string_view file) {
  return DiagnosticError(absl::StatusCode::kAlreadyExists,
                         "usage/output-exists",
                         absl::StrCat(file, ": is there already"))
      .Next("name another file, or remove it first");
}

}  // namespace

NewFile::NewFile(std::unique_ptr<Directory> folder, std::string name,
                 absl::string_view shown)
    : folder_(std::move(folder)),
      name_(std::move(name)),
      part_(absl::StrCat(".", name_, ".part")),
      shown_(shown) {}

absl::StatusOr<std::unique_ptr<NewFile>> NewFile::Create(
    CommandContext& context, absl::string_view file, uint32_t mode) {
  const std::string path = JoinPath(context.system.WorkingDirectory(), file);
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> folder,
                             context.system.OpenDirectory(ParentPath(path)));
  std::unique_ptr<NewFile> made(
      new NewFile(std::move(folder), BaseName(path), file));
  PROVISION_ASSIGN_OR_RETURN(const absl::optional<FileMetadata> there,
                             made->folder_->Lstat(made->name_));
  if (there.has_value()) return Exists(file);
  const absl::Status removed = made->folder_->Remove(made->part_);
  if (!removed.ok() && !absl::IsNotFound(removed)) return removed;
  PROVISION_ASSIGN_OR_RETURN(made->file_,
                             made->folder_->Create(made->part_, mode));
  return made;
}

NewFile::~NewFile() {
  if (file_ != nullptr) folder_->Remove(part_).IgnoreError();
}

absl::Status NewFile::Finish() {
  PROVISION_RETURN_IF_ERROR(file_->Sync());
  const absl::Status renamed = folder_->Rename(
      part_, *folder_, name_, Directory::RenameMode::kNoReplace);
  if (absl::IsAlreadyExists(renamed)) return Exists(shown_);
  PROVISION_RETURN_IF_ERROR(renamed);
  file_.reset();
  return folder_->Sync();
}

}  // namespace provision
