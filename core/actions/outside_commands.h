#ifndef PROVISION_CORE_ACTIONS_OUTSIDE_COMMANDS_H_
#define PROVISION_CORE_ACTIONS_OUTSIDE_COMMANDS_H_

#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/actions/secret_resolver.h"
#include "core/api/artifact_resolver.h"
#include "core/base/system.h"

namespace provision {

// Asks the outside world by commands of this host, each in a private folder
// that goes with the answer, with the environment that an action's command has.
class OutsideCommands final : public OutsideWorld {
 public:
  // Keeps `system` and `secrets` by reference. `offline`: no command may open a
  // socket. `told` hears what is asked, before it is.
  OutsideCommands(System& system, SecretResolver& secrets, bool offline,
                  std::function<void(absl::string_view summary)> told)
      : system_(system),
        secrets_(secrets),
        offline_(offline),
        told_(std::move(told)) {}

  absl::StatusOr<std::string> Ask(
      const Run& question,
      const std::map<std::string, std::string>& files) override;

 private:
  System& system_;
  SecretResolver& secrets_;
  const bool offline_;
  const std::function<void(absl::string_view summary)> told_;
};

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_OUTSIDE_COMMANDS_H_
