#include "core/engine/step_action.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/crypto.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr int kDefaultTimeoutS = 3600;
constexpr size_t kMaxInputBytes = size_t{1} << 30;

std::vector<const SecretReference*> SecretsOf(const Action& action) {
  std::vector<const SecretReference*> references;
  if (action.write_file().has_secret()) {
    references.push_back(&action.write_file().secret());
  }
  if (action.fetch().has_credentials()) {
    references.push_back(&action.fetch().credentials());
  }
  for (const RunSecret& secret : action.run().secret()) {
    references.push_back(&secret.reference());
  }
  return references;
}

// What an action's identity holds beyond its own data.
absl::StatusOr<std::vector<std::string>> IdentityExtras(
    const Action& action, System& system, SecretResolver* secrets) {
  std::vector<std::string> extras;
  for (const std::string& path : action.run().input()) {
    absl::StatusOr<std::string> content = system.ReadFile(path, kMaxInputBytes);
    extras.push_back(
        absl::StrCat(path, "=", content.ok() ? Sha256Hex(*content) : "absent"));
  }
  for (const SecretReference* reference : SecretsOf(action)) {
    if (secrets == nullptr) {
      return absl::InternalError("an action has a secret and nobody to ask");
    }
    PROVISION_ASSIGN_OR_RETURN(std::string version,
                               secrets->Version(*reference));
    extras.push_back(std::move(version));
  }
  return extras;
}

}  // namespace

StepAction ActionOf(const CheckedStep& step, const Proposal& proposal,
                    const Action& action) {
  StepAction made;
  made.step = step.id;
  made.action = action;
  made.deadline = absl::Seconds(
      step.step.has_timeout_s() ? step.step.timeout_s() : kDefaultTimeoutS);
  made.mutexes = {proposal.needs().mutex().begin(),
                  proposal.needs().mutex().end()};
  made.root = step.root;
  return made;
}

absl::StatusOr<std::vector<ActionId>> IdentifyActions(
    absl::string_view step,
    const google::protobuf::RepeatedPtrField<Action>& actions, System& system,
    SecretResolver* secrets) {
  std::vector<ActionId> ids;
  std::map<std::string, uint32_t> seen;
  for (const Action& action : actions) {
    PROVISION_ASSIGN_OR_RETURN(std::vector<std::string> extras,
                               IdentityExtras(action, system, secrets));
    ActionId id;
    id.set_step(std::string(step));
    id.set_digest(ActionDigest(action, extras));
    id.set_ordinal(seen[id.digest()]++);
    ids.push_back(std::move(id));
  }
  return ids;
}

}  // namespace provision
