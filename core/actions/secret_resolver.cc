#include "core/actions/secret_resolver.h"

#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/actions/netrc.h"
#include "core/base/child_environment.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr size_t kMaxBytes = 1 << 20;
constexpr absl::Duration kCommandDeadline = absl::Minutes(1);

Secret WithoutFinalNewline(std::string text) {
  if (!text.empty() && text.back() == '\n') text.pop_back();
  return Secret(std::move(text));
}

DiagnosticError Missing(const SecretReference& reference,
                        absl::string_view what) {
  return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                         "secret/missing",
                         absl::StrCat(SecretText(reference), ": ", what));
}

DiagnosticError Unavailable(const SecretReference& reference,
                            absl::string_view what) {
  return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                         "secret/unavailable",
                         absl::StrCat(SecretText(reference), ": ", what));
}

}  // namespace

std::string SecretText(const SecretReference& reference) {
  switch (reference.source_case()) {
    case SecretReference::kEnv:
      return absl::StrCat("env:", reference.env());
    case SecretReference::kFile:
      return absl::StrCat("file:", reference.file());
    case SecretReference::kKeyring:
      return absl::StrCat("keyring:", reference.keyring().service(), "/",
                          reference.keyring().user());
    case SecretReference::kNetrc:
      return absl::StrCat("netrc:", reference.netrc());
    case SecretReference::kCommand:
      return absl::StrCat("command:", reference.command().argv_size() > 0
                                          ? reference.command().argv(0)
                                          : "");
    case SecretReference::kPrompt:
      return "prompt";
    case SecretReference::SOURCE_NOT_SET:
      break;
  }
  return "no source";
}

SystemSecretResolver::SystemSecretResolver(
    System& system, std::function<absl::StatusOr<Secret>()> key,
    Redactor* redactor, Prompt prompt)
    : system_(system),
      key_(std::move(key)),
      redactor_(redactor),
      prompt_(std::move(prompt)) {}

absl::StatusOr<Secret> SystemSecretResolver::Resolve(
    const SecretReference& reference) {
  PROVISION_ASSIGN_OR_RETURN(Secret value, Find(reference));
  if (redactor_ != nullptr) redactor_->Add(value);
  return value;
}

absl::StatusOr<std::string> SystemSecretResolver::Version(
    const SecretReference& reference) {
  PROVISION_ASSIGN_OR_RETURN(Secret value, Resolve(reference));
  PROVISION_ASSIGN_OR_RETURN(Secret key, key_());
  return absl::BytesToHexString(HmacSha256(key.Reveal(), value.Reveal()));
}

absl::StatusOr<Secret> SystemSecretResolver::Find(
    const SecretReference& reference) {
  switch (reference.source_case()) {
    case SecretReference::kEnv:
      return FromVariable(reference);
    case SecretReference::kFile:
      return FromFile(reference);
    case SecretReference::kKeyring:
      return FromKeyring(reference);
    case SecretReference::kNetrc:
      return FromNetrc(reference);
    case SecretReference::kCommand:
      return FromCommand(reference,
                         {reference.command().argv().begin(),
                          reference.command().argv().end()},
                         ChildEnvironment(system_));
    case SecretReference::kPrompt:
      return FromPrompt(reference);
    case SecretReference::SOURCE_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("a secret without a source");
}

absl::StatusOr<Secret> SystemSecretResolver::FromVariable(
    const SecretReference& reference) {
  absl::optional<std::string> value = system_.Variable(reference.env());
  if (value.has_value()) return Secret(*std::move(value));
  return Missing(reference, "no such variable")
      .Next(absl::StrCat("set it: export ", reference.env(), "=..."));
}

absl::StatusOr<Secret> SystemSecretResolver::FromFile(
    const SecretReference& reference) {
  absl::StatusOr<std::string> text =
      system_.ReadFile(reference.file(), kMaxBytes);
  if (text.ok()) return WithoutFinalNewline(*std::move(text));
  if (absl::IsNotFound(text.status())) {
    return Missing(reference, "no such file");
  }
  return Unavailable(reference, text.status().message());
}

// secret-tool of libsecret; it finds its daemon by two variables.
absl::StatusOr<Secret> SystemSecretResolver::FromKeyring(
    const SecretReference& reference) {
  std::map<std::string, std::string> environment = ChildEnvironment(system_);
  for (const char* name : {"DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"}) {
    absl::optional<std::string> value = system_.Variable(name);
    if (value.has_value()) environment[name] = *value;
  }
  for (absl::string_view folder : absl::StrSplit(kChildPath, ':')) {
    const std::string tool = absl::StrCat(folder, "/secret-tool");
    absl::StatusOr<absl::optional<FileMetadata>> found = system_.Stat(tool);
    if (!found.ok() || !found->has_value()) continue;
    return FromCommand(
        reference,
        {tool, "lookup", "service", reference.keyring().service(), "username",
         reference.keyring().user()},
        std::move(environment));
  }
  return Unavailable(reference, "there is no secret-tool on this host")
      .Next("install libsecret-tools, or use another source: env, file");
}

absl::StatusOr<Secret> SystemSecretResolver::FromNetrc(
    const SecretReference& reference) {
  const std::string path = absl::StrCat(HomeDirectory(system_), "/.netrc");
  absl::StatusOr<std::string> text = system_.ReadFile(path, kMaxBytes);
  if (!text.ok()) {
    return Missing(reference, text.status().message());
  }
  absl::optional<Secret> found = NetrcCredentials(*text, reference.netrc());
  Secret wiped(*std::move(text));
  if (found.has_value()) return *std::move(found);
  return Missing(reference,
                 absl::StrCat(path, " has no password for this host"));
}

absl::StatusOr<Secret> SystemSecretResolver::FromCommand(
    const SecretReference& reference, std::vector<std::string> argv,
    std::map<std::string, std::string> environment) {
  ProcessSpec spec;
  spec.argv = std::move(argv);
  spec.environment = std::move(environment);
  spec.deadline = kCommandDeadline;
  absl::StatusOr<ProcessResult> result = system_.Run(spec);
  if (!result.ok()) return Unavailable(reference, result.status().message());
  Secret value = WithoutFinalNewline(std::move(result->standard_output));
  if (result->outcome == ProcessResult::Outcome::kDeadline) {
    return Unavailable(reference,
                       absl::StrCat("no answer within ",
                                    absl::FormatDuration(kCommandDeadline)));
  }
  // What it printed may hold the value, so nothing of it is told.
  if (!result->ok()) {
    return Missing(reference, absl::StrCat("exit status ", result->status))
        .Next(absl::StrCat("run it to see why: ", spec.argv[0]));
  }
  if (value.Reveal().empty()) return Missing(reference, "it printed nothing");
  return value;
}

absl::StatusOr<Secret> SystemSecretResolver::FromPrompt(
    const SecretReference& reference) {
  absl::MutexLock lock(&mutex_);
  auto known = answers_.find(reference.prompt());
  if (known == answers_.end()) {
    if (prompt_ == nullptr) {
      return Unavailable(reference, "nobody can be asked: no terminal")
          .Next("run it at a terminal, or use another source: env, file");
    }
    PROVISION_ASSIGN_OR_RETURN(Secret answer, prompt_(reference.prompt()));
    known = answers_.emplace(reference.prompt(), std::move(answer)).first;
  }
  return Secret(std::string(known->second.Reveal()));
}

}  // namespace provision
