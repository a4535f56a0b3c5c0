#include "core/cli/bundle/verify_command.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/byte_text.h"
#include "core/base/parallel_for.h"
#include "core/base/status_macros.h"
#include "core/cli/bundle/bundle_access.h"
#include "core/cli/display_text.h"

namespace provision {
namespace {

absl::Status Verify(CommandContext& context) {
  const std::string& file = context.line.arguments[0];
  PROVISION_ASSIGN_OR_RETURN(const NamedBundle named,
                             OpenBundle(context, file, true));
  const Bundle& bundle = *named.bundle;
  const bool whole = context.line.Text("depth") != "signature";
  if (whole) PROVISION_RETURN_IF_ERROR(bundle.VerifyContent(DefaultThreads()));
  BundleAnswer answer = DescribeBundle(
      file, bundle,
      [](const BundleTarget&, const BundleArtifact&) { return false; });
  answer.set_depth(whole ? "content" : "signature");
  PROVISION_ASSIGN_OR_RETURN(const BundleTrust trust, TrustOfFlags(context));
  Answer(
      context, answer,
      absl::StrCat("signature  ", VerdictText(trust, bundle), "\ncontent    ",
                   whole ? absl::StrCat("good, ", ByteText(bundle.bytes()))
                         : std::string("not read"),
                   "\nbundle     ", bundle.content().id, " ",
                   bundle.content().version, ", ",
                   CountText(bundle.content().targets.size(), "target"),
                   "\nroot       sha256:", bundle.root_digest(), "\n"));
  return absl::OkStatus();
}

}  // namespace

ExitCode RunBundleVerify(CommandContext& context) {
  const absl::Status status = Verify(context);
  return status.ok() ? ExitCode::kConverged : RefuseBundle(context, status);
}

}  // namespace provision
