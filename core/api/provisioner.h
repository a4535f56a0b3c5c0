#ifndef PROVISION_CORE_API_PROVISIONER_H_
#define PROVISION_CORE_API_PROVISIONER_H_

// What a provisioner's author implements. A provisioner proposes; it never
// acts.
//
//   class MotdProvisioner final : public TypedProvisioner<MotdConfig> {
//     absl::Status ValidateConfig(const MotdConfig& config) const override;
//     absl::StatusOr<Proposal> ProposeConfig(const MotdConfig& config,
//                                            Facts& facts) const override;
//   };

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/api/facts.h"
#include "core/api/proposal.pb.h"
#include "core/base/diagnostic.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace provision {

class ArtifactResolver;  // core/api/artifact_resolver.h

// "Between a step of kind `from` and a later one that depends on it of kind
// `to` there must be one of kind `between`" (S1-08). Kinds are full names of
// config messages. Checked by the validator, before anything is read.
struct OrderingInvariant {
  std::string from;
  std::string to;
  std::string between;
  std::string reason;  // why, for the error
};

// Proposes how to bring one kind of thing to the state that a step asks for.
// Stateless and thread-safe. Reads the host only through `facts`; changes
// nothing; never throws.
class Provisioner {
 public:
  virtual ~Provisioner() = default;

  // The config message it serves; its full name is its key in the registry.
  virtual const google::protobuf::Descriptor* config() const = 0;

  // Finds what can never be applied in a config, all of it; paths of fields are
  // relative to the config: `file[2].mode`. Must not look at the machine.
  virtual std::vector<Diagnostic> Validate(
      const google::protobuf::Message& config) const = 0;

  // Empty actions and rungs: the host is already as asked. An error status
  // means that no proposal could be made; what the host refuses is in the
  // proposal. The same config and facts give the same bytes.
  virtual absl::StatusOr<Proposal> Propose(
      const google::protobuf::Message& config, Facts& facts) const = 0;

  // The names that the `consent` of a step with this config may have: each of
  // what is done only with a yes.
  virtual std::vector<std::string> Consents(
      const google::protobuf::Message& config) const = 0;

  // Who says what its steps need of the outside world, for a lock. Default:
  // they need nothing. Owned by the provisioner.
  virtual const ArtifactResolver* resolver() const { return nullptr; }

  // Rules between steps that this provisioner knows of.
  virtual std::vector<OrderingInvariant> invariants() const { return {}; }
};

// The base of provisioners: nobody casts. `Config` is their message.
template <typename Config>
class TypedProvisioner : public Provisioner {
 public:
  const google::protobuf::Descriptor* config() const final {
    return Config::descriptor();
  }

  std::vector<Diagnostic> Validate(
      const google::protobuf::Message& config) const final {
    return ValidateConfig(static_cast<const Config&>(config));
  }

  absl::StatusOr<Proposal> Propose(const google::protobuf::Message& config,
                                   Facts& facts) const final {
    return ProposeConfig(static_cast<const Config&>(config), facts);
  }

  std::vector<std::string> Consents(
      const google::protobuf::Message& config) const final {
    return ConsentsOf(static_cast<const Config&>(config));
  }

 protected:
  virtual std::vector<Diagnostic> ValidateConfig(
      const Config& config) const = 0;
  virtual absl::StatusOr<Proposal> ProposeConfig(const Config& config,
                                                 Facts& facts) const = 0;
  // Default: nothing wants a yes.
  virtual std::vector<std::string> ConsentsOf(const Config&) const {
    return {};
  }
};

// An ERROR about one field of a config, for Validate.
Diagnostic ConfigError(absl::string_view id, absl::string_view field,
                       absl::string_view message, absl::string_view next);

}  // namespace provision

#endif  // PROVISION_CORE_API_PROVISIONER_H_
