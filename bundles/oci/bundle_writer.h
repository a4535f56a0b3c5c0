#ifndef PROVISION_BUNDLES_OCI_BUNDLE_WRITER_H_
#define PROVISION_BUNDLES_OCI_BUNDLE_WRITER_H_

// Writes the container of a bundle, in the order of bundles/format.md 2.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "bundles/oci/documents.h"
#include "core/api/bundle.h"

namespace provision {

// What stands in a container beside its head and index.
struct ContainerParts {
  BundleContent content;
  std::string root;  // the root index
  // Target manifests with their configs and texts, in order, without repeats.
  std::vector<std::string> metadata;
  // Ascending by digest.
  std::vector<BundleDraft::Blob> payload;
  // Signature documents, any order.
  std::vector<std::string> signatures;
};

// Of a signature document: the manifest that attaches it to the root index.
std::string SignatureManifest(absl::string_view document,
                              absl::string_view root);

// Fits root and metadata to parts.content, whose texts are among `blobs`.
absl::StatusOr<ContainerParts> PartsOf(const BundleDraft& draft);

// `content/digest` or `content/size` if a blob is not what its name says; the
// sink then has a part.
absl::Status WriteContainer(const ContainerParts& parts, const ByteSink& sink);

}  // namespace provision

#endif  // PROVISION_BUNDLES_OCI_BUNDLE_WRITER_H_
