#ifndef PROVISION_CORE_CLI_BUNDLE_NEW_FILE_H_
#define PROVISION_CORE_CLI_BUNDLE_NEW_FILE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/directory.h"
#include "core/base/file.h"
#include "core/cli/command_context.h"

namespace provision {

// A file that is written piece by piece and has its name only when it is whole
// and durable. Without Finish() nothing is left of it; a kill leaves
// ".NAME.part", which the next one of that name replaces.
class NewFile {
 public:
  // `file` is relative to the working directory. `usage/output-exists` if it is
  // there. `mode` is exact.
  static absl::StatusOr<std::unique_ptr<NewFile>> Create(
      CommandContext& context, absl::string_view file, uint32_t mode);
  ~NewFile();

  absl::Status Append(absl::string_view bytes) { return file_->Append(bytes); }
  absl::Status Finish();

 private:
  NewFile(std::unique_ptr<Directory> folder, std::string name,
          absl::string_view shown);

  std::unique_ptr<Directory> folder_;
  const std::string name_;
  const std::string part_;
  const std::string shown_;
  std::unique_ptr<WritableFile> file_;
};

}  // namespace provision

#endif  // PROVISION_CORE_CLI_BUNDLE_NEW_FILE_H_
