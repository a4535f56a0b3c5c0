#ifndef PROVISION_BUNDLES_ARCHIVE_FORMAT_H_
#define PROVISION_BUNDLES_ARCHIVE_FORMAT_H_

// What kind of file an archive is (rule 2): a tar, plain or under exactly one
// filter, or a zip. Everything else is refused by its name.

#include <memory>

#include "absl/status/statusor.h"
#include "bundles/byte_stream.h"
#include "core/api/archive.h"
#include "core/base/byte_source.h"

namespace provision {

enum class ArchiveFormat { kZip, kTar, kTarGzip, kTarZstd, kTarXz };

// Looks at the first and last bytes and at what the filter gives first.
absl::StatusOr<ArchiveFormat> DetectFormat(const ByteSource& archive,
                                           ArchiveProfile profile);

// The bytes of the tar in `archive`, decompressed, which outlives the stream.
// More than the ratio of `limits` allows is an error of the stream.
std::unique_ptr<ByteStream> OpenTar(const ByteSource& archive,
                                    ArchiveFormat format,
                                    const ArchiveLimits& limits);

}  // namespace provision

#endif  // PROVISION_BUNDLES_ARCHIVE_FORMAT_H_
