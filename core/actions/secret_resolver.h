#ifndef PROVISION_CORE_ACTIONS_SECRET_RESOLVER_H_
#define PROVISION_CORE_ACTIONS_SECRET_RESOLVER_H_

#include <functional>
#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "core/actions/action_handler.h"
#include "core/api/action.pb.h"
#include "core/base/redactor.h"
#include "core/base/secret.h"
#include "core/base/system.h"

namespace provision {

// "env:NAME", "file:/etc/key", "keyring:service/user", "netrc:host",
// "command:/usr/bin/pass", "prompt": a reference for people.
std::string SecretText(const SecretReference& reference);

// Finds values on the host, each time anew but for a prompt, which asks once.
// A value that is not there is `secret/missing`, one that cannot be had
// `secret/unavailable`; no error holds a part of a value. Of `netrc` the value
// is "login:password", as a fetch wants it. Thread-safe.
class SystemSecretResolver final : public SecretResolver {
 public:
  // Answers a question of the user's at a terminal.
  using Prompt =
      std::function<absl::StatusOr<Secret>(absl::string_view question)>;

  // `key` gives the host's key for versions. Each value becomes known to
  // `redactor`, if there is one, before it is handed out. Without `prompt`
  // there is nobody to ask. Keeps `system` and `redactor` by reference.
  SystemSecretResolver(System& system,
                       std::function<absl::StatusOr<Secret>()> key,
                       Redactor* redactor = nullptr, Prompt prompt = nullptr);

  absl::StatusOr<Secret> Resolve(const SecretReference& reference) override;
  // Hex.
  absl::StatusOr<std::string> Version(
      const SecretReference& reference) override;

 private:
  absl::StatusOr<Secret> Find(const SecretReference& reference);
  absl::StatusOr<Secret> FromVariable(const SecretReference& reference);
  absl::StatusOr<Secret> FromFile(const SecretReference& reference);
  absl::StatusOr<Secret> FromKeyring(const SecretReference& reference);
  absl::StatusOr<Secret> FromNetrc(const SecretReference& reference);
  absl::StatusOr<Secret> FromPrompt(const SecretReference& reference);
  absl::StatusOr<Secret> FromCommand(
      const SecretReference& reference, std::vector<std::string> argv,
      std::map<std::string, std::string> environment);

  System& system_;
  const std::function<absl::StatusOr<Secret>()> key_;
  Redactor* const redactor_;
  const Prompt prompt_;
  absl::Mutex mutex_;
  std::map<std::string, Secret> answers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_SECRET_RESOLVER_H_
