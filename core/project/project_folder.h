#ifndef PROVISION_CORE_PROJECT_PROJECT_FOLDER_H_
#define PROVISION_CORE_PROJECT_PROJECT_FOLDER_H_

// The sources of a project, as they lie in its folder.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/system.h"
#include "core/project/project_reading.h"

namespace provision {

// Names in `folder` that are sources, in the order in which they win:
// .python-version, pylock.toml, uv.lock, requirements*.txt, pyproject.toml,
// environment.yml, mise.toml, package.json, Dockerfile.
absl::StatusOr<std::vector<std::string>> FindProjectSources(
    System& system, const std::string& folder);

// Folders below `folder`, at most two deep, that have a Python source of their
// own, sorted; hidden ones and those of packages and builds are left out.
absl::StatusOr<std::vector<std::string>> FindProjectFolders(
    System& system, const std::string& folder);

// Whether something of that name, without its folder, can be read; a file of
// any other name that ends in .txt or .in is one of requirements.
bool IsProjectSource(absl::string_view name);

// Reads `sources`, relative to the absolute `folder`, in the order in which
// they win. What is wrong in them is in the faults; an error is one of the
// host. A requirement file is read with what it includes; its paths in messages
// are relative to `folder`.
absl::StatusOr<ProjectReading> ReadProjectSources(
    System& system, const std::string& folder,
    const std::vector<std::string>& sources);

}  // namespace provision

#endif  // PROVISION_CORE_PROJECT_PROJECT_FOLDER_H_
