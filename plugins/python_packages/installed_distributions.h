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
  // Where its metadata is, relative to the environment; more than one only
  // after an accident.
  std::vector<std::string> metadata_folders;
};

// By normalised name.
std::map<std::string, InstalledDistribution> ReadInstalledDistributions(
    const PythonEnvironment& environment, Facts& facts);

// What is wrong with an installed distribution; empty if nothing is.
struct DistributionDamage {
  std::string text;
  // Its metadata is what is wrong (no RECORD, or that of two versions): no tool
  // can take it out.
  bool of_metadata = false;

  bool empty() const { return text.empty(); }
};

// Looks for files that are missing or have another size than RECORD says, and
// for a RECORD without INSTALLER: it came with the wheel, and whoever unpacked
// that was killed before the end.
// Compiled files do not count: Python makes them again.
DistributionDamage FindDamage(const InstalledDistribution& distribution,
                              const PythonEnvironment& environment,
                              Facts& facts);

// The first three columns of the rows of a RECORD file.
struct RecordRow {
  std::string path;
  std::string hash;
  std::string size;
};
std::vector<RecordRow> ParseRecord(absl::string_view text);

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_PACKAGES_INSTALLED_DISTRIBUTIONS_H_
