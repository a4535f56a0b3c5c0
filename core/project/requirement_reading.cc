#include "core/project/requirement_reading.h"

#include <cstddef>
#include <utility>

#include "absl/types/optional.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr size_t kMostBytes = 16 << 20;

void NameFrom(const std::string& folder, Diagnostic::Place* place) {
  if (!place->file().empty())
    place->set_file(RelativeTo(place->file(), folder));
}

}  // namespace

absl::StatusOr<RequirementSet> ReadRequirementsOf(System& system,
                                                  const std::string& path) {
  RequirementFileSources sources;
  sources.read = [&system](const std::string& file)
      -> absl::StatusOr<absl::optional<std::string>> {
    PROVISION_ASSIGN_OR_RETURN(const auto metadata, system.Stat(file));
    if (!metadata.has_value()) return absl::optional<std::string>();
    PROVISION_ASSIGN_OR_RETURN(std::string content,
                               system.ReadFile(file, kMostBytes));
    return absl::optional<std::string>(std::move(content));
  };
  sources.variable = [&system](const std::string& name) {
    return system.Variable(name);
  };
  RequirementSet set;
  PROVISION_RETURN_IF_ERROR(ReadRequirementFile(path, false, sources, set));
  CheckRequirementSet(set);
  return set;
}

void NameFilesFrom(const std::string& folder, RequirementSet* set) {
  for (std::vector<RequirementEntry>* entries :
       {&set->requirements, &set->constraints}) {
    for (RequirementEntry& entry : *entries) NameFrom(folder, &entry.place);
  }
  for (RequirementOption& option : set->options) {
    NameFrom(folder, &option.place);
  }
  for (Diagnostic& diagnostic : set->diagnostics) {
    if (diagnostic.has_place()) NameFrom(folder, diagnostic.mutable_place());
  }
}

}  // namespace provision
