#ifndef PROVISION_BUNDLES_DECOMPRESSOR_H_
#define PROVISION_BUNDLES_DECOMPRESSOR_H_

// Streams that decompress another and refuse all that rule 11 of the archive
// policy refuses: what does not decode, a check sum or length that does not
// fit, a cut, anything after the end, and memory that the input asks for.
//
// Each takes the id under which it refuses (archive_error.h).

#include <cstdint>
#include <memory>

#include "absl/strings/string_view.h"
#include "bundles/byte_stream.h"

namespace provision {

// Largest zstd window and xz dictionary.
inline constexpr uint64_t kMaxWindow = uint64_t{128} << 20;

// One gzip member.
std::unique_ptr<ByteStream> NewGzipStream(std::unique_ptr<ByteStream> in,
                                          absl::string_view id);

// A deflate stream without any header, as in a zip.
std::unique_ptr<ByteStream> NewDeflateStream(std::unique_ptr<ByteStream> in,
                                             absl::string_view id);

// One or more zstd frames and any skippable ones; no dictionary.
std::unique_ptr<ByteStream> NewZstdStream(std::unique_ptr<ByteStream> in,
                                          absl::string_view id,
                                          uint64_t max_window = kMaxWindow);

// One xz stream that carries a check.
std::unique_ptr<ByteStream> NewXzStream(std::unique_ptr<ByteStream> in,
                                        absl::string_view id);

// `in` as it is, refused as [archive/limit] once more than `ratio` times
// `compressed` bytes came, if that is more than 16 MiB.
std::unique_ptr<ByteStream> NewRatioStream(std::unique_ptr<ByteStream> in,
                                           uint64_t compressed, uint64_t ratio);

}  // namespace provision

#endif  // PROVISION_BUNDLES_DECOMPRESSOR_H_
