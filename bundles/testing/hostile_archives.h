#ifndef PROVISION_BUNDLES_TESTING_HOSTILE_ARCHIVES_H_
#define PROVISION_BUNDLES_TESTING_HOSTILE_ARCHIVES_H_

// One function for each class of archives in reliability.md 12.2: hostile ones,
// and controls that have to be accepted.

#include <cstdint>
#include <string>
#include <vector>

namespace provision {

struct TestArchive {
  std::string name;      // "traversal: .. in the middle"
  std::string bytes;     // the file
  std::string strict;    // id of its refusal under each profile, or "" if it
  std::string upstream;  // has to be accepted
};

// `seed` decides what harmless members stand around the hostile one. The large
// archives come with seed 0 only.
std::vector<TestArchive> TraversalArchives(uint32_t seed);
std::vector<TestArchive> HostileNameArchives(uint32_t seed);
std::vector<TestArchive> LinkArchives(uint32_t seed);
std::vector<TestArchive> TypeArchives(uint32_t seed);
std::vector<TestArchive> ModeArchives(uint32_t seed);
std::vector<TestArchive> HeaderDisagreementArchives(uint32_t seed);
std::vector<TestArchive> NumberArchives(uint32_t seed);
std::vector<TestArchive> DuplicateArchives(uint32_t seed);
std::vector<TestArchive> EndArchives(uint32_t seed);
std::vector<TestArchive> CompressionArchives(uint32_t seed);
std::vector<TestArchive> ZipArchives(uint32_t seed);
std::vector<TestArchive> ControlArchives(uint32_t seed);

// All of the above.
std::vector<TestArchive> AllTestArchives(uint32_t seed);

}  // namespace provision

#endif  // PROVISION_BUNDLES_TESTING_HOSTILE_ARCHIVES_H_
