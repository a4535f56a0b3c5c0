#ifndef PROVISION_BUNDLES_ZIP_MEMBER_STREAM_H_
#define PROVISION_BUNDLES_ZIP_MEMBER_STREAM_H_

// The content of one member of a zip.

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "bundles/byte_stream.h"
#include "bundles/zip_directory.h"
#include "core/base/byte_source.h"

namespace provision {

// Decompresses a file that ReadZipDirectory found. Ends in a refusal if the
// content has another size or check sum than the header says, and never gives
// more than that size. `zip` outlives the stream.
std::unique_ptr<ByteStream> OpenZipMember(const ByteSource& zip,
                                          const ZipMember& member);

// Hex SHA-256 of what such a stream gives, read piece by piece into `buffer`.
absl::StatusOr<std::string> HashZipMember(const ByteSource& zip,
                                          const ZipMember& member,
                                          absl::Span<char> buffer);

}  // namespace provision

#endif  // PROVISION_BUNDLES_ZIP_MEMBER_STREAM_H_
