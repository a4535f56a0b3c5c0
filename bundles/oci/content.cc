#include "bundles/oci/content.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "bundles/archive_error.h"
#include "bundles/name_rules.h"
#include "bundles/oci/fields.h"
#include "bundles/oci/json.h"
#include "bundles/unicode.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr absl::string_view kTitleKey = "org.opencontainers.image.title";
constexpr absl::string_view kVersionKey = "org.opencontainers.image.version";
constexpr absl::string_view kRefKey = "org.opencontainers.image.ref.name";
constexpr absl::string_view kFormatKey = "vnd.provision.format";
constexpr absl::string_view kTargetKey = "vnd.provision.target";
constexpr absl::string_view kKindKey = "vnd.provision.kind";
constexpr absl::string_view kNameKey = "vnd.provision.name";
constexpr absl::string_view kItsVersionKey = "vnd.provision.version";
constexpr absl::string_view kStepsKey = "vnd.provision.steps";
constexpr size_t kMaxId = 128;
constexpr uint64_t kMaxVersion = (uint64_t{1} << 53) - 1;

// In the order of layers; the texts come first.
constexpr std::array<absl::string_view, 14> kKinds = {
    "plan",   "lock",      "facts",          "interpreter", "tool",
    "wheel",  "sdist",     "system-package", "archive",     "file",
    "plugin", "provision", "stub",           "attestation"};
constexpr size_t kTexts = 3;

size_t KindOrder(absl::string_view kind) {
  return static_cast<size_t>(absl::c_find(kKinds, kind) - kKinds.begin());
}

absl::Status Refuse(absl::string_view document, absl::string_view reason) {
  return JsonError(document, reason);
}

// Nothing is said of what is empty.
void Put(absl::string_view key, const std::string& value, Annotations* out) {
  if (!value.empty()) (*out)[std::string(key)] = value;
}

std::string Get(const Annotations& annotations, absl::string_view key) {
  const auto found = annotations.find(std::string(key));
  return found == annotations.end() ? "" : found->second;
}

std::string MediaTypeOf(const BundleArtifact& artifact) {
  return IsText(artifact) ? absl::StrCat("application/vnd.provision.",
                                         artifact.kind, ".v1+textproto")
                          : std::string(kArtifactType);
}

BlobDescriptor LayerOf(const BundleArtifact& artifact) {
  BlobDescriptor layer = {.media_type = MediaTypeOf(artifact),
                          .sha256 = artifact.sha256,
                          .size = artifact.size};
  Put(kKindKey, artifact.kind, &layer.annotations);
  Put(kTitleKey, artifact.title, &layer.annotations);
  Put(kNameKey, artifact.name, &layer.annotations);
  Put(kItsVersionKey, artifact.version, &layer.annotations);
  Put(kStepsKey, absl::StrJoin(artifact.steps, ","), &layer.annotations);
  return layer;
}

BundleArtifact ArtifactOf(const BlobDescriptor& layer) {
  return {.kind = Get(layer.annotations, kKindKey),
          .title = Get(layer.annotations, kTitleKey),
          .name = Get(layer.annotations, kNameKey),
          .version = Get(layer.annotations, kItsVersionKey),
          .steps = absl::StrSplit(Get(layer.annotations, kStepsKey), ',',
                                  absl::SkipEmpty()),
          .sha256 = layer.sha256,
          .size = layer.size};
}

Json TextJson(absl::string_view text) { return Json(std::string(text)); }

void PutMember(const std::string& name, const std::string& value, Json* out) {
  if (!value.empty()) (*out)[name] = Json(value);
}

Json StepJson(const BundleStep& step) {
  Json out;
  Json artifacts{std::vector<Json>()};
  for (const std::string& digest : step.artifacts) {
    artifacts.Add(Json(absl::StrCat("sha256:", digest)));
  }
  out["artifacts"] = artifacts;
  out["config"] = Json(absl::StrCat("sha256:", step.config_sha256));
  out["name"] = Json(step.name);
  out["provisioner"] = Json(step.provisioner);
  return out;
}

std::string ConfigText(const BundleContent& content,
                       const BundleTarget& target) {
  Json platform;
  PutMember("os", target.platform.os, &platform);
  PutMember("architecture", target.platform.architecture, &platform);
  PutMember("distribution", target.platform.distribution, &platform);
  PutMember("version", target.platform.version, &platform);
  Json steps{std::vector<Json>()};
  for (const BundleStep& step : target.steps) steps.Add(StepJson(step));
  Json out;
  out["creator"] = Json(content.creator);
  out["format"] = TextJson(kFormatVersion);
  out["platform"] = platform;
  out["steps"] = steps;
  out["target"] = Json(target.name);
  return CanonicalText(out);
}

absl::StatusOr<BundleStep> StepOf(const Json& value) {
  Fields fields(value, "config");
  BundleStep step;
  const Json& artifacts = fields.Array("artifacts");
  step.config_sha256 = fields.Digest("config");
  step.name = fields.Text("name");
  step.provisioner = fields.Text("provisioner");
  PROVISION_RETURN_IF_ERROR(fields.End());
  for (const Json& digest : artifacts.items()) {
    step.artifacts.push_back(digest.text().substr(
        std::min<size_t>(digest.text().size(), 7)));  // EncodeTarget compares
  }
  return step;
}

// Characters of an id, and of a target's name with its slash.
bool IsWord(absl::string_view text, absl::string_view more) {
  return !text.empty() && text.size() <= kMaxId && text.front() != '.' &&
         absl::c_all_of(text, [more](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) ||
                  absl::string_view("._-").find(c) != absl::string_view::npos ||
                  more.find(c) != absl::string_view::npos;
         });
}

bool IsTitle(absl::string_view title) {
  return title.find('/') == absl::string_view::npos &&
         CheckName(title, /*windows=*/true).ok();
}

absl::Status CheckArtifacts(const BundleTarget& target) {
  std::set<std::u32string> titles;
  for (const BundleArtifact& artifact : target.artifacts) {
    const size_t kind = KindOrder(artifact.kind);
    if (kind == kKinds.size()) {
      return Refuse(target.name,
                    absl::StrCat("unknown kind ", EscapedName(artifact.kind)));
    }
    if (kind < kTexts ? !artifact.title.empty() : !IsTitle(artifact.title)) {
      return Refuse(target.name, absl::StrCat("a title that is not accepted: ",
                                              EscapedName(artifact.title)));
    }
    if (kind >= kTexts && !titles.insert(CaselessKey(artifact.title)).second) {
      return Refuse(target.name,
                    absl::StrCat("two artifacts are called ", artifact.title));
    }
  }
  return absl::OkStatus();
}

}  // namespace

bool IsText(const BundleArtifact& artifact) {
  return KindOrder(artifact.kind) < kTexts;
}

TargetText EncodeTarget(const BundleContent& content,
                        const BundleTarget& target) {
  TargetText text;
  text.config = ConfigText(content, target);
  ManifestDocument manifest;
  manifest.artifact_type = std::string(kTargetType);
  manifest.annotations[std::string(kTargetKey)] = target.name;
  manifest.config = Describe(kConfigType, text.config);
  for (const BundleArtifact& artifact : target.artifacts) {
    manifest.layers.push_back(LayerOf(artifact));
  }
  text.manifest = ManifestText(manifest);
  text.descriptor = Describe(kManifestType, text.manifest);
  text.descriptor.artifact_type = std::string(kTargetType);
  text.descriptor.annotations[std::string(kTargetKey)] = target.name;
  text.descriptor.os = target.platform.os;
  text.descriptor.architecture = target.platform.architecture;
  return text;
}

std::string EncodeRoot(const BundleContent& content,
                       const std::vector<BlobDescriptor>& targets) {
  IndexDocument root;
  root.artifact_type = std::string(kBundleType);
  Put(kTitleKey, content.id, &root.annotations);
  Put(kVersionKey, absl::StrCat(content.version), &root.annotations);
  Put(kFormatKey, std::string(kFormatVersion), &root.annotations);
  root.manifests = targets;
  return IndexText(root);
}

std::string EncodeIndex(const BundleContent& content, absl::string_view root,
                        const std::vector<BlobDescriptor>& signatures) {
  IndexDocument index;
  BlobDescriptor descriptor = Describe(kIndexType, root);
  descriptor.artifact_type = std::string(kBundleType);
  Put(kRefKey, absl::StrCat(content.version), &descriptor.annotations);
  index.manifests.push_back(std::move(descriptor));
  index.manifests.insert(index.manifests.end(), signatures.begin(),
                         signatures.end());
  return IndexText(index);
}

absl::StatusOr<BundleContent> DecodeRoot(const IndexDocument& root) {
  const std::string format = Get(root.annotations, kFormatKey);
  if (format != kFormatVersion) {
    return DiagnosticError(
               absl::StatusCode::kInvalidArgument, "format/version",
               absl::StrCat("needs format ", EscapedName(format),
                            "; this provision reads ", kFormatVersion))
        .Next("a newer provision reads it");
  }
  BundleContent content;
  content.id = Get(root.annotations, kTitleKey);
  if (root.artifact_type != kBundleType ||
      !absl::SimpleAtoi(Get(root.annotations, kVersionKey), &content.version)) {
    return Refuse("root index", "no root index of a bundle");
  }
  return content;
}

absl::StatusOr<BundleTarget> DecodeTarget(const ManifestDocument& manifest,
                                          absl::string_view config,
                                          std::string* creator) {
  PROVISION_ASSIGN_OR_RETURN(const Json value,
                             ParseCanonical(config, "config"));
  Fields fields(value, "config");
  BundleTarget target;
  *creator = fields.Text("creator");
  if (fields.Text("format") != kFormatVersion) fields.Fail("another format");
  target.name = fields.Text("target");
  Fields platform(fields.Object("platform"), "config");
  const Json& steps = fields.Array("steps");
  PROVISION_RETURN_IF_ERROR(fields.End());
  target.platform.os = platform.OptionalText("os");
  target.platform.architecture = platform.OptionalText("architecture");
  target.platform.distribution = platform.OptionalText("distribution");
  target.platform.version = platform.OptionalText("version");
  PROVISION_RETURN_IF_ERROR(platform.End());
  for (const Json& step : steps.items()) {
    PROVISION_ASSIGN_OR_RETURN(BundleStep decoded, StepOf(step));
    target.steps.push_back(std::move(decoded));
  }
  for (const BlobDescriptor& layer : manifest.layers) {
    target.artifacts.push_back(ArtifactOf(layer));
  }
  return target;
}

absl::Status Normalize(BundleContent* content) {
  if (!IsWord(content->id, "") || content->id.front() == '-' ||
      content->id.front() == '_') {
    return DiagnosticError(
               absl::StatusCode::kInvalidArgument, "create/no-id",
               absl::StrCat("\"", EscapedName(content->id),
                            "\" is no bundle id ([a-z0-9][a-z0-9._-]*, at "
                            "most 128)"))
        .Next("--bundle-id ID");
  }
  if (content->version < 1 || content->version > kMaxVersion) {
    return Refuse("root index", "a version beyond 1 to 2^53-1");
  }
  for (BundleTarget& target : content->targets) {
    if (!IsWord(target.name, "/")) {
      return Refuse("root index", "a target's name that is not accepted");
    }
    absl::c_sort(target.artifacts, [](const auto& a, const auto& b) {
      return std::make_tuple(KindOrder(a.kind), a.title, a.sha256) <
             std::make_tuple(KindOrder(b.kind), b.title, b.sha256);
    });
    PROVISION_RETURN_IF_ERROR(CheckArtifacts(target));
  }
  absl::c_sort(content->targets,
               [](const auto& a, const auto& b) { return a.name < b.name; });
  for (size_t i = 1; i < content->targets.size(); ++i) {
    if (content->targets[i - 1].name == content->targets[i].name) {
      return Refuse("root index", "one target twice");
    }
  }
  return absl::OkStatus();
}

}  // namespace provision
