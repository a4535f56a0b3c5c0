#include "tools/crash/loop_image.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/status_macros.h"

extern char** environ;

namespace provision {
namespace {

absl::Status Run(const std::vector<std::string>& words) {
  std::vector<char*> argv;
  for (const std::string& word : words) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  pid_t child = 0;
  int status = 0;
  if (posix_spawnp(&child, argv[0], nullptr, nullptr, argv.data(), environ) !=
          0 ||
      waitpid(child, &status, 0) != child || status != 0) {
    return absl::InternalError(
        absl::StrCat("failed: ", absl::StrJoin(words, " ")));
  }
  return absl::OkStatus();
}

struct FileSystemType {
  const char* name;
  const char* size;  // about the least
  const char* force;
  const char* options;  // nothing is written by time; a copy may be mounted
};

constexpr FileSystemType kTypes[] = {
    {"ext4", "16M", "-F", "loop,commit=300"},
    {"xfs", "320M", "-f", "loop,nouuid"},
    {"btrfs", "128M", "-f", "loop,commit=300"},
};

}  // namespace

absl::StatusOr<std::unique_ptr<LoopImage>> LoopImage::Mount(
    absl::string_view folder, absl::string_view type) {
  const FileSystemType* found = nullptr;
  for (const FileSystemType& one : kTypes) {
    if (one.name == type) found = &one;
  }
  if (found == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(type, ": not ext4, xfs or btrfs"));
  }
  std::unique_ptr<LoopImage> image(new LoopImage(folder, found->options));
  PROVISION_RETURN_IF_ERROR(Run({"mkdir", "-p", image->folder_}));
  PROVISION_RETURN_IF_ERROR(
      Run({"truncate", "-s", found->size, image->Image("empty")}));
  PROVISION_RETURN_IF_ERROR(Run({absl::StrCat("/usr/sbin/mkfs.", type), "-q",
                                 found->force, image->Image("empty")}));
  PROVISION_RETURN_IF_ERROR(image->Renew());
  return image;
}

LoopImage::~LoopImage() {
  if (mounted_) Unmount().IgnoreError();
  for (const char* name : {"empty", "current", "cut"}) {
    unlink(Image(name).c_str());
  }
  rmdir(folder_.c_str());
}

std::string LoopImage::Image(absl::string_view name) const {
  return absl::StrCat(folder_, ".", name);
}

absl::Status LoopImage::Renew() {
  if (mounted_) PROVISION_RETURN_IF_ERROR(Unmount());
  // A new file: the loop device of the old one may still be there.
  PROVISION_RETURN_IF_ERROR(
      Run({"cp", "--sparse=always", "--remove-destination", Image("empty"),
           Image("current")}));
  return MountCurrent();
}

absl::Status LoopImage::Sync() {
  const int folder = open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = folder >= 0 && syncfs(folder) == 0;
  close(folder);
  return synced ? absl::OkStatus()
                : absl::InternalError(absl::StrCat("cannot sync ", folder_));
}

absl::Status LoopImage::CutPower() {
  PROVISION_RETURN_IF_ERROR(
      Run({"cp", "--sparse=always", Image("current"), Image("cut")}));
  PROVISION_RETURN_IF_ERROR(Unmount());
  PROVISION_RETURN_IF_ERROR(Run({"mv", Image("cut"), Image("current")}));
  return MountCurrent();
}

absl::Status LoopImage::MountCurrent() {
  PROVISION_RETURN_IF_ERROR(
      Run({"mount", "-o", options_, Image("current"), folder_}));
  mounted_ = true;
  return absl::OkStatus();
}

absl::Status LoopImage::Unmount() {
  mounted_ = false;
  return Run({"umount", folder_});
}

}  // namespace provision
