#include "core/engine/exit_code.h"

#include <cstddef>
#include <cstdlib>

namespace provision {
namespace {

// Where 65 meets others it is a refusal inside a run: more than a failure that
// left nothing, less than progress that the journal holds.
constexpr ExitCode kByUrgency[] = {
    ExitCode::kUsage,       ExitCode::kLocked,      ExitCode::kNotDurable,
    ExitCode::kInDoubt,     ExitCode::kInterrupted, ExitCode::kStopped,
    ExitCode::kRefused,     ExitCode::kFailed,      ExitCode::kNeedsPrivilege,
    ExitCode::kNeedsReboot, ExitCode::kPending,     ExitCode::kConverged};

size_t Rank(ExitCode code) {
  size_t rank = 0;
  while (kByUrgency[rank] != code) ++rank;
  return rank;
}

}  // namespace

const std::vector<ExitCodeEntry>& ExitCodes() {
  static const auto* const codes = new std::vector<ExitCodeEntry>{
      {ExitCode::kConverged, "converged", "Converged",
       "converged; for plan: nothing to do"},
      {ExitCode::kFailed, "failed", "Failed",
       "failed with nothing to resume: no action began, or every action that "
       "began was undone; also an internal error, an output that cannot be "
       "made, plan where apply would end so, and a rollback with something "
       "left that has no inverse"},
      {ExitCode::kPending, "changes pending", "Pending",
       "plan: changes are pending, or a step cannot be told yet; other "
       "comparing commands: there are differences; apply never returns it"},
      {ExitCode::kStopped, "stopped, same command goes on", "Stopped",
       "failed; the journal holds progress and the same command continues: a "
       "step failed, a deadline passed, the disk is full, somebody else "
       "changed a file, a download failed; status: killed or interrupted"},
      {ExitCode::kInDoubt, "in doubt", "In doubt",
       "the outcome of an action cannot be determined; status shows the "
       "evidence, --redo or --assume-done decides"},
      {ExitCode::kLocked, "in use", "In use",
       "another run, or a child that outlived one, holds the state"},
      {ExitCode::kInterrupted, "interrupted", "Interrupted",
       "stopped by a signal, in place of 128 + signal; the same command goes "
       "on"},
      {ExitCode::kNeedsPrivilege, "needs root", "Needs root",
       "everything that could be done without root is done; the rest needs it"},
      {ExitCode::kNeedsReboot, "needs a reboot", "Needs a reboot",
       "a reboot is needed to continue; the same command continues after it"},
      {ExitCode::kUsage, "usage", "Refused",
       "the command line is wrong; nothing was read or changed"},
      {ExitCode::kRefused, "refused", "Refused",
       "a plan, lock, plugin, bundle or journal is invalid, corrupt, untrusted "
       "or of another version or host; nothing changed"},
      {ExitCode::kNotDurable, "not durable", "Not durable",
       "a sync or a write of the journal failed: what was done may not "
       "survive a power cut; run the same command again, it audits anew"},
  };
  return *codes;
}

const ExitCodeEntry& DescribeExitCode(ExitCode code) {
  for (const ExitCodeEntry& entry : ExitCodes()) {
    if (entry.code == code) return entry;
  }
  std::abort();
}

ExitCode MoreUrgent(ExitCode a, ExitCode b) {
  return Rank(a) <= Rank(b) ? a : b;
}

}  // namespace provision
