#include "core/engine/action_sequence.h"

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"

namespace provision {
namespace {

absl::Status WithPosition(const absl::Status& status, int number,
                          size_t count) {
  Diagnostic diagnostic = DiagnosticFromStatus(status);
  Diagnostic::Detail* at = diagnostic.add_detail();
  at->set_label("at");
  at->set_text(absl::StrCat("action ", number, " of ", count));
  return StatusFromDiagnostic(status.code(), diagnostic);
}

}  // namespace

SequenceEnd PerformInOrder(Engine& engine, Executor& executor,
                           const std::vector<StepAction>& actions) {
  SequenceEnd end;
  for (const StepAction& action : actions) {
    if (engine.system.stop_requests() > 0) {
      end.status = absl::CancelledError(
          absl::StrCat("stopped before action ", action.number));
      return end;
    }
    const PerformResult result = executor.Perform(action);
    switch (result.outcome) {
      case PerformResult::Outcome::kCommitted:
        ++end.committed;
        break;
      case PerformResult::Outcome::kAlreadyAsWanted:
        break;
      case PerformResult::Outcome::kDoneOnce:
        ++end.done_once;
        break;
      case PerformResult::Outcome::kAssumed:
        ++end.assumed;
        break;
      case PerformResult::Outcome::kInDoubt:
        end.in_doubt = true;
        end.status = result.status;
        return end;
      case PerformResult::Outcome::kFailed:
        end.failed = &action;
        end.status = WithPosition(result.status, action.number, actions.size());
        return end;
    }
  }
  return end;
}

}  // namespace provision
