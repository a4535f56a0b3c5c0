#include "core/cli/bundle/keygen_command.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/secret.h"
#include "core/base/signing.h"
#include "core/base/status_macros.h"
#include "core/cli/answer.pb.h"
#include "core/cli/bundle/bundle_access.h"
#include "core/cli/bundle/new_file.h"

namespace provision {
namespace {

constexpr uint32_t kPrivateMode = 0600;
constexpr uint32_t kPublicMode = 0644;
constexpr size_t kShortest = 12;

// Empty with --no-passphrase.
absl::StatusOr<Secret> NewPassphrase(CommandContext& context) {
  if (context.line.Is("no-passphrase")) return Secret("");
  if (context.prompt == nullptr || context.line.Is("no-input")) {
    return DiagnosticError(absl::StatusCode::kInvalidArgument, "usage/flag",
                           "there is nobody to ask for a passphrase")
        .Next("at a terminal, or --no-passphrase");
  }
  PROVISION_ASSIGN_OR_RETURN(Secret passphrase,
                             context.prompt("passphrase of the new key: "));
  if (passphrase.Reveal().size() >= kShortest) return passphrase;
  return DiagnosticError(
      absl::StatusCode::kInvalidArgument, "key/short",
      absl::StrCat("passphrase shorter than ", kShortest, " characters"));
}

absl::Status WriteKey(CommandContext& context, const std::string& file,
                      absl::string_view pem, uint32_t mode) {
  absl::StatusOr<std::unique_ptr<NewFile>> out =
      NewFile::Create(context, file, mode);
  if (absl::IsAlreadyExists(out.status())) {
    return DiagnosticError(absl::StatusCode::kAlreadyExists, "key/exists",
                           absl::StrCat(file, " exists"))
        .Next("keys are never overwritten: name another with --out");
  }
  PROVISION_RETURN_IF_ERROR(out.status());
  PROVISION_RETURN_IF_ERROR((*out)->Append(pem));
  return (*out)->Finish();
}

absl::Status Generate(CommandContext& context) {
  const std::string name = context.line.Text("out");
  if (name.empty()) {
    return DiagnosticError(absl::StatusCode::kInvalidArgument, "usage/flag",
                           "bundle keygen: wants --out NAME")
        .Next("provision bundle keygen --out release");
  }
  PROVISION_ASSIGN_OR_RETURN(const Secret passphrase, NewPassphrase(context));
  const PrivateKey key =
      PrivateKey::Generate(context.line.Text("algorithm") == "ecdsa-p256"
                               ? SignatureAlgorithm::kEcdsaP256
                               : SignatureAlgorithm::kEd25519);
  PROVISION_ASSIGN_OR_RETURN(const PublicKey shown, key.Public());
  const Secret pem(key.Pem(passphrase.Reveal()));
  PROVISION_RETURN_IF_ERROR(WriteKey(context, absl::StrCat(name, ".key"),
                                     pem.Reveal(), kPrivateMode));
  PROVISION_RETURN_IF_ERROR(
      WriteKey(context, absl::StrCat(name, ".pub"), shown.Pem(), kPublicMode));
  KeyAnswer answer;
  answer.set_schema("provision.key/1");
  answer.set_key_id(shown.Id());
  answer.set_private_key(absl::StrCat(name, ".key"));
  answer.set_public_key(absl::StrCat(name, ".pub"));
  Answer(context, answer,
         absl::StrCat("wrote ", name, ".key and ", name, ".pub\nkey id ",
                      shown.Id(), "\n"));
  return absl::OkStatus();
}

}  // namespace

ExitCode RunBundleKeygen(CommandContext& context) {
  const absl::Status status = Generate(context);
  return status.ok() ? ExitCode::kConverged : RefuseBundle(context, status);
}

}  // namespace provision
