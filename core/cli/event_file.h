#ifndef PROVISION_CORE_CLI_EVENT_FILE_H_
#define PROVISION_CORE_CLI_EVENT_FILE_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/system.h"
#include "core/engine/event_sink.h"

namespace provision {

// `--events FILE`: the events of a command as JSON lines in a new file. Written
// event by event, so that what a kill leaves is readable but for its last line;
// not synced. Not thread-safe, as JsonRenderer.
class EventFile final : public EventSink {
 public:
  // `usage/output-exists` if the file is there, `usage/output-folder` if its
  // folder is not; anything else is the host's own error.
  static absl::StatusOr<std::unique_ptr<EventFile>> Create(
      System& system, absl::string_view path);

  void Emit(Event event) override;

  // The first error of writing; nothing is written after it.
  const absl::Status& status() const { return status_; }

 private:
  explicit EventFile(std::unique_ptr<WritableFile> file);

  std::unique_ptr<WritableFile> file_;
  absl::Status status_;
};

}  // namespace provision

#endif  // PROVISION_CORE_CLI_EVENT_FILE_H_
