#ifndef PROVISION_PLUGINS_PYTHON_PYTHON_PROVISIONER_H_
#define PROVISION_PLUGINS_PYTHON_PYTHON_PROVISIONER_H_

#include <vector>

#include "absl/status/statusor.h"
#include "core/api/provisioner.h"
#include "plugins/python/python.pb.h"

namespace provision {

// Proposes an environment whose interpreter satisfies a request, by a ladder
// that keeps why each rung was refused.
class PythonProvisioner final : public TypedProvisioner<PythonConfig> {
 protected:
  std::vector<Diagnostic> ValidateConfig(
      const PythonConfig& config) const override;
  absl::StatusOr<Proposal> ProposeConfig(const PythonConfig& config,
                                         Facts& facts) const override;
};

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_PYTHON_PROVISIONER_H_
