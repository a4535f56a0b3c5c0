#ifndef PROVISION_PLUGINS_FILES_FILES_PROVISIONER_H_
#define PROVISION_PLUGINS_FILES_FILES_PROVISIONER_H_

#include <vector>

#include "core/api/provisioner.h"
#include "plugins/files/files.pb.h"

namespace provision {

// Files, directories, links and marked blocks as the plan writes them. The
// smallest provisioner, and the model for authors.
class FilesProvisioner final : public TypedProvisioner<FilesConfig> {
 protected:
  std::vector<Diagnostic> ValidateConfig(
      const FilesConfig& config) const override;
  absl::StatusOr<Proposal> ProposeConfig(const FilesConfig& config,
                                         Facts& facts) const override;
};

}  // namespace provision

#endif  // PROVISION_PLUGINS_FILES_FILES_PROVISIONER_H_
