#include "bundles/zip_scanner.h"

#include <set>
#include <utility>

#include "bundles/entry_tree.h"
#include "bundles/member_mode.h"
#include "bundles/zip_member_stream.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

using Type = ArchiveEntry::Type;

}  // namespace

absl::StatusOr<ArchiveListing> ScanZip(const ByteSource& zip,
                                       const ArchiveRules& rules) {
  std::set<std::string> allowances;
  PROVISION_ASSIGN_OR_RETURN(std::vector<ZipMember> members,
                             ReadZipDirectory(zip, rules, &allowances));
  EntryTree tree(rules, &allowances);
  ArchiveListing listing;
  std::vector<char> buffer(64 << 10);
  for (const ZipMember& member : members) {
    ArchiveEntry entry;
    entry.path = member.path;
    entry.type = member.is_directory ? Type::kDirectory : Type::kFile;
    PROVISION_RETURN_IF_ERROR(tree.Add(entry.type, entry.path));
    if (!member.is_directory) {
      entry.executable = IsExecutable(member.mode);
      entry.size = member.size;
      PROVISION_ASSIGN_OR_RETURN(
          entry.sha256, HashZipMember(zip, member, absl::MakeSpan(buffer)));
      listing.bytes += entry.size;
    }
    listing.entries.push_back(std::move(entry));
  }
  listing.digest = TreeDigest(listing.entries);
  listing.allowances.assign(allowances.begin(), allowances.end());
  return listing;
}

}  // namespace provision
