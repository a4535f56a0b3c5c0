#ifndef PROVISION_PLUGINS_PYTHON_LADDER_H_
#define PROVISION_PLUGINS_PYTHON_LADDER_H_

// Which interpreters would do, rung by rung, and why the others would not. Pure
// but for its arguments.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "core/api/proposal.pb.h"
#include "plugins/python/build_list.h"
#include "plugins/python/interpreter_search.h"
#include "plugins/python/mirror.h"
#include "plugins/python/python.pb.h"
#include "plugins/python/version_request.h"

namespace provision {

// One way to an interpreter.
struct Choice {
  PythonConfig::Rung rung = PythonConfig::EXACT;
  // One that is there, or a build that would be fetched.
  absl::optional<FoundInterpreter> found;
  absl::optional<PythonBuild> build;
  std::string title;   // "pyenv's 3.11.7"
  std::string reason;  // why not the version that was asked for; may be empty

  const PythonVersion& version() const {
    return found ? found->interpreter.version : build->version;
  }
};

struct LadderResult {
  std::vector<Choice> choices;  // in the order to try
  std::vector<Refusal> refused;
};

struct LadderInput {
  const PythonConfig& config;
  const VersionRequest& request;
  const PythonTarget& target;
  const InterpreterSearch& search;
  const absl::StatusOr<Mirror>& mirror;
};

// The choices of the rungs that `config` names. A rung without any is refused,
// but for GUIDE, which has none by itself.
LadderResult ClimbLadder(const LadderInput& input);

// The rungs of `config`, or their default.
std::vector<PythonConfig::Rung> RungsOf(const PythonConfig& config);

// Which of `versions`, all of the minor version of `wanted`, `policy` takes in
// place of it: an index, or -1.
int SubstituteFor(const PythonVersion& wanted,
                  const std::vector<PythonVersion>& versions,
                  PythonConfig::PatchPolicy policy);

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_LADDER_H_
