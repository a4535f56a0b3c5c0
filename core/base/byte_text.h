#ifndef PROVISION_CORE_BASE_BYTE_TEXT_H_
#define PROVISION_CORE_BASE_BYTE_TEXT_H_

#include <cstdint>
#include <string>

namespace provision {

// "97 B", "1.5 kB", "28.1 MB", "163 MB", "2.4 GB": powers of ten, three digits
// from a hundred on, one decimal below (spec/cli.md 4).
std::string ByteText(uint64_t bytes);

// "11.7 of 18.8 MB": both in the unit of `total`.
std::string BytesOfText(uint64_t done, uint64_t total);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_BYTE_TEXT_H_
