#include "core/cli/bundle/sign_command.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/parallel_for.h"
#include "core/base/status_macros.h"
#include "core/cli/bundle/bundle_access.h"
#include "core/cli/bundle/new_file.h"
#include "core/cli/bundle/signing_flags.h"

namespace provision {
namespace {

constexpr uint32_t kMode = 0644;

absl::Status Sign(CommandContext& context) {
  const std::string& file = context.line.arguments[0];
  const std::string out = context.line.Text("out");
  PROVISION_ASSIGN_OR_RETURN(const SigningFlags flags,
                             ReadSigningFlags(context));
  if (flags.keys.size() != 1 || out.empty()) {
    return DiagnosticError(absl::StatusCode::kInvalidArgument, "usage/flag",
                           "bundle sign: wants one --sign-key and --out FILE")
        .Next(absl::StrCat("provision bundle sign ", file,
                           " --sign-key K.key --out SIGNED"));
  }
  PROVISION_ASSIGN_OR_RETURN(const NamedBundle named,
                             OpenBundle(context, file, false));
  PROVISION_RETURN_IF_ERROR(named.bundle->VerifyContent(DefaultThreads()));
  PROVISION_ASSIGN_OR_RETURN(const std::unique_ptr<NewFile> written,
                             NewFile::Create(context, out, kMode));
  PROVISION_RETURN_IF_ERROR(context.bundles->AddSignature(
      *named.bundle, flags.signing().front(),
      [&](absl::string_view bytes) { return written->Append(bytes); }));
  PROVISION_RETURN_IF_ERROR(written->Finish());
  BundleAnswer answer = DescribeBundle(
      out, *named.bundle,
      [](const BundleTarget&, const BundleArtifact&) { return false; });
  answer.clear_trusted();
  answer.clear_distrust();
  Answer(context, answer, absl::StrCat("wrote ", out, "\n"));
  return absl::OkStatus();
}

}  // namespace

ExitCode RunBundleSign(CommandContext& context) {
  const absl::Status status = Sign(context);
  return status.ok() ? ExitCode::kConverged : RefuseBundle(context, status);
}

}  // namespace provision
