#ifndef PROVISION_BUNDLES_TESTING_ZIP_BUILDER_H_
#define PROVISION_BUNDLES_TESTING_ZIP_BUILDER_H_

// Writes zips header by header, good ones and wrong ones:
//
//   ZipBuilder().Add({.name = "a", .data = "hello"}).Finish()

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace provision {

enum class ZipDescriptor { kNone, kPlain, kSigned, kPlain64, kSigned64 };

// One member. What is not set is as a good writer has it; `local_` fields are
// those of the header before the data, where it differs from the directory's.
struct ZipSpec {
  std::string name = {};
  std::string data = {};
  uint32_t method = 0;
  uint32_t flags = 0;
  uint32_t host = 3;
  uint32_t attributes = uint32_t{0100644} << 16;
  ZipDescriptor descriptor = ZipDescriptor::kNone;  // sets its flag, too
  std::string extra = {};
  std::string local_extra = {};
  std::string comment = {};
  absl::optional<std::string> packed = {};  // the data, compressed
  absl::optional<uint32_t> crc = {}, size = {}, packed_size = {};
  absl::optional<uint32_t> local_crc = {}, local_size = {};
  absl::optional<uint32_t> local_packed_size = {};
  absl::optional<uint32_t> local_flags = {}, local_method = {};
  absl::optional<std::string> local_name = {};
  absl::optional<std::string> descriptor_bytes = {};
  absl::optional<uint32_t> offset = {};
  uint32_t disk = 0;
  bool has_local = true;
  bool is_in_directory = true;
};

struct ZipEndSpec {
  std::string comment = {};
  uint32_t disk = 0;
  absl::optional<uint32_t> members = {}, members_here = {};
  absl::optional<uint32_t> directory_size = {}, directory_offset = {};
  std::string before_directory = {};
  std::string before_end = {};
  std::string after_end = {};
};

class ZipBuilder {
 public:
  ZipBuilder& Add(const ZipSpec& spec);

  // Bytes as they are, where the next member would begin.
  ZipBuilder& Raw(absl::string_view bytes);

  uint32_t size() const { return bytes_.size(); }

  std::string Finish(const ZipEndSpec& end = {}) const;

  // With the 64-bit end record and its locator. `saturate` puts the values
  // into it alone, otherwise it repeats them.
  std::string Finish64(bool saturate, uint64_t members_more = 0) const;

 private:
  std::string bytes_;
  std::string directory_;
  uint32_t members_ = 0;
};

// `value` in `size` bytes, lowest first.
std::string LittleEndianForTest(uint64_t value, size_t size);

// An extra field.
std::string ZipExtraField(uint32_t id, absl::string_view data);

}  // namespace provision

#endif  // PROVISION_BUNDLES_TESTING_ZIP_BUILDER_H_
