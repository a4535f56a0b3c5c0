#ifndef PROVISION_PLUGINS_PYTHON_MIRROR_H_
#define PROVISION_PLUGINS_PYTHON_MIRROR_H_

// Where builds can be fetched from, and what there is to fetch.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/api/action.pb.h"
#include "core/api/facts.h"
#include "core/api/proposal.pb.h"
#include "core/host/proxy_for_url.h"
#include "plugins/python/build_list.h"
#include "plugins/python/python.pb.h"

namespace provision {

struct Mirror {
  std::string location;  // without a slash at its end; a folder is absolute
  bool is_folder = false;
  // What it has: of a folder, only archives that are there.
  BuildList list;
  // Every build of its list for the target, there or not.
  BuildList known;

  // Where the archive of `build` may be, in the order to try.
  std::vector<std::string> Urls(const PythonBuild& build) const;
  // Brings the archive of `build`, called `name`, from there.
  Fetch FetchOf(const PythonBuild& build, absl::string_view name) const;
  // The network place it needs; nullopt for a folder.
  absl::optional<Proposal::Endpoint> endpoint() const;

  std::vector<FactValue::Entry> entries;  // of a folder, by path, sorted
  absl::optional<ProxyForUrl> proxy;
};

// The mirror of the plan, else the one that UV_PYTHON_INSTALL_MIRROR names.
// Reads its list where one is pinned, over the network where it is there. An
// error's message says in a line why nothing can be fetched: none is named
// (kNotFound), policy forbids it (kPermissionDenied), the network or a proxy
// (kUnavailable), a proxy variable names no proxy (kInvalidArgument), or the
// list is not the one that is pinned (kDataLoss).
absl::StatusOr<Mirror> OpenMirror(const PythonConfig& config,
                                  const PythonTarget& target, Facts& facts);

// What is wrong with the plan's mirror by itself; OK if nothing is.
absl::Status CheckMirror(const PythonConfig::Mirror& mirror);

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_MIRROR_H_
