#ifndef PROVISION_CORE_API_ARTIFACT_RESOLVER_H_
#define PROVISION_CORE_API_ARTIFACT_RESOLVER_H_

// What a provisioner whose steps need files of the outside world adds: it says
// which ones, for any target, so that a lock can name them.

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/api/action.pb.h"
#include "core/api/facts.h"
#include "core/api/lock.pb.h"
#include "google/protobuf/message.h"

namespace provision {

// Whom a resolver asks: the one way to the network while a lock is made.
class OutsideWorld {
 public:
  virtual ~OutsideWorld() = default;

  // Runs `question` in a private folder that holds `files` (name to content)
  // and is gone afterwards, and returns its standard output. A command that
  // fails is the diagnostic of the first of its failure patterns that matches.
  virtual absl::StatusOr<std::string> Ask(
      const Run& question, const std::map<std::string, std::string>& files) = 0;
};

struct ArtifactRequest {
  // In the order of their names; not empty.
  std::vector<Lock::Target> targets;
  // What the step has locked so far, to be kept where it still fits.
  std::vector<Lock::Artifact> before = {};
  // Names that may change their version all the same.
  std::vector<std::string> upgrade = {};
};

// The artifacts' `step` is the caller's to fill.
struct ResolvedArtifacts {
  std::string resolver;  // who answered: "uv 0.9.11"
  std::vector<Lock::Artifact> artifacts;
};

// Stateless and thread-safe. Reads this host only through `facts`, and never
// takes it for a target. Errors are diagnostics, `lock/…` or the provisioner's
// own.
class ArtifactResolver {
 public:
  virtual ~ArtifactResolver() = default;

  // What answers for a step with `config` would rest on now, without asking
  // anybody: inputs and conditions, sorted. Answers that rest on the same hold.
  virtual absl::StatusOr<Lock::Step> Basis(
      const google::protobuf::Message& config, Facts& facts) const = 0;

  // Every artifact that the step needs on the targets.
  virtual absl::StatusOr<ResolvedArtifacts> Resolve(
      const google::protobuf::Message& config, Facts& facts,
      const ArtifactRequest& request, OutsideWorld& world) const = 0;
};

}  // namespace provision

#endif  // PROVISION_CORE_API_ARTIFACT_RESOLVER_H_
