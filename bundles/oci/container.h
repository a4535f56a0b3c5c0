#ifndef PROVISION_BUNDLES_OCI_CONTAINER_H_
#define PROVISION_BUNDLES_OCI_CONTAINER_H_

// The container of a bundle (bundles/format.md 2): a ustar archive that follows
// wholly from the names and sizes of its entries. It is predicted, never
// parsed.

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace provision {

inline constexpr uint64_t kContainerBlock = 512;
// Two zero blocks after the last entry.
inline constexpr uint64_t kContainerEnd = 1024;
inline constexpr uint64_t kMaxBlobBytes = 8'589'934'591;
inline constexpr absl::string_view kLayoutName = "oci-layout";
inline constexpr absl::string_view kLayoutText =
    R"({"imageLayoutVersion":"1.0.0"})";
inline constexpr absl::string_view kIndexName = "index.json";

// "blobs/sha256/HEX".
std::string BlobName(absl::string_view sha256);

// The one header of an entry: 512 bytes. `size` is at most kMaxBlobBytes.
std::string ContainerHeader(absl::string_view name, uint64_t size);

// The size that a header of `name` states, if the header is exactly the one of
// that size; else nothing.
absl::StatusOr<uint64_t> SizeInHeader(absl::string_view header,
                                      absl::string_view name);

// Zero bytes after a content of `size`.
uint64_t PaddingOf(uint64_t size);

// Header, content and padding.
uint64_t EntryBytes(uint64_t size);

// The first 1,024 bytes of every bundle.
std::string ContainerHead();

}  // namespace provision

#endif  // PROVISION_BUNDLES_OCI_CONTAINER_H_
