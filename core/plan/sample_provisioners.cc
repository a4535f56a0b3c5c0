#include "core/plan/sample_provisioners.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "core/plan/sample.pb.h"

namespace provision {
namespace {

class SamplePython final : public TypedProvisioner<SamplePythonConfig> {
 public:
  explicit SamplePython(std::vector<OrderingInvariant> invariants)
      : invariants_(std::move(invariants)) {}

  std::vector<OrderingInvariant> invariants() const override {
    return invariants_;
  }

 protected:
  std::vector<std::string> ConsentsOf(
      const SamplePythonConfig&) const override {
    return {"remove_old"};
  }
  std::vector<Diagnostic> ValidateConfig(
      const SamplePythonConfig& config) const override {
    std::vector<Diagnostic> errors;
    if (config.version().empty()) {
      errors.push_back(ConfigError("python/version", "version",
                                   "no version is given", "version: \"3.11\""));
    } else if (absl::StartsWith(config.version(), "x")) {
      errors.push_back(ConfigError("python/version", "version",
                                   "this is no version", "version: \"3.11\""));
    } else if (absl::StartsWith(config.version(), "2")) {
      errors.push_back(
          ConfigError("python/old", "version", "this is an old version", ""));
      errors.back().set_severity(Diagnostic::WARNING);
    }
    return errors;
  }
  absl::StatusOr<Proposal> ProposeConfig(const SamplePythonConfig&,
                                         Facts&) const override {
    return Proposal();
  }

 private:
  std::vector<OrderingInvariant> invariants_;
};

class SamplePackages final : public TypedProvisioner<SamplePackagesConfig> {
 protected:
  std::vector<Diagnostic> ValidateConfig(
      const SamplePackagesConfig& config) const override {
    if (config.has_requirements()) return {};
    return {ConfigError("python_packages/requirements", "requirements",
                        "no requirements are given",
                        "requirements: \"requirements.txt\"")};
  }
  absl::StatusOr<Proposal> ProposeConfig(const SamplePackagesConfig&,
                                         Facts&) const override {
    return Proposal();
  }
};

}  // namespace

Registry SampleRegistryForTest(std::vector<OrderingInvariant> invariants) {
  Registry registry;
  registry.Register(std::make_unique<SamplePython>(std::move(invariants)))
      .IgnoreError();
  registry.Register(std::make_unique<SamplePackages>()).IgnoreError();
  return registry;
}

}  // namespace provision
