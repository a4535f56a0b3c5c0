#ifndef PROVISION_PLUGINS_PYTHON_PACKAGES_PYTHON_PACKAGES_RESOLVER_H_
#define PROVISION_PLUGINS_PYTHON_PACKAGES_PYTHON_PACKAGES_RESOLVER_H_

#include "core/api/artifact_resolver.h"

namespace provision {

// The wheels of a step: taken over from a project's pylock.toml or uv.lock,
// else asked of uv, once for all targets. uv decides the versions; which wheel
// of a version a target takes is decided here, by the target's own markers and
// tags. Nothing is built, and no code of a package runs.
class PythonPackagesResolver final : public ArtifactResolver {
 public:
  absl::StatusOr<Lock::Step> Basis(const google::protobuf::Message& config,
                                   Facts& facts) const override;
  absl::StatusOr<ResolvedArtifacts> Resolve(
      const google::protobuf::Message& config, Facts& facts,
      const ArtifactRequest& request, OutsideWorld& world) const override;
};

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_PACKAGES_PYTHON_PACKAGES_RESOLVER_H_
