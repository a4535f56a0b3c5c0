// Archives of either format by both profiles: refused with a reason, or both
// readers see the same and what is written is what was listed. One source, two
// targets: the corpora differ.

#include <algorithm>
#include <cstdio>
#include <memory>

#include "absl/strings/match.h"
#include "bundles/archive_unpacker.h"
#include "core/base/diagnostic.h"
#include "core/testing/fake_system.h"
#include "tools/fuzz/fuzz_target.h"

namespace provision {
namespace {

constexpr size_t kBlock = 512;

// Makes the check sum of every tar header right, else no change gets past it.
std::string Mended(std::string bytes) {
  for (size_t at = 0; at + kBlock <= bytes.size(); at += kBlock) {
    if (bytes.compare(at + 257, 5, "ustar") != 0) continue;
    bytes.replace(at + 148, 8, "        ");
    unsigned sum = 0;
    for (size_t i = 0; i < kBlock; ++i) {
      sum += static_cast<unsigned char>(bytes[at + i]);
    }
    char field[8];
    std::snprintf(field, sizeof(field), "%06o", sum);
    bytes.replace(at + 148, 7, field, 7);
  }
  return bytes;
}

void Judge(const std::string& bytes, ArchiveProfile profile) {
  static const std::unique_ptr<ArchiveUnpacker> unpacker = NewArchiveUnpacker();
  ArchiveRules rules = {.profile = profile};
  rules.limits = {.members = 1000,
                  .member_bytes = 1 << 20,
                  .total_bytes = 4 << 20,
                  .ratio = 200};
  MemoryByteSource source(bytes);
  const absl::StatusOr<ArchiveListing> listing = unpacker->Scan(source, rules);
  if (!listing.ok()) {
    Require(absl::StartsWith(DiagnosticId(listing.status()), "archive/"),
            "a refusal says why");
    return;
  }
  FakeSystem system;
  system.AddDirectory("/new", 0700);
  auto destination = system.OpenDirectory("/new");
  Require(unpacker->Unpack(source, rules, *listing, **destination).ok(),
          "both readers see the same");
  for (const ArchiveEntry& entry : listing->entries) {
    Require(system.Snapshot("/new/" + entry.path).size() > 0,
            "what is listed is there");
  }
}

}  // namespace
}  // namespace provision

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  for (const std::string& archive : {bytes, provision::Mended(bytes)}) {
    provision::Judge(archive, provision::ArchiveProfile::kStrict);
    provision::Judge(archive, provision::ArchiveProfile::kUpstream);
  }
  return 0;
}
