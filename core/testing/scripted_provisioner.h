#ifndef PROVISION_CORE_TESTING_SCRIPTED_PROVISIONER_H_
#define PROVISION_CORE_TESTING_SCRIPTED_PROVISIONER_H_

#include <vector>

#include "core/api/provisioner.h"
#include "core/testing/scripted.pb.h"

namespace provision {

// The double for a provisioner, steered by its own config.
class ScriptedProvisioner final : public TypedProvisioner<ScriptedConfig> {
 protected:
  std::vector<Diagnostic> ValidateConfig(
      const ScriptedConfig& config) const override;
  absl::StatusOr<Proposal> ProposeConfig(const ScriptedConfig& config,
                                         Facts& facts) const override;
};

}  // namespace provision

#endif  // PROVISION_CORE_TESTING_SCRIPTED_PROVISIONER_H_
