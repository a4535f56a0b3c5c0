#ifndef PROVISION_CORE_BASE_PRIVATE_FOLDER_H_
#define PROVISION_CORE_BASE_PRIVATE_FOLDER_H_

#include <string>

#include "absl/status/statusor.h"

namespace provision {

// An empty folder of this user alone (0700), with a random name, gone with the
// object together with all that was put into it.
class PrivateFolder {
 public:
  // Below TMPDIR, else /tmp.
  static absl::StatusOr<PrivateFolder> New();

  PrivateFolder(PrivateFolder&& other) noexcept { path_.swap(other.path_); }
  PrivateFolder& operator=(PrivateFolder&& other) noexcept {
    path_.swap(other.path_);
    return *this;
  }
  ~PrivateFolder();

  const std::string& path() const { return path_; }

 private:
  explicit PrivateFolder(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

}  // namespace provision

#endif  // PROVISION_CORE_BASE_PRIVATE_FOLDER_H_
