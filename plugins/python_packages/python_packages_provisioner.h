#ifndef PROVISION_PLUGINS_PYTHON_PACKAGES_PYTHON_PACKAGES_PROVISIONER_H_
#define PROVISION_PLUGINS_PYTHON_PACKAGES_PYTHON_PACKAGES_PROVISIONER_H_

#include <vector>

#include "core/api/provisioner.h"
#include "plugins/python_packages/python_packages.pb.h"
#include "plugins/python_packages/python_packages_resolver.h"

namespace provision {

// Distributions in a virtual environment, from the wheels of a lock or else by
// uv or pip. Proposes nothing when
// every requirement is met, with what it requires in turn, and every file of
// those distributions is in place; README.md has the rest.
class PythonPackagesProvisioner final
    : public TypedProvisioner<PythonPackagesConfig> {
 public:
  const ArtifactResolver* resolver() const override;

 protected:
  std::vector<Diagnostic> ValidateConfig(
      const PythonPackagesConfig& config) const override;
  absl::StatusOr<Proposal> ProposeConfig(const PythonPackagesConfig& config,
                                         Facts& facts) const override;

 private:
  PythonPackagesResolver resolver_;
};

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_PACKAGES_PYTHON_PACKAGES_PROVISIONER_H_
