#include "core/base/user_database.h"

#include <grp.h>
#include <pwd.h>

#include <cerrno>
#include <vector>

namespace provision {
namespace {

// The calls of this family want a buffer whose size nobody tells.
template <typename Entry, typename Lookup>
bool WithBuffer(Lookup lookup, Entry& entry, std::vector<char>& buffer) {
  Entry* found = nullptr;
  int error_number = ERANGE;
  for (size_t size = 1024; error_number == ERANGE && size <= (1 << 22);
       size *= 2) {
    buffer.resize(size);
    do {
      error_number = lookup(&entry, buffer.data(), buffer.size(), &found);
    } while (error_number == EINTR);
  }
  return error_number == 0 && found != nullptr;
}

template <typename Lookup>
absl::optional<UserEntry> FindUser(Lookup lookup) {
  struct passwd entry;
  std::vector<char> buffer;
  if (!WithBuffer(lookup, entry, buffer)) return absl::nullopt;
  return UserEntry{entry.pw_uid, entry.pw_name, entry.pw_dir};
}

}  // namespace

absl::optional<UserEntry> UserByName(absl::string_view name) {
  const std::string text(name);
  return FindUser(
      [&](auto... rest) { return getpwnam_r(text.c_str(), rest...); });
}

absl::optional<UserEntry> UserById(uint32_t uid) {
  return FindUser([&](auto... rest) { return getpwuid_r(uid, rest...); });
}

absl::optional<uint32_t> GroupIdByName(absl::string_view name) {
  const std::string text(name);
  struct group entry;
  std::vector<char> buffer;
  auto lookup = [&](auto... rest) { return getgrnam_r(text.c_str(), rest...); };
  if (!WithBuffer(lookup, entry, buffer)) return absl::nullopt;
  return entry.gr_gid;
}

}  // namespace provision
