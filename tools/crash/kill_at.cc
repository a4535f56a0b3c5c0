// Kills a program where it is about to change a file.
//
//   kill_at COUNT_FILE N own|tree PROGRAM...
//
// Runs PROGRAM, a path and its arguments, and numbers the system calls by which
// it changes files, as tracer.h has it: with `own` those of its own process,
// all threads of it; with `tree` those of every process that it starts as well.
// Before the N-th one the process is killed, or with `tree` all of them. N = 0
// only counts. Waits until none of them is left, so that children of a killed
// program end as they do without it; then writes the number of calls to
// COUNT_FILE. Exit: as PROGRAM, 137 if it was killed, 125 if it could not be
// traced.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tools/crash/tracer.h"

namespace provision {
namespace {

int Main(int argc, char** argv) {
  const std::string who = argc < 5 ? "" : argv[3];
  if (who != "own" && who != "tree") {
    std::fprintf(stderr, "usage: kill_at COUNT_FILE N own|tree PROGRAM...\n");
    return 64;
  }
  TraceOptions options = {
      .argv = std::vector<std::string>(argv + 4, argv + argc),
      .directory = ".",
      .output = "",
      .fault = {.kind = Fault::Kind::kKillBefore, .at = std::atoi(argv[2])},
      .own_process = who == "own",
      .deadline = absl::InfiniteDuration(),
  };
  for (char** variable = environ; *variable != nullptr; ++variable) {
    options.environment.push_back(*variable);
  }
  const absl::StatusOr<TraceResult> result = Trace(options);
  if (!result.ok()) {
    std::fprintf(stderr, "kill_at: %s\n", result.status().ToString().c_str());
    return 125;
  }
  std::ofstream(argv[1]) << result->calls << "\n";
  return result->end_signal != 0 ? 128 + result->end_signal : result->exit_code;
}

}  // namespace
}  // namespace provision

int main(int argc, char** argv) { return provision::Main(argc, argv); }
