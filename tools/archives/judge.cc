// Judges one archive as an artifact that a plan pins, and unpacks it into a
// folder that is there and empty. Exit: 0, or 65 if it is refused.

#include <cstdio>
#include <memory>

#include "absl/strings/str_join.h"
#include "bundles/archive_unpacker.h"
#include "core/base/local_system.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

absl::StatusOr<ArchiveListing> Unpack(const std::string& path,
                                      const std::string& destination) {
  const std::unique_ptr<System> system = NewLocalSystem();
  PROVISION_ASSIGN_OR_RETURN(auto archive, system->OpenForReading(path));
  PROVISION_ASSIGN_OR_RETURN(auto folder, system->OpenDirectory(destination));
  const std::unique_ptr<ArchiveUnpacker> unpacker = NewArchiveUnpacker();
  const ArchiveRules rules = {.profile = ArchiveProfile::kUpstream};
  PROVISION_ASSIGN_OR_RETURN(ArchiveListing listing,
                             unpacker->Scan(*archive, rules));
  PROVISION_RETURN_IF_ERROR(
      unpacker->Unpack(*archive, rules, listing, *folder));
  return listing;
}

}  // namespace
}  // namespace provision

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: judge ARCHIVE FOLDER\n", stderr);
    return 64;
  }
  absl::StatusOr<provision::ArchiveListing> listing =
      provision::Unpack(argv[1], argv[2]);
  if (!listing.ok()) {
    std::printf("refused: %s\n", listing.status().ToString().c_str());
    return 65;
  }
  std::printf("%zu entries; allowed: %s\n", listing->entries.size(),
              absl::StrJoin(listing->allowances, ", ").c_str());
}
