#include "core/base/file_trust.h"

#include <deque>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/base/trusted_path.h"

namespace provision {
namespace {

constexpr size_t kMaxDatabase = 16 << 20;
constexpr int kMaxLinks = 40;

// The lines of /etc/passwd or /etc/group as fields.
std::vector<std::vector<std::string>> Entries(System& system,
                                              absl::string_view path) {
  std::vector<std::vector<std::string>> entries;
  const std::string text = system.ReadFile(path, kMaxDatabase).value_or("");
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    std::vector<std::string> fields = absl::StrSplit(line, ':');
    if (fields.size() >= 4) entries.push_back(std::move(fields));
  }
  return entries;
}

// Is `uid` the only member of the group? A group that no file describes may
// have any.
bool IsPrivateGroup(System& system, uint32_t gid, uint32_t uid) {
  std::string owner;
  uint32_t id = 0;
  for (const std::vector<std::string>& user : Entries(system, "/etc/passwd")) {
    if (absl::SimpleAtoi(user[2], &id) && id == uid) owner = user[0];
    const bool is_owner = absl::SimpleAtoi(user[2], &id) && id == uid;
    if (!is_owner && absl::SimpleAtoi(user[3], &id) && id == gid) return false;
  }
  bool found = false;
  for (const std::vector<std::string>& group : Entries(system, "/etc/group")) {
    if (!absl::SimpleAtoi(group[2], &id) || id != gid) continue;
    found = true;
    for (absl::string_view member :
         absl::StrSplit(group[3], ',', absl::SkipEmpty())) {
      if (member != owner) return false;
    }
  }
  return found;
}

absl::optional<std::string> WhyOthersCanWrite(System& system,
                                              absl::string_view path,
                                              const FileMetadata& file) {
  constexpr uint32_t kSticky = 01000;
  const bool is_sticky_directory =
      file.type == FileType::kDirectory && (file.mode & kSticky) != 0;
  if (file.type == FileType::kSymlink || is_sticky_directory) {
    return absl::nullopt;
  }
  if ((file.mode & 0002) != 0) {
    return absl::StrCat("anybody can write ", path);
  }
  if ((file.mode & 0020) != 0 && !IsPrivateGroup(system, file.gid, file.uid)) {
    return absl::StrCat("its group (", file.gid, ") can write ", path);
  }
  return absl::nullopt;
}

}  // namespace

bool IsOurs(System& system, uint32_t uid) {
  const LinkOwners owners = LinkOwnersFrom(
      system.identity().uid,
      system.ReadFile("/proc/self/uid_map", 1 << 16).value_or(""),
      system.ReadFile("/proc/sys/kernel/overflowuid", 64).value_or(""));
  if (owners.Trusts(uid)) return true;
  // Only root can be under sudo; another user could set the variable.
  uint32_t caller = 0;
  return system.identity().uid == 0 &&
         absl::SimpleAtoi(system.Variable("SUDO_UID").value_or(""), &caller) &&
         caller == uid;
}

absl::StatusOr<absl::optional<std::string>> WhyNotSafe(System& system,
                                                       absl::string_view path) {
  std::deque<std::string> rest = absl::StrSplit(path, '/', absl::SkipEmpty());
  std::string at = "/";
  for (int links = 0;;) {
    PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> file,
                               system.Lstat(at));
    if (!file.has_value()) {
      return absl::NotFoundError(absl::StrCat(at, ": there is no such file"));
    }
    if (!IsOurs(system, file->uid)) {
      return {absl::StrCat(at, " belongs to user ", file->uid)};
    }
    absl::optional<std::string> why = WhyOthersCanWrite(system, at, *file);
    if (why.has_value()) return {why};
    if (file->type == FileType::kSymlink) {
      if (++links > kMaxLinks) {
        return absl::FailedPreconditionError(
            absl::StrCat(path, ": too many links"));
      }
      const std::vector<std::string> target =
          absl::StrSplit(file->target, '/', absl::SkipEmpty());
      rest.insert(rest.begin(), target.begin(), target.end());
      at = absl::StartsWith(file->target, "/") ? "/" : ParentPath(at);
    }
    if (rest.empty()) return {absl::nullopt};
    at = JoinPath(at, rest.front());
    rest.pop_front();
  }
}

}  // namespace provision
