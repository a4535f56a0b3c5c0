#include "bundles/zip_member_stream.h"

#include <string>
#include <utility>

#include "bundles/archive_error.h"
#include "bundles/decompressor.h"
#include "core/base/crypto.h"
#include "core/base/status_macros.h"
#include "zlib.h"

namespace provision {
namespace {

class CheckedStream : public ByteStream {
 public:
  CheckedStream(std::unique_ptr<ByteStream> content, const ZipMember& member)
      : content_(std::move(content)),
        path_(member.path),
        size_(member.size),
        crc_(member.crc) {}

  absl::StatusOr<size_t> Read(absl::Span<char> out) override {
    PROVISION_ASSIGN_OR_RETURN(size_t n, content_->Read(out));
    if (n > size_ - read_) return Refuse("more data than its header says");
    read_ += n;
    sum_ = crc32_z(sum_, reinterpret_cast<const unsigned char*>(out.data()), n);
    if (n > 0) return n;
    if (read_ != size_) return Refuse("less data than its header says");
    if (sum_ != crc_) return Refuse("wrong check sum");
    return 0;
  }

 private:
  absl::Status Refuse(absl::string_view reason) const {
    return ArchiveError(kArchiveZip, path_, reason);
  }

  std::unique_ptr<ByteStream> content_;
  const std::string path_;
  const uint64_t size_;
  const uint64_t crc_;
  uint64_t read_ = 0;
  uint64_t sum_ = 0;
};

}  // namespace

std::unique_ptr<ByteStream> OpenZipMember(const ByteSource& zip,
                                          const ZipMember& member) {
  std::unique_ptr<ByteStream> stream = std::make_unique<SourceStream>(
      zip, member.data_offset, member.compressed_size);
  if (member.method == kZipDeflate) {
    stream = NewDeflateStream(std::move(stream), kArchiveZip);
  } else if (member.method == kZipZstd) {
    stream = NewZstdStream(std::move(stream), kArchiveZip);
  }
  return std::make_unique<CheckedStream>(std::move(stream), member);
}

absl::StatusOr<std::string> HashZipMember(const ByteSource& zip,
                                          const ZipMember& member,
                                          absl::Span<char> buffer) {
  std::unique_ptr<ByteStream> content = OpenZipMember(zip, member);
  Sha256 hash;
  while (true) {
    PROVISION_ASSIGN_OR_RETURN(size_t n, content->Read(buffer));
    if (n == 0) return hash.FinalHex();
    hash.Update(absl::string_view(buffer.data(), n));
  }
}

}  // namespace provision
