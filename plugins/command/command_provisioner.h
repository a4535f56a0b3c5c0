#ifndef PROVISION_PLUGINS_COMMAND_COMMAND_PROVISIONER_H_
#define PROVISION_PLUGINS_COMMAND_COMMAND_PROVISIONER_H_

#include <string>
#include <vector>

#include "core/api/provisioner.h"
#include "plugins/command/command.pb.h"

namespace provision {

// One command, for what has no provisioner yet.
class CommandProvisioner final : public TypedProvisioner<CommandConfig> {
 protected:
  std::vector<Diagnostic> ValidateConfig(
      const CommandConfig& config) const override;
  absl::StatusOr<Proposal> ProposeConfig(const CommandConfig& config,
                                         Facts& facts) const override;
  std::vector<std::string> ConsentsOf(
      const CommandConfig& config) const override;
};

}  // namespace provision

#endif  // PROVISION_PLUGINS_COMMAND_COMMAND_PROVISIONER_H_
