#ifndef PROVISION_CORE_PLUGIN_PLUGIN_SEARCH_H_
#define PROVISION_CORE_PLUGIN_PLUGIN_SEARCH_H_

// Which plugins from outside there are. Starts none, and looks neither on PATH
// nor in the working directory.

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/system.h"
#include "core/plugin/found_plugin.h"

namespace provision {

// Where `plugins install` puts them: of root /usr/local/lib/provision/plugins,
// else below XDG_DATA_HOME.
std::string OwnPluginFolder(System& system);

// The folders that are searched, in their order: `named` (absolute, or empty),
// the user's, /usr/local/lib/provision/plugins, /usr/lib/provision/plugins.
std::vector<std::string> PluginFolders(System& system,
                                       const std::string& named);

// Paths and SHA-256 of manifests that are trusted by their content; asked for
// only where there is a manifest.
using TrustedManifests = std::vector<std::pair<std::string, std::string>>;
using ReadTrustedManifests = std::function<absl::StatusOr<TrustedManifests>()>;

// The manifests of `folders` and of the folders in them, each judged; those
// whose content is not trusted have `plugin/untrusted` or, where it was
// trusted once, `plugin/changed`. Two of one id have `plugin/duplicate`, which
// names both. A folder that is not there holds none; one that cannot be read is
// an error.
absl::StatusOr<std::vector<FoundPlugin>> FindPlugins(
    System& system, const std::vector<std::string>& folders,
    absl::string_view platform, const ReadTrustedManifests& read_trusted);

}  // namespace provision

#endif  // PROVISION_CORE_PLUGIN_PLUGIN_SEARCH_H_
