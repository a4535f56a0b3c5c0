#include "core/cli/bundle/bundle_access.h"

#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr size_t kMaxKeyFile = 64 << 10;
constexpr absl::string_view kTimeFormat = "%Y-%m-%dT%H:%M:%SZ";

std::string TimeText(absl::Time time) {
  return absl::FormatTime(kTimeFormat, time, absl::UTCTimeZone());
}

absl::Status AboutFile(absl::string_view file, const absl::Status& status) {
  if (status.ok()) return status;
  Diagnostic diagnostic = DiagnosticFromStatus(status);
  diagnostic.set_message(absl::StrCat(file, ": ", diagnostic.message()));
  return StatusFromDiagnostic(status.code(), diagnostic);
}

absl::StatusOr<std::unique_ptr<ByteSource>> OpenFile(CommandContext& context,
                                                     absl::string_view file) {
  const std::string path = JoinPath(context.system.WorkingDirectory(), file);
  PROVISION_ASSIGN_OR_RETURN(const absl::optional<FileMetadata> found,
                             context.system.Stat(path));
  if (!found.has_value()) {
    return DiagnosticError(absl::StatusCode::kNotFound, "input/no-file",
                           absl::StrCat(file, ": no such file"))
        .Next("name a bundle: provision bundle create PLAN makes one");
  }
  if (found->type != FileType::kRegular) {
    return DiagnosticError(absl::StatusCode::kInvalidArgument,
                           "input/not-regular",
                           absl::StrCat(file, " is no file"))
        .Next("give a bundle");
  }
  return context.system.OpenForReading(path);
}

absl::StatusOr<PublicKey> ReadKey(CommandContext& context,
                                  const std::string& file) {
  PROVISION_ASSIGN_OR_RETURN(
      const std::string pem,
      context.system.ReadFile(JoinPath(context.system.WorkingDirectory(), file),
                              kMaxKeyFile));
  absl::StatusOr<PublicKey> key = PublicKey::FromPem(pem);
  if (!key.ok()) return AboutFile(file, key.status());
  return key;
}

BundleAnswer::Artifact* PutArtifact(const BundleArtifact& artifact,
                                    BundleAnswer* answer) {
  BundleAnswer::Artifact* out = answer->add_artifact();
  out->set_kind(artifact.kind);
  if (!artifact.title.empty()) out->set_file(artifact.title);
  if (!artifact.name.empty()) out->set_name(artifact.name);
  if (!artifact.version.empty()) out->set_version(artifact.version);
  out->set_sha256(artifact.sha256);
  out->set_size(artifact.size);
  for (const std::string& step : artifact.steps) out->add_step(step);
  return out;
}

}  // namespace

absl::StatusOr<absl::Time> TimeOfFlag(CommandContext& context,
                                      absl::string_view flag) {
  absl::Time time;
  std::string error;
  if (absl::ParseTime(kTimeFormat, context.line.Text(flag), &time, &error)) {
    return time;
  }
  return DiagnosticError(absl::StatusCode::kInvalidArgument, "usage/flag-value",
                         absl::StrCat("--", flag, " ", context.line.Text(flag),
                                      ": wants a time"))
      .Next(absl::StrCat("--", flag, " 2027-01-01T09:00:00Z"));
}

absl::StatusOr<BundleTrust> TrustOfFlags(CommandContext& context) {
  BundleTrust trust;
  trust.now = context.system.WallClock();
  if (context.line.Has("at")) {
    PROVISION_ASSIGN_OR_RETURN(trust.now, TimeOfFlag(context, "at"));
  }
  trust.threshold = context.line.Number("threshold");
  for (const std::string& file : context.line.All("key")) {
    PROVISION_ASSIGN_OR_RETURN(PublicKey key, ReadKey(context, file));
    trust.keys.push_back(std::move(key));
  }
  std::string digest = context.line.Text("trust-digest");
  if (digest.empty()) return trust;
  if (!trust.keys.empty()) {
    return DiagnosticError(absl::StatusCode::kInvalidArgument, "usage/conflict",
                           "--key and --trust-digest: trust has one source")
        .Next("leave one of them out");
  }
  if (!absl::StartsWith(digest, "sha256:") || digest.size() != 71) {
    return DiagnosticError(absl::StatusCode::kInvalidArgument,
                           "usage/flag-value",
                           "--trust-digest: wants sha256: and 64 digits")
        .Next("the root digest that `provision bundle create` printed");
  }
  trust.root_digest = digest.substr(7);
  return trust;
}

absl::StatusOr<NamedBundle> OpenBundle(CommandContext& context,
                                       absl::string_view file,
                                       bool require_trust) {
  if (context.bundles == nullptr) {
    return absl::UnimplementedError("this program has no reader of bundles");
  }
  PROVISION_ASSIGN_OR_RETURN(const BundleTrust trust, TrustOfFlags(context));
  NamedBundle named;
  PROVISION_ASSIGN_OR_RETURN(named.source, OpenFile(context, file));
  absl::StatusOr<std::unique_ptr<Bundle>> bundle =
      context.bundles->Open(*named.source, trust, require_trust);
  if (!bundle.ok()) return AboutFile(file, bundle.status());
  named.bundle = *std::move(bundle);
  return named;
}

BundleAnswer DescribeBundle(
    absl::string_view file, const Bundle& bundle,
    const std::function<bool(const BundleTarget&, const BundleArtifact&)>&
        wanted) {
  BundleAnswer answer;
  answer.set_schema("provision.bundle/1");
  answer.set_file(std::string(file));
  answer.set_id(bundle.content().id);
  answer.set_version(bundle.content().version);
  answer.set_root_digest(absl::StrCat("sha256:", bundle.root_digest()));
  answer.set_bytes(bundle.bytes());
  answer.set_trusted(bundle.verdict().ok());
  if (bundle.verdict().ok()) {
    for (const std::string& signer : bundle.verdict()->signers) {
      answer.add_signer(signer);
    }
    if (bundle.verdict()->good > 0) {
      answer.set_expires(TimeText(bundle.verdict()->expires));
    }
  } else {
    *answer.mutable_distrust() =
        DiagnosticFromStatus(bundle.verdict().status());
  }
  for (const BundleTarget& target : bundle.content().targets) {
    answer.add_target(target.name);
    for (const BundleArtifact& artifact : target.artifacts) {
      if (!wanted(target, artifact)) continue;
      PutArtifact(artifact, &answer)->set_target(target.name);
    }
  }
  return answer;
}

std::string VerdictText(const BundleTrust& trust, const Bundle& bundle) {
  if (!bundle.verdict().ok()) {
    const Diagnostic why = DiagnosticFromStatus(bundle.verdict().status());
    return absl::StrCat("NOT TRUSTED: ", why.message(), " [", why.id(), "]");
  }
  if (!trust.root_digest.empty()) return "good, by its root digest";
  return absl::StrCat("good, ", bundle.verdict()->good, " of ", trust.threshold,
                      " signatures, until ",
                      TimeText(bundle.verdict()->expires));
}

ExitCode RefuseBundle(CommandContext& context, const absl::Status& status) {
  const std::string id = DiagnosticId(status);
  static const auto* const usage = new std::set<std::string>{
      "create/no-id",      "extract/exists",  "extract/not-found",
      "input/not-regular", "key/exists",      "key/short",
      "sign/already",      "target/ambiguous"};
  static const auto* const failed = new std::set<std::string>{
      "apply/not-in-bundle", "create/not-locked", "input/no-file"};
  if (usage->count(id) > 0) return Refuse(context, ExitCode::kUsage, status);
  if (failed->count(id) > 0) return Refuse(context, ExitCode::kFailed, status);
  return Refuse(context, ExitBeforeActions(status), status);
}

}  // namespace provision
