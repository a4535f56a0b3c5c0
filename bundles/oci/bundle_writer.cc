#include "bundles/oci/bundle_writer.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bundles/oci/container.h"
#include "bundles/oci/content.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr size_t kPiece = 1 << 20;

absl::Status WriteEntry(absl::string_view name, absl::string_view content,
                        const ByteSink& sink) {
  PROVISION_RETURN_IF_ERROR(sink(ContainerHeader(name, content.size())));
  PROVISION_RETURN_IF_ERROR(sink(content));
  return sink(std::string(PaddingOf(content.size()), '\0'));
}

absl::Status WriteBlob(const BundleDraft::Blob& blob, const ByteSink& sink) {
  const uint64_t size = blob.source->size();
  PROVISION_RETURN_IF_ERROR(sink(ContainerHeader(BlobName(blob.sha256), size)));
  Sha256 hash;
  std::string piece(kPiece, '\0');
  for (uint64_t at = 0; at < size;) {
    piece.resize(std::min<uint64_t>(kPiece, size - at));
    PROVISION_RETURN_IF_ERROR(
        blob.source->ReadAt(at, absl::MakeSpan(piece.data(), piece.size())));
    hash.Update(piece);
    PROVISION_RETURN_IF_ERROR(sink(piece));
    at += piece.size();
  }
  const std::string found = hash.FinalHex();
  if (found == blob.sha256) return sink(std::string(PaddingOf(size), '\0'));
  return DiagnosticError(absl::StatusCode::kDataLoss, "content/digest",
                         "an artifact is not the one that was promised")
      .Expected(absl::StrCat("sha256:", blob.sha256))
      .Found(absl::StrCat("sha256:", found));
}

// Appends each text once.
class Metadata {
 public:
  explicit Metadata(std::vector<std::string>* out) : out_(out) {}

  void Add(const std::string& text) {
    if (seen_.insert(Sha256Hex(text)).second) out_->push_back(text);
  }
  bool Has(const std::string& sha256) const { return seen_.count(sha256) > 0; }

 private:
  std::vector<std::string>* out_;
  std::set<std::string> seen_;
};

using Sources = std::map<std::string, const ByteSource*>;

absl::StatusOr<const ByteSource*> Find(const Sources& sources,
                                       const BundleArtifact& artifact) {
  const auto found = sources.find(artifact.sha256);
  const absl::string_view name =
      artifact.title.empty() ? artifact.kind : artifact.title;
  if (found == sources.end()) {
    return DiagnosticError(absl::StatusCode::kNotFound, "content/missing",
                           absl::StrCat("blob sha256:", artifact.sha256, " (",
                                        name, ") is missing"));
  }
  if (found->second->size() != artifact.size) {
    return DiagnosticError(
        absl::StatusCode::kDataLoss, "content/size",
        absl::StrCat(name, ": expected ", artifact.size, " bytes, found ",
                     found->second->size()));
  }
  return found->second;
}

absl::StatusOr<std::string> ReadAll(const ByteSource& source) {
  std::string text(source.size(), '\0');
  PROVISION_RETURN_IF_ERROR(
      source.ReadAt(0, absl::MakeSpan(text.data(), text.size())));
  return text;
}

}  // namespace

std::string SignatureManifest(absl::string_view document,
                              absl::string_view root) {
  ManifestDocument manifest;
  manifest.artifact_type = std::string(kSignatureType);
  manifest.config = Describe(kEmptyType, kEmptyText);
  manifest.layers.push_back(Describe(kSignatureType, document));
  manifest.subject = Describe(kIndexType, root);
  return ManifestText(manifest);
}

absl::StatusOr<ContainerParts> PartsOf(const BundleDraft& draft) {
  ContainerParts parts;
  parts.content = draft.content;
  PROVISION_RETURN_IF_ERROR(Normalize(&parts.content));
  Sources sources;
  for (const BundleDraft::Blob& blob : draft.blobs) {
    sources.emplace(blob.sha256, blob.source);
  }
  std::vector<BlobDescriptor> descriptors;
  std::vector<TargetText> targets;
  Metadata metadata(&parts.metadata);
  for (const BundleTarget& target : parts.content.targets) {
    targets.push_back(EncodeTarget(parts.content, target));
    descriptors.push_back(targets.back().descriptor);
    metadata.Add(targets.back().manifest);
  }
  Sources payload;
  for (size_t i = 0; i < targets.size(); ++i) {
    metadata.Add(targets[i].config);
    for (const BundleArtifact& artifact : parts.content.targets[i].artifacts) {
      PROVISION_ASSIGN_OR_RETURN(const ByteSource* source,
                                 Find(sources, artifact));
      if (IsText(artifact)) {
        PROVISION_ASSIGN_OR_RETURN(const std::string text, ReadAll(*source));
        metadata.Add(text);
      } else {
        payload.emplace(artifact.sha256, source);
      }
    }
  }
  for (const auto& [sha256, source] : payload) {
    if (!metadata.Has(sha256)) parts.payload.push_back({sha256, source});
  }
  parts.root = EncodeRoot(parts.content, descriptors);
  return parts;
}

absl::Status WriteContainer(const ContainerParts& parts, const ByteSink& sink) {
  // Manifest and document of each signature, by the manifest's digest.
  std::map<std::string, std::pair<std::string, std::string>> signatures;
  for (const std::string& document : parts.signatures) {
    std::string manifest = SignatureManifest(document, parts.root);
    const std::string digest = Sha256Hex(manifest);
    signatures[digest] = {std::move(manifest), document};
  }
  std::vector<BlobDescriptor> descriptors;
  for (const auto& [digest, signature] : signatures) {
    descriptors.push_back(Describe(kManifestType, signature.first));
    descriptors.back().artifact_type = std::string(kSignatureType);
  }
  PROVISION_RETURN_IF_ERROR(sink(ContainerHead()));
  PROVISION_RETURN_IF_ERROR(WriteEntry(
      kIndexName, EncodeIndex(parts.content, parts.root, descriptors), sink));
  std::vector<std::string> texts;
  if (!signatures.empty()) texts.emplace_back(kEmptyText);
  for (const auto& [digest, signature] : signatures) {
    texts.push_back(signature.first);
    texts.push_back(signature.second);
  }
  texts.push_back(parts.root);
  texts.insert(texts.end(), parts.metadata.begin(), parts.metadata.end());
  std::set<std::string> written;
  for (const std::string& text : texts) {
    const std::string digest = Sha256Hex(text);
    written.insert(digest);
    PROVISION_RETURN_IF_ERROR(WriteEntry(BlobName(digest), text, sink));
  }
  for (const BundleDraft::Blob& blob : parts.payload) {
    // An artifact may be `{}`.
    if (written.count(blob.sha256) > 0) continue;
    PROVISION_RETURN_IF_ERROR(WriteBlob(blob, sink));
  }
  return sink(std::string(kContainerEnd, '\0'));
}

}  // namespace provision
