#ifndef PROVISION_BUNDLES_TESTING_COMPRESS_H_
#define PROVISION_BUNDLES_TESTING_COMPRESS_H_

// Compressed forms of test data, good ones; tests damage them.

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace provision {

// One gzip member without a name or time.
std::string GzipForTest(absl::string_view data);

// Raw deflate.
std::string DeflateForTest(absl::string_view data);

struct ZstdShape {
  bool checksum = true;
  bool content_size = true;
  int window_log = 0;  // 0: by the level
};
std::string ZstdForTest(absl::string_view data, ZstdShape shape = {});

struct XzShape {
  bool check = true;
  unsigned dictionary = 1 << 20;
};
std::string XzForTest(absl::string_view data, XzShape shape = {});

// CRC-32 as zip and gzip have it.
uint32_t Crc32ForTest(absl::string_view data);

}  // namespace provision

#endif  // PROVISION_BUNDLES_TESTING_COMPRESS_H_
