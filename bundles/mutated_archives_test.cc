// Archives with some bytes changed: each is refused with a reason, or both
// readers see the same in it and it unpacks to what was listed.

#include <cstdio>
#include <memory>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "bundles/archive_unpacker.h"
#include "bundles/testing/hostile_archives.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

constexpr size_t kLargest = 64 << 10;
constexpr int kMutationsOfHostile = 15;
constexpr int kMutationsOfGood = 250;

bool HasMagicAt(const std::string& bytes, size_t block) {
  return block + 512 <= bytes.size() &&
         bytes.compare(block + 257, 5, "ustar") == 0;
}

// Makes the check sum of every tar header right again, so that what was changed
// gets past it.
void MendCheckSums(std::string& bytes) {
  for (size_t block = 0; HasMagicAt(bytes, block) || block < bytes.size();
       block += 512) {
    if (!HasMagicAt(bytes, block)) continue;
    bytes.replace(block + 148, 8, "        ");
    unsigned sum = 0;
    for (size_t i = 0; i < 512; ++i) {
      sum += static_cast<unsigned char>(bytes[block + i]);
    }
    char field[8];
    std::snprintf(field, sizeof(field), "%06o", sum);
    bytes.replace(block + 148, 7, field, 7);
  }
}

// Changes, drops or repeats a few bytes.
std::string Mutate(std::string bytes, std::mt19937& random) {
  static constexpr absl::string_view kLiked("/.07251gxLK\n \xff\x80\x01\0", 17);
  const int changes = 1 + random() % 3;
  for (int i = 0; i < changes && !bytes.empty(); ++i) {
    const size_t at = random() % bytes.size();
    switch (random() % 8) {
      case 0:
        bytes[at] = static_cast<char>(random());
        break;
      case 1:
        bytes[at] ^= static_cast<char>(1 << random() % 8);
        break;
      case 2:
        bytes.erase(at, 1 + random() % 4);
        break;
      case 3:
        bytes.insert(at, bytes.substr(at, 1 + random() % 600));
        break;
      default:
        bytes[at] = kLiked[random() % kLiked.size()];
        break;
    }
  }
  if (random() % 4 != 0) MendCheckSums(bytes);
  return bytes;
}

// True if it was accepted.
bool Judge(const std::string& bytes, const ArchiveRules& rules) {
  const std::unique_ptr<ArchiveUnpacker> unpacker = NewArchiveUnpacker();
  MemoryByteSource source(bytes);
  absl::StatusOr<ArchiveListing> listing = unpacker->Scan(source, rules);
  if (!listing.ok()) {
    EXPECT_TRUE(absl::StartsWith(DiagnosticId(listing.status()), "archive/"))
        << listing.status();
    return false;
  }
  FakeSystem system;
  system.AddDirectory("/new", 0700);
  auto destination = system.OpenDirectory("/new");
  EXPECT_OK(unpacker->Unpack(source, rules, *listing, **destination));
  return true;
}

TEST(MutatedArchivesTest, RefusedOrSeenAlikeByBothReaders) {
  std::mt19937 random(20261124);
  int accepted = 0;
  int refused = 0;
  for (const TestArchive& archive : AllTestArchives(1)) {
    if (archive.bytes.size() > kLargest) continue;
    const int mutations =
        archive.upstream.empty() ? kMutationsOfGood : kMutationsOfHostile;
    for (int i = 0; i < mutations; ++i) {
      SCOPED_TRACE(absl::StrCat(archive.name, ", mutation ", i));
      const std::string mutated = Mutate(archive.bytes, random);
      const ArchiveRules rules = {.profile = i % 2 == 0
                                                 ? ArchiveProfile::kStrict
                                                 : ArchiveProfile::kUpstream};
      (Judge(mutated, rules) ? accepted : refused) += 1;
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(accepted, 500);
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace provision
