#include "core/cli/plan_loader.h"

#include <string>
#include <utility>

#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"

namespace provision {

absl::StatusOr<LoadedPlan> LoadPlan(System& system, const Registry& registry,
                                    absl::string_view file,
                                    absl::string_view root) {
  LoadedPlan loaded;
  PROVISION_ASSIGN_OR_RETURN(loaded.file, ReadPlanFile(system, file));
  if (!root.empty()) loaded.file.folder = std::string(root);
  loaded.verdict = CheckPlan(loaded.file, registry);
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
