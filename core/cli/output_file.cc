#include "core/cli/output_file.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr uint32_t kMode = 0644;

}  // namespace

absl::Status WriteOutputFile(CommandContext& context, absl::string_view file,
                             absl::string_view content) {
  const std::string path = JoinPath(context.system.WorkingDirectory(), file);
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> folder,
                             context.system.OpenDirectory(ParentPath(path)));
  const std::string name = BaseName(path);
  absl::StatusOr<std::unique_ptr<WritableFile>> created =
      folder->Create(name, kMode);
  if (absl::IsAlreadyExists(created.status())) {
    return DiagnosticError(absl::StatusCode::kAlreadyExists,
                           "usage/output-exists",
                           absl::StrCat(file, ": is there already"))
        .Next("name another file, or remove it first");
  }
  PROVISION_RETURN_IF_ERROR(created.status());
  absl::Status written = (*created)->Append(content);
  if (written.ok()) written = (*created)->Sync();
  if (written.ok()) written = folder->Sync();
  // Half a file is worse than none.
  if (!written.ok()) folder->Remove(name).IgnoreError();
  return written;
}

}  // namespace provision
