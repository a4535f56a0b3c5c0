#include "core/cli/event_file.h"

#include <string>
#include <utility>

#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/cli/json_renderer.h"

namespace provision {

EventFile::EventFile(std::unique_ptr<WritableFile> file)
    : file_(std::move(file)) {}

absl::StatusOr<std::unique_ptr<EventFile>> EventFile::Create(
    System& system, absl::string_view path) {
  const std::string absolute = JoinPath(system.WorkingDirectory(), path);
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> folder,
                             system.OpenDirectory(ParentPath(absolute)));
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file,
                             folder->Create(BaseName(absolute), 0644));
  return std::unique_ptr<EventFile>(new EventFile(std::move(file)));
}

void EventFile::Emit(Event event) {
  if (status_.ok()) status_ = file_->Append(JsonLine(event));
}

}  // namespace provision
