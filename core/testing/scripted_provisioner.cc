#include "core/testing/scripted_provisioner.h"

#include "absl/strings/str_cat.h"
#include "core/api/proposal.h"

namespace provision {

std::vector<Diagnostic> ScriptedProvisioner::ValidateConfig(
    const ScriptedConfig& config) const {
  if (!config.has_invalid()) return {};
  return {ConfigError("scripted/invalid", "invalid", config.invalid(),
                      "leave it out")};
}

absl::StatusOr<Proposal> ScriptedProvisioner::ProposeConfig(
    const ScriptedConfig& config, Facts& facts) const {
  if (config.has_error()) return absl::InternalError(config.error());
  for (const FactQuery& query : config.read()) facts.Read(query);
  Proposal proposal;
  const bool proposes =
      !config.has_until() ||
      facts.Metadata(config.until()).type() == PathState::ABSENT;
  if (proposes) proposal = config.proposal();
  ActionList actions(facts);
  for (const ScriptedConfig::File& file : config.file()) {
    actions.WriteFile(file.path(), file.content(),
                      file.has_mode() ? file.mode() : 0644);
    proposal.mutable_provides()->add_path(file.path());
  }
  actions.AppendTo(proposal.mutable_action());
  if (!proposal.has_fidelity()) proposal.set_fidelity(Proposal::EXACT);
  if (config.has_needs_path() &&
      facts.Metadata(config.needs_path()).type() == PathState::ABSENT) {
    absl::optional<std::string> step = facts.AssumedFrom(config.needs_path());
    proposal.set_fidelity(step ? Proposal::PREDICTED : Proposal::UNKNOWN);
    if (step) {
      Proposal::Assumption* assumption = proposal.add_assumes();
      assumption->set_text(absl::StrCat(config.needs_path(), " is there"));
      assumption->set_step(*step);
    }
  }
  return proposal;
}

}  // namespace provision
