#include "bundles/zip_member_reader.h"

#include <algorithm>
#include <cstdlib>

#include "bundles/archive_error.h"
#include "bundles/zip_member_stream.h"
#include "core/base/status_macros.h"
#include "libdeflate.h"

namespace provision {

absl::Span<char> ZipMemberReader::Buffer::Room(uint64_t size) {
  if (capacity < size) {
    // Half as much again, for members that grow one after the other.
    capacity = size + size / 2;
    bytes.reset(new char[capacity]);
  }
  return absl::MakeSpan(bytes.get(), size);
}

ZipMemberReader::ZipMemberReader()
    : decompressor_(libdeflate_alloc_decompressor()) {
  if (decompressor_ == nullptr) std::abort();
}

ZipMemberReader::~ZipMemberReader() {
  libdeflate_free_decompressor(decompressor_);
}

absl::StatusOr<absl::string_view> ZipMemberReader::Read(
    const ByteSource& zip, const ZipMember& member) {
  if (member.size > kMaxSize || member.compressed_size > 2 * kMaxSize) {
    return ArchiveError(kArchiveLimit, member.path,
                        "too large to be read whole");
  }
  PROVISION_RETURN_IF_ERROR(member.method == kZipDeflate ? Inflate(zip, member)
                                                         : Stream(zip, member));
  return absl::string_view(content_.bytes.get(), member.size);
}

absl::Status ZipMemberReader::Inflate(const ByteSource& zip,
                                      const ZipMember& member) {
  const absl::Span<char> packed = packed_.Room(member.compressed_size);
  PROVISION_RETURN_IF_ERROR(zip.ReadAt(member.data_offset, packed));
  // One byte more, so that there is always an address.
  const absl::Span<char> content = content_.Room(member.size + 1);
  size_t consumed = 0;
  size_t produced = 0;
  const libdeflate_result result = libdeflate_deflate_decompress_ex(
      decompressor_, packed.data(), packed.size(), content.data(), member.size,
      &consumed, &produced);
  if (result == LIBDEFLATE_INSUFFICIENT_SPACE) {
    return ArchiveError(kArchiveZip, member.path,
                        "more data than its header says");
  }
  if (result != LIBDEFLATE_SUCCESS || consumed != packed.size()) {
    return ArchiveError(kArchiveZip, member.path, "does not decompress");
  }
  if (produced != member.size) {
    return ArchiveError(kArchiveZip, member.path,
                        "less data than its header says");
  }
  if (libdeflate_crc32(0, content.data(), member.size) != member.crc) {
    return ArchiveError(kArchiveZip, member.path, "wrong check sum");
  }
  return absl::OkStatus();
}

absl::Status ZipMemberReader::Stream(const ByteSource& zip,
                                     const ZipMember& member) {
  const std::unique_ptr<ByteStream> stream = OpenZipMember(zip, member);
  const absl::Span<char> content = content_.Room(member.size + 1);
  // To the end and one byte beyond, where the stream tells what is wrong.
  PROVISION_ASSIGN_OR_RETURN(size_t size, ReadFull(*stream, content));
  if (size == member.size) return absl::OkStatus();
  return ArchiveError(kArchiveZip, member.path,
                      "another size than its header says");
}

}  // namespace provision
