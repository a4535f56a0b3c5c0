#include "core/cli/event_file.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/cli/json_renderer.h"

namespace provision {

EventFile::EventFile(std::unique_ptr<WritableFile> file)
    : file_(std::move(file)) {}

absl::StatusOr<std::unique_ptr<EventFile>> EventFile::Create(
    System& system, absl::string_view path) {
  const std::string absolute = JoinPath(system.WorkingDirectory(), path);
  absl::StatusOr<std::unique_ptr<Directory>> folder =
      system.OpenDirectory(ParentPath(absolute));
  if (absl::IsNotFound(folder.status())) {
    return DiagnosticError(absl::StatusCode::kNotFound, "usage/output-folder",
                           absl::StrCat(path, ": its folder is not there"))
        .Next("make the folder first, or name another file");
  }
  PROVISION_RETURN_IF_ERROR(folder.status());
  absl::StatusOr<std::unique_ptr<WritableFile>> file =
      (*folder)->Create(BaseName(absolute), 0644);
  if (absl::IsAlreadyExists(file.status())) {
    return DiagnosticError(absl::StatusCode::kAlreadyExists,
                           "usage/output-exists",
                           absl::StrCat(path, ": is there already"))
        .Next("name another file, or remove it first");
  }
  PROVISION_RETURN_IF_ERROR(file.status());
  return std::unique_ptr<EventFile>(new EventFile(*std::move(file)));
}

void EventFile::Emit(Event event) {
  if (status_.ok()) status_ = file_->Append(JsonLine(event));
}

}  // namespace provision
