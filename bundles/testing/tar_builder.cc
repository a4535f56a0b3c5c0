#include "bundles/testing/tar_builder.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace provision {
namespace {

constexpr size_t kBlock = 512;

void Put(std::string& block, size_t offset, size_t size,
         absl::string_view value) {
  std::copy_n(value.begin(), std::min(size, value.size()),
              block.begin() + offset);
}

}  // namespace

TarBuilder& TarBuilder::Add(const TarMember& m) {
  std::string block(kBlock, '\0');
  Put(block, 0, 100, m.name);
  Put(block, 100, 8, m.mode);
  Put(block, 108, 8, m.uid);
  Put(block, 116, 8, m.uid);
  Put(block, 124, 12, m.size.value_or(absl::StrFormat("%011o", m.data.size())));
  Put(block, 136, 12, m.mtime);
  Put(block, 148, 8, "        ");
  block[156] = m.type;
  Put(block, 157, 100, m.link);
  Put(block, 257, 8,
      m.gnu_magic ? absl::string_view("ustar  \0", 8)
                  : absl::string_view("ustar\0"
                                      "00",
                                      8));
  Put(block, 345, 155, m.prefix);
  unsigned sum = 0;
  for (unsigned char c : block) sum += c;
  Put(block, 148, 8,
      m.check_sum.value_or(absl::StrFormat("%06o", sum) +
                           std::string("\0 ", 2)));
  bytes_ += block;
  bytes_ += m.data;
  bytes_.resize((bytes_.size() + kBlock - 1) / kBlock * kBlock);
  return *this;
}

TarBuilder& TarBuilder::Extended(char type, absl::string_view records) {
  return Add({.name = type == 'x'   ? "PaxHeader/x"
                      : type == 'g' ? "PaxHeader/g"
                                    : "././@LongLink",
              .type = type,
              .data = std::string(records)});
}

TarBuilder& TarBuilder::Raw(absl::string_view bytes) {
  absl::StrAppend(&bytes_, bytes);
  return *this;
}

std::string TarBuilder::Finish() const {
  return bytes_ + std::string(2 * kBlock, '\0');
}

std::string PaxRecord(absl::string_view key, absl::string_view value) {
  const size_t body = key.size() + value.size() + 3;
  size_t length = body + 1;
  while (absl::StrCat(length).size() + body != length) ++length;
  return absl::StrCat(length, " ", key, "=", value, "\n");
}

}  // namespace provision
