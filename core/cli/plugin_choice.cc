#include "core/cli/plugin_choice.h"

#include <memory>
#include <string>
#include <utility>

#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/cli/state_path.h"
#include "core/cli/target_text.h"
#include "core/journal/state_directory.h"
#include "core/plugin/plugin_search.h"

namespace provision {
namespace {

absl::StatusOr<TrustedManifests> ReadTrusted(System& system,
                                             const CommandLine& line) {
  PROVISION_ASSIGN_OR_RETURN(
      std::unique_ptr<StateDirectory> state,
      StateDirectory::OpenExisting(system, StatePath(system, line)));
  TrustedManifests trusted;
  if (state == nullptr) return trusted;
  PROVISION_ASSIGN_OR_RETURN(const Trust trust, state->ReadTrust());
  for (const Trust::File& file : trust.file()) {
    trusted.emplace_back(file.path(), file.sha256());
  }
  return trusted;
}

}  // namespace

absl::StatusOr<std::vector<FoundPlugin>> FindMeantPlugins(
    System& system, const CommandLine& line) {
  if (line.Is("no-plugins")) return std::vector<FoundPlugin>();
  const std::string named = line.Text("plugin-dir");
  return FindPlugins(
      system,
      PluginFolders(system, named.empty()
                                ? ""
                                : JoinPath(system.WorkingDirectory(), named)),
      TargetText(system.names()), [&] { return ReadTrusted(system, line); });
}

}  // namespace provision
