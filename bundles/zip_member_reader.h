#ifndef PROVISION_BUNDLES_ZIP_MEMBER_READER_H_
#define PROVISION_BUNDLES_ZIP_MEMBER_READER_H_

// Whole members of a zip in memory, as fast as may be: by libdeflate, into a
// buffer that is used again. OpenZipMember() is for what is too large for that.

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "bundles/zip_directory.h"
#include "core/base/byte_source.h"

struct libdeflate_decompressor;

namespace provision {

// For one thread.
class ZipMemberReader {
 public:
  // Members above it are to be read as a stream.
  static constexpr uint64_t kMaxSize = uint64_t{64} << 20;

  ZipMemberReader();
  ZipMemberReader(const ZipMemberReader&) = delete;
  ZipMemberReader& operator=(const ZipMemberReader&) = delete;
  ~ZipMemberReader();

  // The content of a file that ReadZipDirectory found, of at most kMaxSize,
  // valid until the next call. Another size or check sum than its header says
  // is `archive/zip`.
  absl::StatusOr<absl::string_view> Read(const ByteSource& zip,
                                         const ZipMember& member);

 private:
  absl::Status Inflate(const ByteSource& zip, const ZipMember& member);
  absl::Status Stream(const ByteSource& zip, const ZipMember& member);

  libdeflate_decompressor* const decompressor_;
  // Kept, and not filled with anything before it is.
  struct Buffer {
    std::unique_ptr<char[]> bytes;
    uint64_t capacity = 0;

    absl::Span<char> Room(uint64_t size);
  };

  Buffer packed_;
  Buffer content_;
};

}  // namespace provision

#endif  // PROVISION_BUNDLES_ZIP_MEMBER_READER_H_
