#ifndef PROVISION_BUNDLES_OCI_DOCUMENTS_H_
#define PROVISION_BUNDLES_OCI_DOCUMENTS_H_

// Index and manifest of OCI as bundles use them (bundles/format.md 3 to 5, 7):
// read strictly, written canonically. A member that is not named here is
// refused.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace provision {

inline constexpr absl::string_view kIndexType =
    "application/vnd.oci.image.index.v1+json";
inline constexpr absl::string_view kManifestType =
    "application/vnd.oci.image.manifest.v1+json";
inline constexpr absl::string_view kBundleType =
    "application/vnd.provision.bundle.v1";
inline constexpr absl::string_view kTargetType =
    "application/vnd.provision.bundle.target.v1";
inline constexpr absl::string_view kConfigType =
    "application/vnd.provision.bundle.config.v1+json";
inline constexpr absl::string_view kArtifactType =
    "application/vnd.provision.artifact.v1";
inline constexpr absl::string_view kSignatureType =
    "application/vnd.dev.sigstore.bundle.v0.3+json";
inline constexpr absl::string_view kEmptyType =
    "application/vnd.oci.empty.v1+json";
inline constexpr absl::string_view kEmptyText = "{}";

// Sorted by name.
using Annotations = std::map<std::string, std::string>;

struct BlobDescriptor {
  std::string media_type = {};
  std::string sha256 = {};  // hex
  uint64_t size = 0;
  std::string artifact_type = {};  // or empty
  Annotations annotations = {};
  std::string os = {};  // both or neither
  std::string architecture = {};

  friend bool operator==(const BlobDescriptor&,
                         const BlobDescriptor&) = default;
};

struct IndexDocument {
  Annotations annotations = {};
  std::string artifact_type = {};  // or empty
  std::vector<BlobDescriptor> manifests = {};

  friend bool operator==(const IndexDocument&, const IndexDocument&) = default;
};

struct ManifestDocument {
  Annotations annotations = {};
  std::string artifact_type = {};
  BlobDescriptor config = {};
  std::vector<BlobDescriptor> layers = {};
  absl::optional<BlobDescriptor> subject = {};

  friend bool operator==(const ManifestDocument&,
                         const ManifestDocument&) = default;
};

// The descriptor of `bytes`.
BlobDescriptor Describe(absl::string_view media_type, absl::string_view bytes);

std::string IndexText(const IndexDocument& index);
std::string ManifestText(const ManifestDocument& manifest);

// `format/json`, `format/not-canonical` or, for an annotation that must not be
// ignored, `format/critical`. `document` names it in errors.
absl::StatusOr<IndexDocument> ParseIndex(absl::string_view text,
                                         absl::string_view document);
absl::StatusOr<ManifestDocument> ParseManifest(absl::string_view text,
                                               absl::string_view document);

}  // namespace provision

#endif  // PROVISION_BUNDLES_OCI_DOCUMENTS_H_
