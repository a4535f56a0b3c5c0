#include "core/cli/state_path.h"

#include "core/base/path.h"
#include "core/journal/state_directory.h"

namespace provision {

std::string StatePath(System& system, const CommandLine& line) {
  const std::string named = line.Text("state-dir");
  return named.empty() ? DefaultStatePath(system)
                       : JoinPath(system.WorkingDirectory(), named);
}

}  // namespace provision
