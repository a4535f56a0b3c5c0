#ifndef PROVISION_CORE_PLUGIN_WIRE_PROVISIONER_H_
#define PROVISION_CORE_PLUGIN_WIRE_PROVISIONER_H_

// A provisioner in another process.

#include <memory>
#include <string>
#include <vector>

#include "core/api/provisioner.h"
#include "core/plugin/plugin_connection.h"

namespace provision {

// What is known of a provisioner without asking it.
struct Declaration {
  const google::protobuf::Descriptor* config = nullptr;
  std::vector<std::string> consents = {};
  std::vector<OrderingInvariant> invariants = {};
};

class WireProvisioner final : public Provisioner {
 public:
  // When a config is judged and its consents are told.
  enum class Judging {
    kAtOnce,         // by asking the plugin
    kWhenProposing,  // with the first proposal: judging a plan starts nothing
  };

  WireProvisioner(Declaration declaration, Judging judging,
                  std::unique_ptr<PluginConnection> connection);

  const google::protobuf::Descriptor* config() const override {
    return declaration_.config;
  }
  std::vector<Diagnostic> Validate(
      const google::protobuf::Message& config) const override;
  // Facts that the plugin lacks are read through `facts`, at most 16 times.
  // Beyond the errors of the connection: `plugin/needs` for a plugin that asks
  // without end or for nothing new, `plugin/failed` for one that says that it
  // could not, `plugin/config` for a config that it refuses.
  absl::StatusOr<Proposal> Propose(const google::protobuf::Message& config,
                                   Facts& facts) const override;
  std::vector<std::string> Consents(
      const google::protobuf::Message& config) const override;
  std::vector<OrderingInvariant> invariants() const override;

 private:
  absl::StatusOr<plugin::v1::Validated::Result> Judge(
      const google::protobuf::Message& config) const;
  absl::Status ReadNeeded(const plugin::v1::Need& need, Facts& facts) const;

  const Declaration declaration_;
  const Judging judging_;
  const std::unique_ptr<PluginConnection> connection_;
};

}  // namespace provision

#endif  // PROVISION_CORE_PLUGIN_WIRE_PROVISIONER_H_
