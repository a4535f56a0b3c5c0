#include "core/cli/plan_loader.h"

#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"
#include "core/plugin/step_schema.h"

namespace provision {
namespace {

// A plugin that cannot be used and that no step wants is worth a warning.
void WarnOfUnused(const std::vector<Diagnostic>& faults,
                  std::vector<Diagnostic>* diagnostics) {
  const std::vector<Diagnostic> said = *diagnostics;
  for (const Diagnostic& fault : faults) {
    if (absl::c_any_of(said, [&](const Diagnostic& other) {
          return other.id() == fault.id() && other.message() == fault.message();
        })) {
      continue;
    }
    Diagnostic& warning = diagnostics->emplace_back(fault);
    warning.set_severity(Diagnostic::WARNING);
  }
}

}  // namespace

absl::StatusOr<LoadedPlan> LoadPlan(System& system, const Registry& registry,
                                    absl::string_view file,
                                    absl::string_view root) {
  LoadedPlan loaded;
  PROVISION_ASSIGN_OR_RETURN(loaded.file, ReadPlanFile(system, file));
  if (!root.empty()) loaded.file.folder = std::string(root);
  loaded.verdict = CheckPlan(loaded.file, registry);
  if (registry.schema() != nullptr) {
    WarnOfUnused(registry.schema()->faults(), &loaded.verdict.diagnostics);
  }
  if (loaded.verdict.diagnostics.empty()) return loaded;
  const std::vector<absl::string_view> lines =
      absl::StrSplit(loaded.file.content, '\n');
  for (Diagnostic& diagnostic : loaded.verdict.diagnostics) {
    Diagnostic::Place* place = diagnostic.mutable_place();
    if (place->file() != loaded.file.file || place->line() < 1 ||
        place->line() > static_cast<int>(lines.size())) {
      continue;
    }
    place->set_source(
        std::string(absl::StripSuffix(lines[place->line() - 1], "\r")));
  }
  return loaded;
}

}  // namespace provision
