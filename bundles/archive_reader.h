#ifndef PROVISION_BUNDLES_ARCHIVE_READER_H_
#define PROVISION_BUNDLES_ARCHIVE_READER_H_

// The second pass over an archive that the scan has judged: libarchive, with
// one format enabled and no filter. Its view of the members is compared with
// ours; it decides nothing.

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "bundles/byte_stream.h"
#include "core/base/byte_source.h"

namespace provision {

struct ReaderMember {
  enum class Type { kFile, kDirectory, kSymlink, kHardLink, kOther };

  std::string name;  // as libarchive gives it: "./a/", perhaps normalised
  Type type = Type::kOther;
  uint64_t size = 0;   // of a file
  std::string target;  // of a link of either kind
};

class ArchiveReader {
 public:
  virtual ~ArchiveReader() = default;

  // A tar without a filter. `tar` outlives the reader.
  static absl::StatusOr<std::unique_ptr<ArchiveReader>> OpenTar(
      ByteStream& tar);
  // A zip, whose members come in the order of their data. `zip` outlives it.
  static absl::StatusOr<std::unique_ptr<ArchiveReader>> OpenZip(
      const ByteSource& zip);

  // Steps to the next member, over what is left of the current one; nullopt at
  // the end.
  virtual absl::StatusOr<absl::optional<ReaderMember>> Next() = 0;

  // Content of the current member: up to out.size() bytes, 0 at its end. For
  // members of a tar only; libarchive 3.6.2 lacks methods of zip that we have.
  virtual absl::StatusOr<size_t> Read(absl::Span<char> out) = 0;
};

}  // namespace provision

#endif  // PROVISION_BUNDLES_ARCHIVE_READER_H_
