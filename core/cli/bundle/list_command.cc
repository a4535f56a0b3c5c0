#include "core/cli/bundle/list_command.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/byte_text.h"
#include "core/base/status_macros.h"
#include "core/cli/bundle/bundle_access.h"
#include "core/cli/display_text.h"

namespace provision {
namespace {

absl::Status List(CommandContext& context) {
  const std::string& file = context.line.arguments[0];
  PROVISION_ASSIGN_OR_RETURN(
      const NamedBundle named,
      OpenBundle(context, file, context.line.Is("require-trust")));
  const std::string kind = context.line.Text("kind");
  const std::string meant = context.line.Text("target");
  const BundleAnswer answer = DescribeBundle(
      file, *named.bundle,
      [&](const BundleTarget& target, const BundleArtifact& artifact) {
        return (kind.empty() || artifact.kind == kind) &&
               (meant.empty() || target.name == meant);
      });
  PROVISION_ASSIGN_OR_RETURN(const BundleTrust trust, TrustOfFlags(context));
  std::string text =
      absl::StrCat("signature  ",
                   context.style.Text(VerdictText(trust, *named.bundle)), "\n");
  for (const BundleAnswer::Artifact& artifact : answer.artifact()) {
    absl::StrAppend(&text, PadRight(artifact.kind(), 15), " ",
                    PadLeft(ByteText(artifact.size()), 9), "  ",
                    artifact.sha256().substr(0, 12), "  ",
                    artifact.has_file() ? artifact.file() : artifact.kind(),
                    "  ", artifact.target(), "  ",
                    context.style.Text(absl::StrJoin(artifact.step(), ",")),
                    "\n");
  }
  Answer(context, answer, text);
  return absl::OkStatus();
}

}  // namespace

ExitCode RunBundleList(CommandContext& context) {
  const absl::Status status = List(context);
  return status.ok() ? ExitCode::kConverged : RefuseBundle(context, status);
}

}  // namespace provision
