#ifndef PROVISION_PLUGINS_PYTHON_INTERPRETER_SEARCH_H_
#define PROVISION_PLUGINS_PYTHON_INTERPRETER_SEARCH_H_

// The interpreters of a host, each asked what it is.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/api/facts.h"
#include "core/host/interpreter.h"
#include "plugins/python/version_request.h"

namespace provision {

struct FoundInterpreter {
  // What keeps it there. kPath is the system's or anybody's.
  enum class Source { kOurs, kUv, kPyenv, kMise, kConda, kPath };
  Source source = Source::kPath;
  // Never a virtual environment: of one that is found, that which it starts
  // from.
  Interpreter interpreter;

  // "pyenv's 3.11.7", "3.11.2 at /usr/bin/python3.11".
  std::string ToString() const;
};

struct InterpreterSearch {
  // Those that could serve the request, perhaps with another patch. By source
  // in the order above; in one that keeps several, the newest first; on PATH as
  // they are found there. What is taken only for want of another is last.
  std::vector<FoundInterpreter> found;
  // What else was seen and why it does not serve: "/usr/bin/python3 is 3.12.8".
  std::vector<std::string> others;
  // The active environment has an interpreter that leads nowhere: its path.
  std::string broken_active;
};

// The folders in which we install interpreters: the user's first, then that of
// the whole machine. The first is where this user's go.
std::vector<std::string> OurInterpreterFolders(Facts& facts);

// Looks at the active environment, our installs, those of uv, pyenv, mise and
// conda, and PATH: folder by folder, each once, names most specific first. Only
// what could serve is executed; a link that leads nowhere is passed over, as is
// what lies in `environment`, which is to be made.
InterpreterSearch FindInterpreters(const VersionRequest& request,
                                   absl::string_view environment, Facts& facts);

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_INTERPRETER_SEARCH_H_
