// Every class of reliability.md 12.2 under both profiles: the verdict, and that
// a refusal leaves nothing behind.

#include "bundles/testing/hostile_archives.h"

#include <memory>

#include "bundles/archive_unpacker.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::IsEmpty;

// What the profile makes of the archive, and what is on the disk then.
void Judge(const TestArchive& archive, ArchiveProfile profile) {
  const bool is_strict = profile == ArchiveProfile::kStrict;
  SCOPED_TRACE(archive.name + (is_strict ? " (strict)" : " (upstream)"));
  const std::string& id = is_strict ? archive.strict : archive.upstream;
  const ArchiveRules rules = {.profile = profile};
  const std::unique_ptr<ArchiveUnpacker> unpacker = NewArchiveUnpacker();
  FakeSystem system;
  system.AddDirectory("/new", 0700);
  ASSERT_OK_AND_ASSIGN(auto destination, system.OpenDirectory("/new"));
  MemoryByteSource source(archive.bytes);
  absl::StatusOr<ArchiveListing> listing = unpacker->Scan(source, rules);
  if (!id.empty()) {
    EXPECT_THAT(listing, HasDiagnosticId(id));
    EXPECT_THAT(system.operations(), IsEmpty());
    return;
  }
  ASSERT_OK(listing);
  if (is_strict) {
    EXPECT_THAT(listing->allowances, IsEmpty());
  } else if (!archive.strict.empty()) {
    EXPECT_FALSE(listing->allowances.empty());
  }
  if (listing->entries.size() > 10000) return;  // slow on a host in memory
  EXPECT_OK(unpacker->Unpack(source, rules, *listing, *destination));
}

TEST(HostileArchivesTest, VerdictsOfBothProfiles) {
  int hostile = 0;
  for (uint32_t seed : {0, 1, 5}) {
    for (const TestArchive& archive : AllTestArchives(seed)) {
      Judge(archive, ArchiveProfile::kStrict);
      Judge(archive, ArchiveProfile::kUpstream);
      hostile += archive.strict.empty() ? 0 : 1;
    }
  }
  EXPECT_GT(hostile, 3 * 200);
}

TEST(HostileArchivesTest, EveryClassHasHostileOnes) {
  for (auto make :
       {TraversalArchives, HostileNameArchives, LinkArchives, TypeArchives,
        ModeArchives, HeaderDisagreementArchives, NumberArchives,
        DuplicateArchives, EndArchives, ZipArchives}) {
    int hostile = 0;
    for (const TestArchive& archive : make(0)) {
      hostile += archive.strict.empty() ? 0 : 1;
    }
    EXPECT_GE(hostile, 8);
  }
}

}  // namespace
}  // namespace provision
