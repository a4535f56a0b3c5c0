#ifndef PROVISION_CORE_CLI_FLAG_SCANNER_H_
#define PROVISION_CORE_CLI_FLAG_SCANNER_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/base/diagnostic.pb.h"
#include "core/cli/command_line.h"

namespace provision {

struct ScanResult {
  CommandLine line;
  // Every fault of the line; any of them ends the program with 64.
  std::vector<Diagnostic> errors;
  // Variables called PROVISION_... that mean nothing.
  std::vector<Diagnostic> warnings;
};

// Reads a command line by the table of commands (cli.md 2.2). Flags stand
// anywhere, as `--name value` or `--name=value` with one dash or two, until a
// word `--`. Then come the variables, for flags that were not given.
//
// `words` is argv without the program. Sets gflags' flags on the way, to check
// their values, and so is not thread-safe.
ScanResult ScanCommandLine(const std::vector<std::string>& words,
                           const std::map<std::string, std::string>& variables);

// `usage/command`: nothing is called `words`. Says what commands begin with
// that word, or which one is nearest.
Diagnostic NoSuchCommand(absl::string_view words);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_FLAG_SCANNER_H_
