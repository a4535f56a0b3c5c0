#ifndef PROVISION_CORE_API_ARCHIVE_H_
#define PROVISION_CORE_API_ARCHIVE_H_

// What the core knows of archives: which rules one is judged by, what the
// judgement found, and the interface behind the `unpack` action. The reader
// itself lives in bundles/ and is handed over by main.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/base/byte_source.h"
#include "core/base/directory.h"

namespace provision {

// kStrict: bundles, images, plugins and everything unpinned. kUpstream: an
// artifact of the lock, pinned by digest; it may have what real ones have
// besides, and the listing names what it made use of.
enum class ArchiveProfile { kStrict, kUpstream };

struct ArchiveLimits {
  uint64_t members = 100'000;
  uint64_t member_bytes = uint64_t{4} << 30;
  uint64_t total_bytes = uint64_t{16} << 30;
  // Raw to compressed; binds above 16 MiB raw.
  uint64_t ratio = 200;
};

struct ArchiveRules {
  ArchiveProfile profile = ArchiveProfile::kStrict;
  // False for wheels and plugins. A zip never has any.
  bool symlinks = true;
  // The tree goes to Windows: its reserved names and characters are refused.
  bool windows_names = false;
  // Where it does not, upstream names that differ by case only collide.
  bool target_keeps_case = true;
  // Not empty: only what lies below this folder of the archive is unpacked,
  // without it. "python" or "python/".
  std::string prefix = {};
  ArchiveLimits limits = {};
};

struct ArchiveEntry {
  enum class Type { kFile, kDirectory, kSymlink };

  // Relative, UTF-8, components joined by one slash, no slash at the end.
  std::string path;
  Type type = Type::kFile;
  bool executable = false;  // of a file: mode 0755, else 0644
  uint64_t size = 0;        // of a file
  std::string sha256 = {};  // of a file: its content, as hexadecimal digits
  std::string target = {};  // of a symlink
  std::string copy_of =
      {};  // of a file: earlier file that it is a hard link to

  friend bool operator==(const ArchiveEntry&, const ArchiveEntry&) = default;
};

struct ArchiveListing {
  // All of the archive, in its order; directories that entries only imply and
  // the archive's root are left out.
  std::vector<ArchiveEntry> entries;
  // Sum of the files' sizes, copies included.
  uint64_t bytes = 0;
  // TreeDigest of what is unpacked: of EntriesBelow the rules' prefix.
  std::string digest;
  // Which upstream permissions were needed; sorted, in words for the preview.
  std::vector<std::string> allowances;
};

// The digest of a tree that consists of `entries` and the directories that
// their paths imply: types, executable bits, contents and targets, in the order
// of paths. The same for the listing of an archive and for the folder that it
// was unpacked into. SHA-256 as hexadecimal digits.
std::string TreeDigest(absl::Span<const ArchiveEntry> entries);

// The entries below the folder `prefix`, with their paths relative to it, in
// their order; all of them if it is empty.
std::vector<ArchiveEntry> EntriesBelow(absl::Span<const ArchiveEntry> entries,
                                       absl::string_view prefix);

// Reads archives for the core. Stateless and thread-safe. What violates the
// rules is refused whole: a diagnostic `MEMBER: REASON`, id `archive/…`,
// kInvalidArgument. Other codes are failures to read or write.
class ArchiveUnpacker {
 public:
  virtual ~ArchiveUnpacker() = default;

  // Reads and judges all of `archive`. Writes nothing.
  virtual absl::StatusOr<ArchiveListing> Scan(
      const ByteSource& archive, const ArchiveRules& rules) const = 0;

  // Writes what the rules select into `destination`, an empty directory that is
  // nobody else's: files 0644 or 0755, directories 0755, symlinks last; nothing
  // is synced. `listing` is what Scan gave under the same rules: content that
  // differs from it is `archive/differs`. After an error, and at a crash, the
  // destination holds a part.
  virtual absl::Status Unpack(const ByteSource& archive,
                              const ArchiveRules& rules,
                              const ArchiveListing& listing,
                              Directory& destination) const = 0;
};

}  // namespace provision

#endif  // PROVISION_CORE_API_ARCHIVE_H_
