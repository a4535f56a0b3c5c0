#include "core/plugin/plugin_search.h"

#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/child_environment.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr char kLocal[] = "/usr/local/lib/provision/plugins";
constexpr char kSystem[] = "/usr/lib/provision/plugins";

std::string UserFolder(System& system) {
  const std::string named = system.Variable("XDG_DATA_HOME").value_or("");
  const std::string base =
      absl::StartsWith(named, "/")
          ? named
          : JoinPath(HomeDirectory(system), ".local/share");
  return JoinPath(base, "provision/plugins");
}

// Adds the manifests that lie in `folder` itself; `inner` gets its folders.
absl::Status List(System& system, const std::string& folder,
                  std::vector<std::string>* manifests,
                  std::vector<std::string>* inner) {
  const absl::StatusOr<std::vector<DirectoryEntry>> entries =
      system.ListDirectory(folder);
  if (absl::IsNotFound(entries.status())) return absl::OkStatus();
  if (!entries.ok()) return entries.status();
  for (const DirectoryEntry& entry : *entries) {
    const std::string path = JoinPath(folder, entry.name);
    if (absl::EndsWith(entry.name, kManifestSuffix)) {
      manifests->push_back(path);
    } else if (inner != nullptr && entry.type == FileType::kDirectory) {
      inner->push_back(path);
    }
  }
  return absl::OkStatus();
}

absl::Status TrustOf(const FoundPlugin& plugin,
                     const TrustedManifests& trusted) {
  for (const auto& [path, sha256] : trusted) {
    if (path != plugin.path) continue;
    if (sha256 == plugin.sha256) return absl::OkStatus();
    return ChangedError(path, sha256, plugin.sha256);
  }
  return DiagnosticError(
             absl::StatusCode::kFailedPrecondition, "plugin/untrusted",
             absl::StrCat(plugin.path, ": nobody has trusted this plugin"))
      .At(plugin.path)
      .Expected("that its manifest's digest is on record")
      .Found(absl::StrCat("sha256:", plugin.sha256))
      .Next(absl::StrCat("provision trust ", plugin.path));
}

void RefuseDuplicates(std::vector<FoundPlugin>* plugins) {
  std::map<std::string, FoundPlugin*> by_id;
  for (FoundPlugin& plugin : *plugins) {
    const std::string& id = plugin.manifest.id();
    if (id.empty()) continue;
    const auto [first, is_new] = by_id.emplace(id, &plugin);
    if (is_new) continue;
    const absl::Status both =
        DiagnosticError(absl::StatusCode::kAlreadyExists, "plugin/duplicate",
                        absl::StrCat("two plugins are called ", id))
            .At(first->second->path)
            .At(plugin.path)
            .Next("remove one of them");
    first->second->status = both;
    plugin.status = both;
  }
}

}  // namespace

std::string OwnPluginFolder(System& system) {
  return system.identity().uid == 0 ? kLocal : UserFolder(system);
}

std::vector<std::string> PluginFolders(System& system,
                                       const std::string& named) {
  std::vector<std::string> folders;
  if (!named.empty()) folders.push_back(named);
  folders.push_back(UserFolder(system));
  folders.push_back(kLocal);
  folders.push_back(kSystem);
  return folders;
}

absl::StatusOr<std::vector<FoundPlugin>> FindPlugins(
    System& system, const std::vector<std::string>& folders,
    absl::string_view platform, const ReadTrustedManifests& read_trusted) {
  std::vector<std::string> manifests;
  for (const std::string& folder : folders) {
    std::vector<std::string> inner;
    PROVISION_RETURN_IF_ERROR(List(system, folder, &manifests, &inner));
    for (const std::string& one : inner) {
      PROVISION_RETURN_IF_ERROR(List(system, one, &manifests, nullptr));
    }
  }
  std::vector<FoundPlugin> plugins;
  if (manifests.empty()) return plugins;
  PROVISION_ASSIGN_OR_RETURN(const TrustedManifests trusted, read_trusted());
  // One file may be reached by two of the folders.
  std::set<std::string> seen;
  for (const std::string& manifest : manifests) {
    FoundPlugin plugin = ReadPlugin(system, manifest, platform);
    if (!seen.insert(plugin.path).second) continue;
    if (plugin.status.ok()) plugin.status = TrustOf(plugin, trusted);
    plugins.push_back(std::move(plugin));
  }
  RefuseDuplicates(&plugins);
  return plugins;
}

}  // namespace provision
