#ifndef PROVISION_BUNDLES_OCI_BUNDLE_READER_H_
#define PROVISION_BUNDLES_OCI_BUNDLE_READER_H_

// Walks the container of a bundle from its index on, each entry where it must
// be (bundles/format.md 2). Nothing is looked for; a difference from what the
// documents before it lead to is refused.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bundles/oci/bundle_writer.h"
#include "bundles/oci/documents.h"
#include "core/base/byte_source.h"

namespace provision {

// In the order of its methods. Keeps the source by reference.
class BundleReader {
 public:
  explicit BundleReader(const ByteSource& source) : source_(source) {}

  // Head, index and signatures: what is needed to judge whom to trust.
  absl::Status ReadSignatures();
  const std::string& root_digest() const { return root_.sha256; }
  const std::vector<std::string>& signatures() const {
    return parts_.signatures;
  }

  // Root index, manifests, configs, texts, then every header and the end.
  absl::Status ReadRoot();
  absl::Status ReadTargets();
  absl::Status CheckContainer();

  // All of it; payload sources are left out. Valid after CheckContainer.
  const ContainerParts& parts() const { return parts_; }

  // Offset and size of a blob; nullptr if there is none.
  const std::pair<uint64_t, uint64_t>* Find(absl::string_view sha256) const;

  // Content and padding of a payload blob against its digest.
  absl::Status CheckBlob(absl::string_view sha256) const;

 private:
  absl::StatusOr<std::string> Read(uint64_t offset, uint64_t size) const;
  absl::Status CheckZeros(uint64_t offset, uint64_t size) const;
  // The blob that comes next, or one that was already there.
  absl::StatusOr<std::string> Take(const BlobDescriptor& descriptor,
                                   uint64_t limit, bool* is_new);
  absl::Status Expect(absl::string_view name, uint64_t size);
  absl::Status ReadSignature(const BlobDescriptor& descriptor);
  absl::Status ReadTarget(const ManifestDocument& manifest,
                          const std::string& manifest_text,
                          const BlobDescriptor& descriptor);

  const ByteSource& source_;
  uint64_t at_ = 0;
  std::string index_text_;
  IndexDocument index_;
  BlobDescriptor root_;
  IndexDocument root_index_;
  ContainerParts parts_;
  // By digest: offset and size of the content.
  std::map<std::string, std::pair<uint64_t, uint64_t>> blobs_;
};

}  // namespace provision

#endif  // PROVISION_BUNDLES_OCI_BUNDLE_READER_H_
