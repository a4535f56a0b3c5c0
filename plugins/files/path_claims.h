#ifndef PROVISION_PLUGINS_FILES_PATH_CLAIMS_H_
#define PROVISION_PLUGINS_FILES_PATH_CLAIMS_H_

#include <functional>
#include <string>
#include <vector>

#include "core/base/diagnostic.pb.h"
#include "plugins/files/files.pb.h"

namespace provision {

// What one entry of a config wants of one path.
struct PathClaim {
  enum class Kind { kDirectory, kFile, kLink, kBlock, kAbsent };

  Kind kind;
  int index = 0;      // in the repeated field of its kind
  std::string path;   // normal
  std::string block;  // its name, of a block

  // "file[2]", for messages.
  std::string field() const;
};

// Every entry that has a path, `normal` applied to it. In the order in which
// they are brought about: directories, parents first, then files, links, blocks
// and absent ones, each as written.
std::vector<PathClaim> ClaimsOf(
    const FilesConfig& config,
    const std::function<std::string(const std::string&)>& normal);

// Claims that cannot hold together: a path twice, other than by blocks of
// different names, and one below a path that is no directory.
std::vector<Diagnostic> FindConflicts(const std::vector<PathClaim>& claims);

}  // namespace provision

#endif  // PROVISION_PLUGINS_FILES_PATH_CLAIMS_H_
