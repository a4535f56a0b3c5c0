#include "bundles/oci/container.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace provision {
namespace {

constexpr size_t kSizeField = 124;
constexpr size_t kSizeDigits = 11;
constexpr size_t kChecksumField = 148;

void Put(size_t offset, absl::string_view bytes, std::string* header) {
  header->replace(offset, bytes.size(), bytes.data(), bytes.size());
}

}  // namespace

std::string BlobName(absl::string_view sha256) {
  return absl::StrCat("blobs/sha256/", sha256);
}

std::string ContainerHeader(absl::string_view name, uint64_t size) {
  std::string header(kContainerBlock, '\0');
  Put(0, name, &header);
  Put(100, "0000644", &header);
  Put(108, "0000000", &header);
  Put(116, "0000000", &header);
  Put(kSizeField, absl::StrFormat("%011o", size), &header);
  Put(136, "00000000000", &header);
  Put(kChecksumField, "        ", &header);
  Put(156, "0", &header);
  Put(257, "ustar", &header);
  Put(263, "00", &header);
  Put(329, "0000000", &header);
  Put(337, "0000000", &header);
  unsigned sum = 0;
  for (const unsigned char byte : header) sum += byte;
  Put(kChecksumField, absl::StrFormat("%06o", sum), &header);
  header[kChecksumField + 6] = '\0';
  return header;
}

absl::StatusOr<uint64_t> SizeInHeader(absl::string_view header,
                                      absl::string_view name) {
  uint64_t size = 0;
  if (header.size() == kContainerBlock) {
    for (const char digit : header.substr(kSizeField, kSizeDigits)) {
      if (digit < '0' || digit > '7') break;
      size = size * 8 + static_cast<uint64_t>(digit - '0');
    }
    if (header == ContainerHeader(name, size)) return size;
  }
  return absl::InvalidArgumentError("not the header of that entry");
}

uint64_t PaddingOf(uint64_t size) {
  return (kContainerBlock - size % kContainerBlock) % kContainerBlock;
}

uint64_t EntryBytes(uint64_t size) {
  return kContainerBlock + size + PaddingOf(size);
}

std::string ContainerHead() {
  std::string head = absl::StrCat(
      ContainerHeader(kLayoutName, kLayoutText.size()), kLayoutText);
  head.resize(2 * kContainerBlock, '\0');
  return head;
}

}  // namespace provision
