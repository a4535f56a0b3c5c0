#include "core/base/trusted_path.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <deque>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr int kMaxLinks = 40;  // as the kernel

// The walk's state: where it stands, and what is still to go.
class Walk {
 public:
  Walk(absl::string_view path, const LinkOwners& owners)
      : path_(path), owners_(owners) {
    AddFront(path);
  }

  absl::StatusOr<TrustedPath> Go() {
    PROVISION_RETURN_IF_ERROR(ToRoot());
    while (!todo_.empty()) {
      std::string part = std::move(todo_.front());
      todo_.pop_front();
      PROVISION_RETURN_IF_ERROR(Enter(part));
    }
    TrustedPath result;
    result.path = Here();
    result.descriptor = Descriptor(RetryInterrupted([&] {
      return openat(here_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }));
    if (!result.descriptor.valid()) return Error("open");
    return result;
  }

 private:
  std::string Here() const {
    return absl::StrCat("/", absl::StrJoin(names_, "/"));
  }

  absl::Status Error(absl::string_view call) const {
    return ErrnoError(errno, absl::StrCat(call, " ", path_));
  }

  void AddFront(absl::string_view text) {
    std::vector<std::string> parts =
        absl::StrSplit(text, '/', absl::SkipEmpty());
    todo_.insert(todo_.begin(), parts.begin(), parts.end());
  }

  absl::Status ToRoot() {
    here_ = Descriptor(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    names_.clear();
    return here_.valid() ? absl::OkStatus() : Error("open");
  }

  absl::Status Enter(const std::string& part) {
    if (part == ".") return absl::OkStatus();
    Descriptor next(RetryInterrupted([&] {
      return openat(here_.get(), part.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC);
    }));
    struct stat status;
    if (!next.valid() || fstat(next.get(), &status) != 0) return Error("open");
    if (S_ISLNK(status.st_mode)) return Follow(part, next, status.st_uid);
    if (!S_ISDIR(status.st_mode)) {
      errno = ENOTDIR;
      return Error("open");
    }
    here_ = std::move(next);
    if (part != "..") {
      names_.push_back(part);
    } else if (!names_.empty()) {
      names_.pop_back();
    }
    return absl::OkStatus();
  }

  absl::Status Follow(const std::string& part, const Descriptor& link,
                      uint32_t owner) {
    if (!owners_.Trusts(owner)) {
      return DiagnosticError(absl::StatusCode::kPermissionDenied, "host/link",
                             absl::StrCat("open ", path_,
                                          ": a link on the way is not to be "
                                          "trusted"))
          .At(absl::StrCat(names_.empty() ? "" : Here(), "/", part))
          .Because(absl::StrCat("user ", owner,
                                " owns it; only links of root and of user ",
                                owners_.user, " are followed"))
          .Next("name the folder by the path that the link stands for");
    }
    if (++links_ > kMaxLinks) {
      errno = ELOOP;
      return Error("open");
    }
    char target[PATH_MAX];
    ssize_t size = readlinkat(link.get(), "", target, sizeof(target));
    if (size < 0) return Error("readlink");
    absl::string_view text(target, size);
    AddFront(text);
    return absl::StartsWith(text, "/") ? ToRoot() : absl::OkStatus();
  }

  const std::string path_;
  const LinkOwners& owners_;
  Descriptor here_;
  std::vector<std::string> names_;  // from / to here
  std::deque<std::string> todo_;
  int links_ = 0;
};

}  // namespace

LinkOwners LinkOwnersFrom(uint32_t user, absl::string_view uid_map,
                          absl::string_view overflow_uid) {
  LinkOwners owners;
  owners.user = user;
  // Without /proc nothing says that the kernel hides root behind that id.
  bool root_is_mapped = uid_map.empty();
  for (absl::string_view line : absl::StrSplit(uid_map, '\n')) {
    std::vector<absl::string_view> words =
        absl::StrSplit(line, ' ', absl::SkipWhitespace());
    uint32_t first = 0;
    // A range that holds 0 begins with it.
    if (words.size() == 3 && absl::SimpleAtoi(words[0], &first)) {
      root_is_mapped = root_is_mapped || first == 0;
    }
  }
  uint32_t overflow = 0;
  if (!root_is_mapped && absl::SimpleAtoi(overflow_uid, &overflow)) {
    owners.overflow = overflow;
  }
  return owners;
}

absl::StatusOr<TrustedPath> OpenTrustedDirectory(absl::string_view path,
                                                 const LinkOwners& owners) {
  if (!absl::StartsWith(path, "/") ||
      path.find('\0') != absl::string_view::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("not an absolute path: ", path));
  }
  return Walk(path, owners).Go();
}

}  // namespace provision
