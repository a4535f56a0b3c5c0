#include "core/cli/bundle/signing_flags.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "core/base/diagnostic.h"
#include "core/base/file_trust.h"
#include "core/base/path.h"
#include "core/base/secret.h"
#include "core/base/status_macros.h"
#include "core/cli/bundle/bundle_access.h"

namespace provision {
namespace {

constexpr size_t kMaxKeyFile = 64 << 10;
constexpr absl::Duration kDay = absl::Hours(24);
constexpr int kDefaultDays = 180;
constexpr uint32_t kForOthers = 077;

absl::StatusOr<PrivateKey> ReadKey(CommandContext& context,
                                   const std::string& file) {
  PROVISION_ASSIGN_OR_RETURN(
      FileContent content,
      context.system.ReadFileAndMetadata(
          JoinPath(context.system.WorkingDirectory(), file), kMaxKeyFile));
  const Secret pem(std::move(content.content));
  const uint32_t mode = content.metadata.mode;
  if ((mode & kForOthers) != 0) {
    return DiagnosticError(absl::StatusCode::kPermissionDenied,
                           "key/permissions",
                           absl::StrCat(file, " can be read by others (mode ",
                                        absl::StrFormat("%04o", mode), ")"))
        .Next(absl::StrCat("chmod 600 ", file));
  }
  if (!IsOurs(context.system, content.metadata.uid)) {
    return DiagnosticError(absl::StatusCode::kPermissionDenied,
                           "key/permissions",
                           absl::StrCat(file, " is owned by somebody else"));
  }
  Secret passphrase("");
  if (PrivateKey::IsEncrypted(pem.Reveal())) {
    if (context.prompt == nullptr || context.line.Is("no-input")) {
      return DiagnosticError(absl::StatusCode::kInvalidArgument,
                             "key/passphrase",
                             absl::StrCat(file,
                                          " wants a passphrase, and "
                                          "there is nobody to ask"))
          .Next("at a terminal, without --no-input");
    }
    PROVISION_ASSIGN_OR_RETURN(
        passphrase, context.prompt(absl::StrCat("passphrase of ", file, ": ")));
  }
  return PrivateKey::FromPem(pem.Reveal(), passphrase.Reveal());
}

// "180d", or a time.
absl::StatusOr<absl::Time> ExpiryOf(CommandContext& context,
                                    absl::Time signed_at) {
  if (!context.line.Has("expires")) return signed_at + kDefaultDays * kDay;
  const std::string text = context.line.Text("expires");
  absl::string_view days = text;
  int number = 0;
  if (absl::ConsumeSuffix(&days, "d") && absl::SimpleAtoi(days, &number) &&
      number > 0) {
    return signed_at + number * kDay;
  }
  return TimeOfFlag(context, "expires");
}

}  // namespace

std::vector<BundleSigning> SigningFlags::signing() const {
  std::vector<BundleSigning> all;
  for (const PrivateKey& key : keys) {
    all.push_back({.key = key,
                   .signed_at = signed_at,
                   .expires = expires,
                   .take_over = take_over});
  }
  return all;
}

absl::StatusOr<SigningFlags> ReadSigningFlags(CommandContext& context) {
  SigningFlags flags;
  flags.take_over =
      !context.line.Has("signed-at") && !context.line.Has("expires");
  flags.signed_at =
      absl::FromUnixSeconds(absl::ToUnixSeconds(context.system.WallClock()));
  if (context.line.Has("signed-at")) {
    PROVISION_ASSIGN_OR_RETURN(flags.signed_at,
                               TimeOfFlag(context, "signed-at"));
  }
  PROVISION_ASSIGN_OR_RETURN(flags.expires, ExpiryOf(context, flags.signed_at));
  for (const std::string& file : context.line.All("sign-key")) {
    PROVISION_ASSIGN_OR_RETURN(PrivateKey key, ReadKey(context, file));
    flags.keys.push_back(std::move(key));
  }
  return flags;
}

}  // namespace provision
