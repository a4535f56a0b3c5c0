#ifndef PROVISION_PLUGINS_PYTHON_PACKAGES_INSTALLED_DISTRIBUTIONS_H_
#define PROVISION_PLUGINS_PYTHON_PACKAGES_INSTALLED_DISTRIBUTIONS_H_

// What an environment has, read from the metadata of its distributions.

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/api/facts.h"
#include "core/host/python_requirement.h"
#include "plugins/python_packages/python_environment.h"

namespace provision {

// Where one that did not come from an index came from (direct_url.json).
struct DirectUrl {
  std::string url;  // without user info
  std::string vcs;  // "git"
  std::string requested_revision;
  std::string commit;
  std::string sha256;  // of an archive, where it was recorded
  bool editable = false;
};

struct InstalledDistribution {
  std::string name;  // as it calls itself
  std::string version;
  std::vector<PythonRequirement> requires_distributions;
  // Lines of its metadata that are no requirements.
  std::vector<std::string> unreadable;
  absl::optional<DirectUrl> direct_url;
  std::string metadata_folder;  // relative to the environment
  // Metadata of more than one version is there.
  bool twice = false;
};

// By normalised name.
std::map<std::string, InstalledDistribution> ReadInstalledDistributions(
    const PythonEnvironment& environment, Facts& facts);

// What is wrong with the files of a distribution (one is missing, one has
// another size than its RECORD says), or empty. Compiled files do not count:
// Python makes them again.
std::string FindDamage(const InstalledDistribution& distribution,
                       const PythonEnvironment& environment, Facts& facts);

// The first three columns of the rows of a RECORD file.
struct RecordRow {
  std::string path;
  std::string hash;
  std::string size;
};
std::vector<RecordRow> ParseRecord(absl::string_view text);

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_PACKAGES_INSTALLED_DISTRIBUTIONS_H_
