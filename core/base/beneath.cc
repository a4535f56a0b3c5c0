#include "core/base/beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "core/base/planted_bug.h"

namespace provision {
namespace {

int CallOpenat2(int directory, const char* name, int flags, mode_t mode) {
  struct open_how how = {};
  // RESOLVE_NO_SYMLINKS does for a directory what O_NOFOLLOW does for the rest,
  // and with both a link would be ENOTDIR.
  if ((flags & O_DIRECTORY) != 0) flags &= ~O_NOFOLLOW;
  how.flags = static_cast<uint64_t>(flags);
  how.mode = (flags & O_CREAT) != 0 ? mode : 0;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  if (!IsPlanted("links_followed")) how.resolve |= RESOLVE_NO_SYMLINKS;
  // EAGAIN: a rename elsewhere raced with the walk.
  while (true) {
    long result = syscall(SYS_openat2, directory, name, &how, sizeof(how));
    if (result >= 0 || (errno != EINTR && errno != EAGAIN)) {
      return static_cast<int>(result);
    }
  }
}

// O_DIRECTORY on a link says ENOTDIR where openat2 says ELOOP.
int OpenComponent(int directory, const std::string& name, int flags,
                  mode_t mode) {
  int result = RetryInterrupted(
      [&] { return openat(directory, name.c_str(), flags, mode); });
  if (result >= 0 || errno != ENOTDIR) return result;
  struct stat status;
  if (fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
      S_ISLNK(status.st_mode)) {
    errno = ELOOP;
  } else {
    errno = ENOTDIR;
  }
  return -1;
}

int OpenByComponents(int directory, absl::string_view name, int flags,
                     mode_t mode) {
  std::vector<std::string> parts = absl::StrSplit(name, '/');
  Descriptor holder;
  for (size_t i = 0; i + 1 < parts.size(); ++i) {
    Descriptor next(OpenComponent(
        directory, parts[i], O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0));
    if (!next.valid()) return -1;
    holder = std::move(next);
    directory = holder.get();
  }
  return OpenComponent(directory, parts.back(), flags, mode);
}

}  // namespace

BeneathMeans BestBeneathMeans() {
  static const BeneathMeans means = [] {
    // A container's filter may say EPERM for a call that it does not know.
    Descriptor probe(
        CallOpenat2(AT_FDCWD, ".", O_PATH | O_DIRECTORY | O_CLOEXEC, 0));
    const bool missing = !probe.valid() && (errno == ENOSYS || errno == EPERM);
    return missing ? BeneathMeans::kComponents : BeneathMeans::kOpenat2;
  }();
  return means;
}

bool IsNameBeneath(absl::string_view name) {
  if (name.find('\0') != absl::string_view::npos) return false;
  for (absl::string_view part : absl::StrSplit(name, '/')) {
    if (part.empty() || part == "." || part == "..") return false;
  }
  return true;
}

Descriptor OpenBeneath(BeneathMeans means, int directory,
                       absl::string_view name, int flags, mode_t mode) {
  flags |= O_CLOEXEC | O_NOFOLLOW;
  return Descriptor(
      means == BeneathMeans::kOpenat2
          ? CallOpenat2(directory, std::string(name).c_str(), flags, mode)
          : OpenByComponents(directory, name, flags, mode));
}

}  // namespace provision
