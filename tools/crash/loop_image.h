#ifndef PROVISION_TOOLS_CRASH_LOOP_IMAGE_H_
#define PROVISION_TOOLS_CRASH_LOOP_IMAGE_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace provision {

// A file system in a file, whose power can be cut (spec/reliability.md 14.2,
// T3): the file is copied while it is mounted, and what the inner file system
// has not written yet is not in the copy. Needs root and loop devices. Does not
// model loss inside a device's cache, and a missing sync of a directory does
// not show: any later sync writes the file system's own journal.
class LoopImage {
 public:
  // `type` (ext4, xfs or btrfs; kInvalidArgument for another) mounted at
  // `folder`, which is made; the images lie beside it. Needs the mkfs of the
  // type.
  static absl::StatusOr<std::unique_ptr<LoopImage>> Mount(
      absl::string_view folder, absl::string_view type = "ext4");
  LoopImage(const LoopImage&) = delete;
  LoopImage& operator=(const LoopImage&) = delete;
  // Unmounts and removes everything.
  ~LoopImage();

  const std::string& folder() const { return folder_; }

  // Mounts an empty file system in its place.
  absl::Status Renew();
  // Everything that was written so far survives a cut.
  absl::Status Sync();
  // Mounts what a cut at this moment leaves. Nothing may be open there.
  absl::Status CutPower();

 private:
  LoopImage(absl::string_view folder, std::string options)
      : folder_(folder), options_(std::move(options)) {}

  absl::Status MountCurrent();
  absl::Status Unmount();
  std::string Image(absl::string_view name) const;

  const std::string folder_;
  const std::string options_;  // of mount
  bool mounted_ = false;
};

}  // namespace provision

#endif  // PROVISION_TOOLS_CRASH_LOOP_IMAGE_H_
