#ifndef PROVISION_CORE_ACTIONS_COMMAND_FAILURE_H_
#define PROVISION_CORE_ACTIONS_COMMAND_FAILURE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/api/action.pb.h"
#include "core/base/process.h"

namespace provision {

// "exit status 2", "killed by signal 9 (SIGKILL)", "no end within 5s".
std::string HowItEnded(const ProcessResult& result, absl::Duration deadline);

// Words of a command as a shell would take them, for people.
std::string CommandText(const std::vector<std::string>& argv);

// Why a command that did not succeed failed. In this order: it ran out of its
// memory (`limits/out-of-memory`), was stopped (`run/stopped`, kCancelled),
// took too long (`run/deadline`, kDeadlineExceeded), printed what one of
// `run`'s patterns knows (its id; kUnavailable if transient), or ended badly
// (`run/failed` with its last lines).
absl::Status CommandFailure(const Run& run, absl::string_view command,
                            const ProcessResult& result,
                            absl::Duration deadline);

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_COMMAND_FAILURE_H_
