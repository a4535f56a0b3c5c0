#ifndef PROVISION_CORE_BASE_SCRIPT_RUN_H_
#define PROVISION_CORE_BASE_SCRIPT_RUN_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace provision {

// Runs the script that this process holds open as `descriptor`, with `input` on
// its standard input, and returns what it wrote to its standard output. It
// shares standard error and environment with this process, which is held
// already (plugin_process.h), and has its descriptors but 3 and 4. kUnknown if
// it did not exit with 0, kOutOfRange if it wrote more than `most_bytes`.
absl::StatusOr<std::string> RunHeldScript(int descriptor,
                                          const std::string& input,
                                          size_t most_bytes);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_SCRIPT_RUN_H_
