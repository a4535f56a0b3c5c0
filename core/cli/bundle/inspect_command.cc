#include "core/cli/bundle/inspect_command.h"

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/byte_text.h"
#include "core/base/status_macros.h"
#include "core/cli/bundle/bundle_access.h"
#include "core/cli/display_text.h"
#include "core/cli/terminal_style.h"

namespace provision {
namespace {

// Steps, and how many of each kind, a line each.
std::string TargetText(const BundleTarget& target, const TerminalStyle& style) {
  std::string text = absl::StrCat("target     ", target.name, "\n");
  std::map<std::string, std::pair<uint64_t, uint64_t>> kinds;
  for (const BundleArtifact& artifact : target.artifacts) {
    auto& [count, bytes] = kinds[artifact.kind];
    ++count;
    bytes += artifact.size;
  }
  for (const auto& [kind, total] : kinds) {
    absl::StrAppend(&text, "  ", PadRight(kind, 15), total.first, "  ",
                    ByteText(total.second), "\n");
  }
  for (const BundleStep& step : target.steps) {
    absl::StrAppend(&text, "  step ", style.Text(step.name), "  ",
                    style.Text(step.provisioner), ", ",
                    CountText(step.artifacts.size(), "artifact"), "\n");
  }
  return text;
}

// The plan of every target that has one; they are the same, mostly.
absl::StatusOr<std::string> PlanText(const Bundle& bundle) {
  std::map<std::string, std::string> plans;
  for (const BundleTarget& target : bundle.content().targets) {
    for (const BundleArtifact& artifact : target.artifacts) {
      if (artifact.kind != "plan") continue;
      PROVISION_ASSIGN_OR_RETURN(const std::unique_ptr<ByteSource> source,
                                 bundle.OpenBlob(artifact.sha256));
      std::string content(source->size(), '\0');
      PROVISION_RETURN_IF_ERROR(
          source->ReadAt(0, absl::MakeSpan(content.data(), content.size())));
      plans[artifact.sha256] = std::move(content);
    }
  }
  std::string all;
  for (const auto& [digest, plan] : plans) all += plan;
  return all;
}

absl::Status Inspect(CommandContext& context) {
  const std::string& file = context.line.arguments[0];
  PROVISION_ASSIGN_OR_RETURN(
      const NamedBundle named,
      OpenBundle(context, file, context.line.Is("require-trust")));
  const Bundle& bundle = *named.bundle;
  BundleAnswer answer = DescribeBundle(
      file, bundle,
      [](const BundleTarget&, const BundleArtifact&) { return true; });
  if (context.line.Text("show") == "plan") {
    PROVISION_ASSIGN_OR_RETURN(const std::string plan, PlanText(bundle));
    Answer(context, answer, plan);
    return absl::OkStatus();
  }
  PROVISION_ASSIGN_OR_RETURN(const BundleTrust trust, TrustOfFlags(context));
  std::string text = absl::StrCat(
      "signature  ", context.style.Text(VerdictText(trust, bundle)),
      "\nbundle     ", bundle.content().id, " ", bundle.content().version,
      ", by ", context.style.Text(bundle.content().creator),
      "\nroot       sha256:", bundle.root_digest(), "\nsize       ",
      ByteText(bundle.bytes()), "\n");
  for (const std::string& signer : answer.signer()) {
    absl::StrAppend(&text, "signer     ", signer, "\n");
  }
  for (const BundleTarget& target : bundle.content().targets) {
    text += TargetText(target, context.style);
  }
  Answer(context, answer, text);
  return absl::OkStatus();
}

}  // namespace

ExitCode RunBundleInspect(CommandContext& context) {
  const absl::Status status = Inspect(context);
  return status.ok() ? ExitCode::kConverged : RefuseBundle(context, status);
}

}  // namespace provision
