#include "bundles/testing/zip_builder.h"

#include "absl/strings/str_cat.h"
#include "bundles/testing/compress.h"

namespace provision {
namespace {

std::string Le(uint64_t value, size_t size) {
  return LittleEndianForTest(value, size);
}

std::string Pack(const ZipSpec& spec) {
  if (spec.packed.has_value()) return *spec.packed;
  if (spec.method == 8) return DeflateForTest(spec.data);
  if (spec.method == 93) return ZstdForTest(spec.data);
  return spec.data;
}

std::string Descriptor(ZipDescriptor form, uint32_t crc, uint64_t packed_size,
                       uint64_t size) {
  if (form == ZipDescriptor::kNone) return "";
  const bool is_64 =
      form == ZipDescriptor::kPlain64 || form == ZipDescriptor::kSigned64;
  const bool is_signed =
      form == ZipDescriptor::kSigned || form == ZipDescriptor::kSigned64;
  const size_t width = is_64 ? 8 : 4;
  return absl::StrCat(is_signed ? "PK\7\x08" : "", Le(crc, 4),
                      Le(packed_size, width), Le(size, width));
}

}  // namespace

ZipBuilder& ZipBuilder::Add(const ZipSpec& s) {
  const std::string packed = Pack(s);
  const uint32_t crc = s.crc.value_or(Crc32ForTest(s.data));
  const uint32_t size = s.size.value_or(s.data.size());
  const uint32_t packed_size = s.packed_size.value_or(packed.size());
  const bool has_descriptor = s.descriptor != ZipDescriptor::kNone;
  const uint32_t flags = s.flags | (has_descriptor ? 8 : 0);
  const uint32_t offset = s.offset.value_or(bytes_.size());
  const std::string local_name = s.local_name.value_or(s.name);
  if (s.has_local) {
    absl::StrAppend(
        &bytes_, "PK\3\4", Le(20, 2), Le(s.local_flags.value_or(flags), 2),
        Le(s.local_method.value_or(s.method), 2), Le(0, 4),
        Le(s.local_crc.value_or(has_descriptor ? 0 : crc), 4),
        Le(s.local_packed_size.value_or(has_descriptor ? 0 : packed_size), 4),
        Le(s.local_size.value_or(has_descriptor ? 0 : size), 4));
    absl::StrAppend(&bytes_, Le(local_name.size(), 2),
                    Le(s.local_extra.size(), 2), local_name, s.local_extra,
                    packed,
                    s.descriptor_bytes.value_or(Descriptor(
                        s.descriptor, crc, packed.size(), s.data.size())));
  }
  if (!s.is_in_directory) return *this;
  ++members_;
  absl::StrAppend(&directory_, "PK\1\2", Le(20, 1), Le(s.host, 1), Le(20, 2),
                  Le(flags, 2), Le(s.method, 2), Le(0, 4), Le(crc, 4),
                  Le(packed_size, 4), Le(size, 4));
  absl::StrAppend(&directory_, Le(s.name.size(), 2), Le(s.extra.size(), 2),
                  Le(s.comment.size(), 2), Le(s.disk, 2), Le(0, 2),
                  Le(s.attributes, 4), Le(offset, 4), s.name, s.extra,
                  s.comment);
  return *this;
}

ZipBuilder& ZipBuilder::Raw(absl::string_view bytes) {
  absl::StrAppend(&bytes_, bytes);
  return *this;
}

std::string ZipBuilder::Finish(const ZipEndSpec& e) const {
  const uint32_t offset =
      e.directory_offset.value_or(bytes_.size() + e.before_directory.size());
  const uint32_t members = e.members.value_or(members_);
  std::string out = absl::StrCat(bytes_, e.before_directory, directory_,
                                 e.before_end, "PK\5\6");
  absl::StrAppend(&out, Le(e.disk, 2), Le(e.disk, 2),
                  Le(e.members_here.value_or(members), 2), Le(members, 2),
                  Le(e.directory_size.value_or(directory_.size()), 4));
  absl::StrAppend(&out, Le(offset, 4), Le(e.comment.size(), 2), e.comment,
                  e.after_end);
  return out;
}

std::string ZipBuilder::Finish64(bool saturate, uint64_t members_more) const {
  ZipEndSpec end;
  end.before_end = absl::StrCat("PK\6\6", Le(44, 8), Le(45, 2), Le(45, 2),
                                Le(0, 8), Le(members_ + members_more, 8),
                                Le(members_ + members_more, 8),
                                Le(directory_.size(), 8), Le(bytes_.size(), 8));
  absl::StrAppend(&end.before_end, "PK\6\7", Le(0, 4),
                  Le(bytes_.size() + directory_.size(), 8), Le(1, 4));
  if (saturate) {
    end.members = 0xffff;
    end.directory_size = 0xffffffff;
    end.directory_offset = 0xffffffff;
  }
  return Finish(end);
}

std::string LittleEndianForTest(uint64_t value, size_t size) {
  std::string out;
  for (size_t i = 0; i < size; ++i) out += static_cast<char>(value >> 8 * i);
  return out;
}

std::string ZipExtraField(uint32_t id, absl::string_view data) {
  return absl::StrCat(Le(id, 2), Le(data.size(), 2), data);
}

}  // namespace provision
