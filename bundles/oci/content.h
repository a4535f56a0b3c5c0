#ifndef PROVISION_BUNDLES_OCI_CONTENT_H_
#define PROVISION_BUNDLES_OCI_CONTENT_H_

// What a bundle says it holds, as its root index, target manifests and configs
// (bundles/format.md 4 to 6), and back. There is one encoding: what is read is
// encoded again and compared.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bundles/oci/documents.h"
#include "core/api/bundle.h"

namespace provision {

inline constexpr absl::string_view kFormatVersion = "1.0";

// The documents of one target.
struct TargetText {
  std::string manifest;
  std::string config;
  // The manifest's descriptor in the root index.
  BlobDescriptor descriptor;
};

// `target` as it is in `content`, its artifacts in their order.
TargetText EncodeTarget(const BundleContent& content,
                        const BundleTarget& target);

std::string EncodeRoot(const BundleContent& content,
                       const std::vector<BlobDescriptor>& targets);

// index.json of a bundle with this root and these signature manifests.
std::string EncodeIndex(const BundleContent& content, absl::string_view root,
                        const std::vector<BlobDescriptor>& signatures);

// Id and version of a root index; its targets are left to the caller.
// `format/version` for another format.
absl::StatusOr<BundleContent> DecodeRoot(const IndexDocument& root);

// The target whose manifest and config these are. `creator` becomes the
// config's. Its descriptor is compared by the caller, by EncodeTarget.
absl::StatusOr<BundleTarget> DecodeTarget(const ManifestDocument& manifest,
                                          absl::string_view config,
                                          std::string* creator);

// Puts targets, steps and artifacts in the order of the format. Refused are an
// id, a name, a title or a kind that the format does not allow, and two
// artifacts of one title in a target.
absl::Status Normalize(BundleContent* content);

// Whether the artifact is one of the texts, which stand among the metadata.
bool IsText(const BundleArtifact& artifact);

}  // namespace provision

#endif  // PROVISION_BUNDLES_OCI_CONTENT_H_
