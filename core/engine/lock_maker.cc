#include "core/engine/lock_maker.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/api/lock_text.h"
#include "core/base/serialize.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

using Names = google::protobuf::RepeatedPtrField<std::string>;

bool Has(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string TargetBytes(std::vector<Lock::Target> targets) {
  std::sort(targets.begin(), targets.end(),
            [](const auto& a, const auto& b) { return a.name() < b.name(); });
  std::string bytes;
  for (const Lock::Target& target : targets)
    bytes += DeterministicBytes(target);
  return bytes;
}

class LockMaker {
 public:
  LockMaker(const Lock& before, const LockWishes& wishes, FactReader& facts,
            OutsideWorld& world)
      : before_(before),
        wishes_(wishes),
        facts_(facts),
        world_(world),
        same_targets_(
            TargetBytes(wishes.targets) ==
            TargetBytes({before.target().begin(), before.target().end()})) {
    for (const Lock::Target& target : wishes.targets) {
      *lock_.add_target() = target;
    }
  }

  absl::Status Add(const CheckedStep& step) {
    if (step.provisioner == nullptr) return absl::OkStatus();
    const ArtifactResolver* resolver = step.provisioner->resolver();
    if (resolver == nullptr) return absl::OkStatus();
    FactScope scope;
    scope.root = step.root;
    scope.step = step.id;
    Facts facts(facts_, std::move(scope));
    PROVISION_ASSIGN_OR_RETURN(Lock::Step locked,
                               resolver->Basis(*step.config, facts));
    locked.set_name(step.id);
    locked.set_config_sha256(ConfigDigest(*step.config));
    ArtifactRequest request;
    request.targets = wishes_.targets;
    request.upgrade = wishes_.upgrade_only;
    if (!wishes_.upgrade) request.before = Before(step.id);
    ResolvedArtifacts resolved;
    if (const Lock::Step* same = StillHolds(locked); same != nullptr) {
      resolved = {same->resolver(), std::move(request.before)};
    } else {
      PROVISION_ASSIGN_OR_RETURN(
          resolved, resolver->Resolve(*step.config, facts, request, world_));
    }
    locked.set_resolver(resolved.resolver);
    *lock_.add_step() = std::move(locked);
    for (Lock::Artifact& artifact : resolved.artifacts) {
      Put(step.id, std::move(artifact));
    }
    return absl::OkStatus();
  }

  Lock Finish() {
    for (auto& [key, artifact] : artifacts_) {
      *lock_.add_artifact() = std::move(artifact);
    }
    return std::move(lock_);
  }

 private:
  std::vector<Lock::Artifact> Before(const std::string& step) const {
    std::vector<Lock::Artifact> artifacts;
    for (const Lock::Artifact& artifact : before_.artifact()) {
      if (Has(artifact.step(), step)) artifacts.push_back(artifact);
    }
    return artifacts;
  }

  // The step of the lock so far, if its answers can be kept.
  const Lock::Step* StillHolds(const Lock::Step& now) const {
    if (wishes_.upgrade || !wishes_.upgrade_only.empty() || !same_targets_) {
      return nullptr;
    }
    for (const Lock::Step& step : before_.step()) {
      Lock::Step then = step;
      then.clear_resolver();
      if (DeterministicBytes(then) == DeterministicBytes(now)) return &step;
    }
    return nullptr;
  }

  void Put(const std::string& step, Lock::Artifact artifact) {
    artifact.clear_step();
    const auto [there, is_new] = artifacts_.emplace(
        std::make_pair(artifact.file(), artifact.sha256()), artifact);
    there->second.add_step(step);
    if (is_new) return;
    for (const std::string& target : artifact.target()) {
      if (!Has(there->second.target(), target)) {
        there->second.add_target(target);
      }
    }
  }

  const Lock& before_;
  const LockWishes& wishes_;
  FactReader& facts_;
  OutsideWorld& world_;
  const bool same_targets_;
  Lock lock_;
  std::map<std::pair<std::string, std::string>, Lock::Artifact> artifacts_;
};

}  // namespace

absl::StatusOr<Lock> MakeLock(const CheckedPlan& plan, const Lock& before,
                              const LockWishes& wishes, FactReader& facts,
                              OutsideWorld& world) {
  LockMaker maker(before, wishes, facts, world);
  for (const CheckedStep& step : plan.steps) {
    const absl::Status status = maker.Add(step);
    if (!status.ok()) return AboutStep(step, status);
  }
  return maker.Finish();
}

}  // namespace provision
