#include "bundles/member_mode.h"

#include "bundles/archive_error.h"

namespace provision {
namespace {

constexpr uint32_t kSetUid = 04000;
constexpr uint32_t kSetGid = 02000;
constexpr uint32_t kSticky = 01000;
constexpr uint32_t kWritableByOthers = 022;

}  // namespace

absl::Status CheckMode(absl::string_view path, ArchiveEntry::Type type,
                       uint32_t mode, ArchiveProfile profile,
                       std::set<std::string>* allowances) {
  if (type == ArchiveEntry::Type::kSymlink) return absl::OkStatus();
  const bool is_upstream = profile == ArchiveProfile::kUpstream;
  if ((mode & kSetUid) != 0) {
    return ArchiveError(kArchiveMetadata, path, "set-uid");
  }
  if ((mode & (kSetGid | kSticky)) != 0) {
    if (!is_upstream || type != ArchiveEntry::Type::kDirectory) {
      return ArchiveError(kArchiveMetadata, path, "set-gid or sticky");
    }
    allowances->insert("set-gid or sticky directories, ignored");
  }
  if ((mode & kWritableByOthers) != 0) {
    if (!is_upstream) {
      return ArchiveError(kArchiveMetadata, path,
                          "writable by group or others");
    }
    allowances->insert("write bits for group or others, ignored");
  }
  return absl::OkStatus();
}

}  // namespace provision
