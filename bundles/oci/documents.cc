#include "bundles/oci/documents.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "bundles/oci/container.h"
#include "bundles/oci/fields.h"
#include "bundles/oci/json.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr size_t kMaxAnnotation = 4096;
constexpr uint64_t kSchema = 2;

Json Text(absl::string_view text) { return Json(std::string(text)); }

void PutAnnotations(const Annotations& annotations, Json* out) {
  if (annotations.empty()) return;
  Json object;
  for (const auto& [name, value] : annotations) object[name] = Text(value);
  (*out)["annotations"] = object;
}

Json ToJson(const BlobDescriptor& descriptor) {
  Json out;
  PutAnnotations(descriptor.annotations, &out);
  if (!descriptor.artifact_type.empty()) {
    out["artifactType"] = Text(descriptor.artifact_type);
  }
  out["digest"] = Text(absl::StrCat("sha256:", descriptor.sha256));
  out["mediaType"] = Text(descriptor.media_type);
  if (!descriptor.os.empty()) {
    Json platform;
    platform["architecture"] = Text(descriptor.architecture);
    platform["os"] = Text(descriptor.os);
    out["platform"] = platform;
  }
  out["size"] = Json(descriptor.size);
  return out;
}

Json ToJson(const std::vector<BlobDescriptor>& descriptors) {
  Json array{std::vector<Json>()};
  for (const BlobDescriptor& each : descriptors) array.Add(ToJson(each));
  return array;
}

absl::StatusOr<Annotations> AnnotationsOf(Fields& fields,
                                          absl::string_view document) {
  Annotations annotations;
  const Json* object = fields.OptionalObject("annotations");
  if (object == nullptr) return annotations;
  for (const auto& [name, value] : object->members()) {
    if (absl::StartsWith(name, "vnd.provision.critical.")) {
      return DiagnosticError(
                 absl::StatusCode::kInvalidArgument, "format/critical",
                 absl::StrCat(document, " uses \"", name,
                              "\", which this provision does not know and must "
                              "not ignore"))
          .Next("a newer provision reads it");
    }
    if (value.type() != Json::Type::kString ||
        value.text().size() > kMaxAnnotation) {
      fields.Fail("an annotation that is no text, or too long");
    }
    annotations[name] = value.text();
  }
  if (annotations.empty()) fields.Fail("annotations without any");
  return annotations;
}

absl::StatusOr<BlobDescriptor> DescriptorOf(const Json& value,
                                            absl::string_view document) {
  Fields fields(value, document);
  BlobDescriptor descriptor;
  PROVISION_ASSIGN_OR_RETURN(descriptor.annotations,
                             AnnotationsOf(fields, document));
  descriptor.artifact_type = fields.OptionalText("artifactType");
  descriptor.sha256 = fields.Digest("digest");
  descriptor.media_type = fields.Text("mediaType");
  descriptor.size = fields.Number("size");
  const Json* platform = fields.OptionalObject("platform");
  if (platform != nullptr) {
    Fields inner(*platform, document);
    descriptor.os = inner.Text("os");
    descriptor.architecture = inner.Text("architecture");
    PROVISION_RETURN_IF_ERROR(inner.End());
  }
  PROVISION_RETURN_IF_ERROR(fields.End());
  if (descriptor.size > kMaxBlobBytes) {
    return DiagnosticError(
        absl::StatusCode::kInvalidArgument, "format/limit",
        absl::StrCat(document, ": a blob is ", descriptor.size,
                     " bytes, more than the limit ", kMaxBlobBytes));
  }
  return descriptor;
}

absl::StatusOr<std::vector<BlobDescriptor>> DescriptorsOf(
    const Json& array, absl::string_view document) {
  std::vector<BlobDescriptor> descriptors;
  for (const Json& item : array.items()) {
    PROVISION_ASSIGN_OR_RETURN(BlobDescriptor each,
                               DescriptorOf(item, document));
    descriptors.push_back(std::move(each));
  }
  return descriptors;
}

void CheckHead(absl::string_view media_type, Fields* fields) {
  if (fields->Text("mediaType") != media_type) {
    fields->Fail("another media type");
  }
  if (fields->Number("schemaVersion") != kSchema) {
    fields->Fail("another schema version");
  }
}

}  // namespace

BlobDescriptor Describe(absl::string_view media_type, absl::string_view bytes) {
  return {.media_type = std::string(media_type),
          .sha256 = Sha256Hex(bytes),
          .size = bytes.size()};
}

std::string IndexText(const IndexDocument& index) {
  Json out;
  PutAnnotations(index.annotations, &out);
  if (!index.artifact_type.empty()) {
    out["artifactType"] = Text(index.artifact_type);
  }
  out["manifests"] = ToJson(index.manifests);
  out["mediaType"] = Text(kIndexType);
  out["schemaVersion"] = Json(kSchema);
  return CanonicalText(out);
}

std::string ManifestText(const ManifestDocument& manifest) {
  Json out;
  PutAnnotations(manifest.annotations, &out);
  out["artifactType"] = Text(manifest.artifact_type);
  out["config"] = ToJson(manifest.config);
  out["layers"] = ToJson(manifest.layers);
  out["mediaType"] = Text(kManifestType);
  out["schemaVersion"] = Json(kSchema);
  if (manifest.subject.has_value()) out["subject"] = ToJson(*manifest.subject);
  return CanonicalText(out);
}

absl::StatusOr<IndexDocument> ParseIndex(absl::string_view text,
                                         absl::string_view document) {
  PROVISION_ASSIGN_OR_RETURN(const Json value, ParseCanonical(text, document));
  Fields fields(value, document);
  IndexDocument index;
  PROVISION_ASSIGN_OR_RETURN(index.annotations,
                             AnnotationsOf(fields, document));
  index.artifact_type = fields.OptionalText("artifactType");
  CheckHead(kIndexType, &fields);
  PROVISION_ASSIGN_OR_RETURN(
      index.manifests, DescriptorsOf(fields.Array("manifests"), document));
  PROVISION_RETURN_IF_ERROR(fields.End());
  return index;
}

absl::StatusOr<ManifestDocument> ParseManifest(absl::string_view text,
                                               absl::string_view document) {
  PROVISION_ASSIGN_OR_RETURN(const Json value, ParseCanonical(text, document));
  Fields fields(value, document);
  ManifestDocument manifest;
  PROVISION_ASSIGN_OR_RETURN(manifest.annotations,
                             AnnotationsOf(fields, document));
  manifest.artifact_type = fields.Text("artifactType");
  CheckHead(kManifestType, &fields);
  PROVISION_ASSIGN_OR_RETURN(manifest.config,
                             DescriptorOf(fields.Object("config"), document));
  PROVISION_ASSIGN_OR_RETURN(manifest.layers,
                             DescriptorsOf(fields.Array("layers"), document));
  const Json* subject = fields.OptionalObject("subject");
  if (subject != nullptr) {
    PROVISION_ASSIGN_OR_RETURN(manifest.subject,
                               DescriptorOf(*subject, document));
  }
  PROVISION_RETURN_IF_ERROR(fields.End());
  return manifest;
}

}  // namespace provision
