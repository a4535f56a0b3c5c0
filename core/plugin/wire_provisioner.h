#ifndef PROVISION_CORE_PLUGIN_WIRE_PROVISIONER_H_
#define PROVISION_CORE_PLUGIN_WIRE_PROVISIONER_H_

// A provisioner in another process.

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "core/api/provisioner.h"
#include "core/plugin/plugin_connection.h"

namespace provision {

// What is known of a provisioner without asking it.
struct Declaration {
  const google::protobuf::Descriptor* config = nullptr;
  std::vector<OrderingInvariant> invariants = {};
  // Nothing is started for a config to be judged: what its schema allows is
  // right, and so is each of `consents`.
  bool is_judged_by_schema = false;
  std::vector<std::string> consents = {};
  // The names of FactQuery that it may ask for; absent: all.
  absl::optional<std::set<std::string>> facts = absl::nullopt;
  // Of what lies in `folder` it may propose to run `programs` alone; "" is
  // none.
  std::string folder = {};
  std::set<std::string> programs = {};
};

class WireProvisioner final : public Provisioner {
 public:
  WireProvisioner(Declaration declaration,
                  std::shared_ptr<PluginConnection> connection);

  const google::protobuf::Descriptor* config() const override {
    return declaration_.config;
  }
  std::vector<Diagnostic> Validate(
      const google::protobuf::Message& config) const override;
  // Facts that the plugin lacks are read through `facts`, at most 16 times.
  // Beyond the errors of the connection: `plugin/needs` for a plugin that asks
  // without end or for nothing new, `plugin/permission` for one that wants what
  // its manifest does not ask for, `plugin/failed` for one that says that it
  // could not.
  absl::StatusOr<Proposal> Propose(const google::protobuf::Message& config,
                                   Facts& facts) const override;
  std::vector<std::string> Consents(
      const google::protobuf::Message& config) const override;
  std::vector<OrderingInvariant> invariants() const override;

 private:
  absl::StatusOr<plugin::v1::Validated::Result> Judge(
      const google::protobuf::Message& config) const;
  absl::Status ReadNeeded(const plugin::v1::Need& need, Facts& facts) const;

  absl::Status CheckPrograms(const Proposal& proposal) const;

  const Declaration declaration_;
  const std::shared_ptr<PluginConnection> connection_;
};

}  // namespace provision

#endif  // PROVISION_CORE_PLUGIN_WIRE_PROVISIONER_H_
