#include "bundles/oci/bundle_reader.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "bundles/oci/container.h"
#include "bundles/oci/content.h"
#include "bundles/oci/json.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr uint64_t kMaxIndex = 1 << 20;
constexpr uint64_t kMaxManifest = 16 << 20;
constexpr uint64_t kMaxSignature = 64 << 10;
constexpr uint64_t kMaxText = 64 << 20;
constexpr size_t kMaxSignatures = 32;
constexpr size_t kMaxTargets = 64;
constexpr size_t kMaxBlobs = 100'000;
constexpr size_t kPiece = 1 << 20;

DiagnosticError Refusal(absl::string_view id, const std::string& message) {
  return DiagnosticError(absl::StatusCode::kInvalidArgument, id, message);
}

absl::Status Limit(absl::string_view what, uint64_t found, uint64_t limit) {
  return Refusal("format/limit", absl::StrCat(what, " is ", found,
                                              ", more than the limit ", limit));
}

// What was taken for a bundle, by its first bytes.
std::string LooksLike(absl::string_view bytes) {
  const struct {
    absl::string_view begin;
    absl::string_view what;
  } kinds[] = {{"\x1f\x8b", "a gzip file"},
               {"PK\x03\x04", "a zip file"},
               {"\x28\xb5\x2f\xfd", "a zstd file"},
               {"<", "HTML: it looks like a proxy's or portal's page"}};
  for (const auto& kind : kinds) {
    if (absl::StartsWith(bytes, kind.begin)) return std::string(kind.what);
  }
  return bytes.empty() ? "an empty file" : "something else";
}

absl::Status CheckDigest(absl::string_view expected, const std::string& found) {
  if (found == expected) return absl::OkStatus();
  return Refusal("content/digest",
                 absl::StrCat("blob sha256:", expected, " differs"))
      .Expected(absl::StrCat("sha256:", expected))
      .Found(absl::StrCat("sha256:", found))
      .Next("copy it again; provision bundle verify FILE");
}

}  // namespace

absl::StatusOr<std::string> BundleReader::Read(uint64_t offset,
                                               uint64_t size) const {
  if (offset > source_.size() || size > source_.size() - offset) {
    return Refusal("format/truncated",
                   absl::StrCat("ends at byte ", source_.size(), "; at least ",
                                offset + size - source_.size(),
                                " bytes are missing"))
        .Next("copy it again");
  }
  std::string bytes(size, '\0');
  PROVISION_RETURN_IF_ERROR(
      source_.ReadAt(offset, absl::MakeSpan(bytes.data(), bytes.size())));
  return bytes;
}

absl::Status BundleReader::CheckZeros(uint64_t offset, uint64_t size) const {
  PROVISION_ASSIGN_OR_RETURN(const std::string bytes, Read(offset, size));
  const size_t found = bytes.find_first_not_of('\0');
  if (found == std::string::npos) return absl::OkStatus();
  return Refusal(
      "format/container",
      absl::StrCat("unexpected bytes in the container at ", offset + found));
}

// The header of the next entry; then its content begins at at_.
absl::Status BundleReader::Expect(absl::string_view name, uint64_t size) {
  PROVISION_ASSIGN_OR_RETURN(const std::string header,
                             Read(at_, kContainerBlock));
  if (header != ContainerHeader(name, size)) {
    return Refusal("format/container",
                   absl::StrCat("unexpected bytes in the container at ", at_,
                                " (entry ", name, ")"));
  }
  at_ += kContainerBlock;
  return absl::OkStatus();
}

absl::StatusOr<std::string> BundleReader::Take(const BlobDescriptor& descriptor,
                                               uint64_t limit, bool* is_new) {
  if (descriptor.size > limit) {
    return Limit("a document", descriptor.size, limit);
  }
  const auto known = blobs_.find(descriptor.sha256);
  *is_new = known == blobs_.end();
  if (!*is_new) {
    if (known->second.second != descriptor.size) {
      return JsonError("manifest", "two sizes of one blob");
    }
    return Read(known->second.first, known->second.second);
  }
  PROVISION_RETURN_IF_ERROR(
      Expect(BlobName(descriptor.sha256), descriptor.size));
  PROVISION_ASSIGN_OR_RETURN(std::string text, Read(at_, descriptor.size));
  blobs_[descriptor.sha256] = {at_, descriptor.size};
  PROVISION_RETURN_IF_ERROR(CheckDigest(descriptor.sha256, Sha256Hex(text)));
  PROVISION_RETURN_IF_ERROR(
      CheckZeros(at_ + descriptor.size, PaddingOf(descriptor.size)));
  at_ += descriptor.size + PaddingOf(descriptor.size);
  return text;
}

absl::Status BundleReader::ReadSignatures() {
  const std::string head = ContainerHead();
  PROVISION_ASSIGN_OR_RETURN(
      const std::string begin,
      Read(0, std::min<uint64_t>(head.size(), source_.size())));
  if (!absl::StartsWith(head, begin) || begin.empty()) {
    return Refusal(
        "format/not-a-bundle",
        absl::StrCat("not a bundle: expected the container's first ",
                     head.size(), " bytes, found ", LooksLike(begin)));
  }
  at_ = head.size();
  PROVISION_ASSIGN_OR_RETURN(const std::string header,
                             Read(at_, kContainerBlock));
  const absl::StatusOr<uint64_t> size = SizeInHeader(header, kIndexName);
  if (!size.ok()) return Expect(kIndexName, 0);
  if (*size > kMaxIndex) return Limit(kIndexName, *size, kMaxIndex);
  at_ += kContainerBlock;
  PROVISION_ASSIGN_OR_RETURN(index_text_, Read(at_, *size));
  PROVISION_RETURN_IF_ERROR(CheckZeros(at_ + *size, PaddingOf(*size)));
  at_ += *size + PaddingOf(*size);
  PROVISION_ASSIGN_OR_RETURN(index_, ParseIndex(index_text_, kIndexName));
  const std::vector<BlobDescriptor>& manifests = index_.manifests;
  if (manifests.empty() || manifests.front().media_type != kIndexType ||
      manifests.front().artifact_type != kBundleType) {
    return JsonError(kIndexName, "it does not begin with a root index");
  }
  root_ = manifests.front();
  if (manifests.size() - 1 > kMaxSignatures) {
    return Limit("signatures", manifests.size() - 1, kMaxSignatures);
  }
  if (manifests.size() > 1) {
    bool is_new;
    PROVISION_RETURN_IF_ERROR(
        Take(Describe(kEmptyType, kEmptyText), kEmptyText.size(), &is_new)
            .status());
  }
  for (size_t i = 1; i < manifests.size(); ++i) {
    PROVISION_RETURN_IF_ERROR(ReadSignature(manifests[i]));
  }
  return absl::OkStatus();
}

absl::Status BundleReader::ReadSignature(const BlobDescriptor& descriptor) {
  bool is_new;
  PROVISION_ASSIGN_OR_RETURN(const std::string text,
                             Take(descriptor, kMaxSignature, &is_new));
  PROVISION_ASSIGN_OR_RETURN(const ManifestDocument manifest,
                             ParseManifest(text, "signature manifest"));
  if (manifest.artifact_type != kSignatureType || manifest.layers.size() != 1) {
    return JsonError("signature manifest", "it has not one signature");
  }
  PROVISION_ASSIGN_OR_RETURN(
      std::string document,
      Take(manifest.layers.front(), kMaxSignature, &is_new));
  parts_.signatures.push_back(std::move(document));
  return absl::OkStatus();
}

absl::Status BundleReader::ReadRoot() {
  bool is_new;
  PROVISION_ASSIGN_OR_RETURN(parts_.root, Take(root_, kMaxIndex, &is_new));
  PROVISION_ASSIGN_OR_RETURN(root_index_,
                             ParseIndex(parts_.root, "root index"));
  PROVISION_ASSIGN_OR_RETURN(parts_.content, DecodeRoot(root_index_));
  if (root_index_.manifests.size() > kMaxTargets) {
    return Limit("targets", root_index_.manifests.size(), kMaxTargets);
  }
  // Signature manifests have one form, and so has the index.
  std::set<std::string> digests;
  for (const std::string& document : parts_.signatures) {
    digests.insert(Sha256Hex(SignatureManifest(document, parts_.root)));
  }
  std::vector<BlobDescriptor> signatures(index_.manifests.begin() + 1,
                                         index_.manifests.end());
  auto expected = digests.begin();
  for (BlobDescriptor& each : signatures) {
    if (digests.size() != signatures.size() || each.sha256 != *expected++) {
      return JsonError(kIndexName,
                       "signatures out of order or of another form");
    }
    each = {.media_type = std::string(kManifestType),
            .sha256 = each.sha256,
            .size = each.size,
            .artifact_type = std::string(kSignatureType)};
  }
  if (index_text_ != EncodeIndex(parts_.content, parts_.root, signatures)) {
    return JsonError(kIndexName, "it is not the one of its root index");
  }
  return absl::OkStatus();
}

absl::Status BundleReader::ReadTargets() {
  std::vector<std::pair<ManifestDocument, std::string>> manifests;
  bool is_new;
  for (const BlobDescriptor& descriptor : root_index_.manifests) {
    PROVISION_ASSIGN_OR_RETURN(const std::string text,
                               Take(descriptor, kMaxManifest, &is_new));
    PROVISION_ASSIGN_OR_RETURN(ManifestDocument manifest,
                               ParseManifest(text, "target manifest"));
    if (is_new) parts_.metadata.push_back(text);
    manifests.emplace_back(std::move(manifest), text);
  }
  for (size_t i = 0; i < manifests.size(); ++i) {
    PROVISION_RETURN_IF_ERROR(ReadTarget(
        manifests[i].first, manifests[i].second, root_index_.manifests[i]));
  }
  BundleContent normal = parts_.content;
  PROVISION_RETURN_IF_ERROR(Normalize(&normal));
  if (!(normal == parts_.content) ||
      EncodeRoot(normal, root_index_.manifests) != parts_.root) {
    return JsonError("root index", "it is not the one of its targets");
  }
  return absl::OkStatus();
}

absl::Status BundleReader::ReadTarget(const ManifestDocument& manifest,
                                      const std::string& manifest_text,
                                      const BlobDescriptor& descriptor) {
  bool is_new;
  PROVISION_ASSIGN_OR_RETURN(const std::string config,
                             Take(manifest.config, kMaxManifest, &is_new));
  if (is_new) parts_.metadata.push_back(config);
  std::string creator;
  PROVISION_ASSIGN_OR_RETURN(BundleTarget target,
                             DecodeTarget(manifest, config, &creator));
  if (parts_.content.targets.empty()) parts_.content.creator = creator;
  const TargetText text = EncodeTarget(parts_.content, target);
  if (text.manifest != manifest_text || text.config != config ||
      !(text.descriptor == descriptor)) {
    return JsonError("target manifest", "it does not have its one form");
  }
  for (size_t i = 0; i < target.artifacts.size(); ++i) {
    if (!IsText(target.artifacts[i])) continue;
    PROVISION_ASSIGN_OR_RETURN(const std::string content,
                               Take(manifest.layers[i], kMaxText, &is_new));
    if (is_new) parts_.metadata.push_back(content);
  }
  parts_.content.targets.push_back(std::move(target));
  return absl::OkStatus();
}

absl::Status BundleReader::CheckContainer() {
  std::map<std::string, uint64_t> payload;
  for (const BundleTarget& target : parts_.content.targets) {
    for (const BundleArtifact& artifact : target.artifacts) {
      const auto known = blobs_.find(artifact.sha256);
      const uint64_t size =
          known == blobs_.end()
              ? payload.emplace(artifact.sha256, artifact.size).first->second
              : known->second.second;
      if (size != artifact.size) {
        return JsonError("manifest", "two sizes of one blob");
      }
    }
  }
  if (payload.size() > kMaxBlobs)
    return Limit("blobs", payload.size(), kMaxBlobs);
  uint64_t end = at_ + kContainerEnd;
  for (const auto& [sha256, size] : payload) end += EntryBytes(size);
  if (source_.size() > end) {
    return Refusal("format/trailing",
                   absl::StrCat(source_.size() - end,
                                " bytes after the end of the bundle"));
  }
  if (source_.size() < end) return Read(0, end).status();
  for (const auto& [sha256, size] : payload) {
    PROVISION_RETURN_IF_ERROR(Expect(BlobName(sha256), size));
    blobs_[sha256] = {at_, size};
    parts_.payload.push_back({.sha256 = sha256});
    at_ += size + PaddingOf(size);
  }
  return CheckZeros(at_, kContainerEnd);
}

const std::pair<uint64_t, uint64_t>* BundleReader::Find(
    absl::string_view sha256) const {
  const auto found = blobs_.find(std::string(sha256));
  return found == blobs_.end() ? nullptr : &found->second;
}

absl::Status BundleReader::CheckBlob(absl::string_view sha256) const {
  const auto& [offset, size] = *Find(sha256);
  Sha256 hash;
  for (uint64_t done = 0; done < size;) {
    PROVISION_ASSIGN_OR_RETURN(
        const std::string piece,
        Read(offset + done, std::min<uint64_t>(kPiece, size - done)));
    hash.Update(piece);
    done += piece.size();
  }
  PROVISION_RETURN_IF_ERROR(CheckDigest(sha256, hash.FinalHex()));
  return CheckZeros(offset + size, PaddingOf(size));
}

}  // namespace provision
