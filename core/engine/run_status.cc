#include "core/engine/run_status.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"
#include "core/engine/session.h"
#include "core/journal/run_catalog.h"
#include "core/journal/state_directory.h"

namespace provision {
namespace {

// What can be typed next; nothing while it is at work.
void AddNext(const Advice& advice, const JournalRecord::Begin& begin,
             RunState* status) {
  if (status->exit == ExitCode::kLocked) return;
  if (status->exit != ExitCode::kConverged && begin.has_goes_on()) {
    status->next.push_back(advice.Command(begin.goes_on()));
  }
  status->next.push_back(
      advice.Command(absl::StrCat("rollback ", status->id.substr(0, 8))));
}

// A run that has no end on record.
void DescribeUnfinished(const RunHistory& history, bool active,
                        RunState* status) {
  status->where = history.Where();
  if (active) {
    status->exit = ExitCode::kLocked;
    status->state = "active";
  } else if (history.rollback().has_value()) {
    status->exit = ExitCode::kStopped;
    status->state = "rollback not ended";
  } else if (history.interrupted().has_value()) {
    status->exit = ExitCode::kStopped;
    status->state = "interrupted";
  } else if (!history.open_intents().empty()) {
    status->exit = ExitCode::kStopped;
    status->state = "killed";
    for (const JournalRecord::Intent& intent : history.open_intents()) {
      if (intent.repeat_class() == Action::UNSAFE_TO_REPEAT) {
        status->exit = ExitCode::kInDoubt;
        status->state = "in doubt";
      }
    }
  } else {
    status->exit = ExitCode::kStopped;
    status->state = history.failed().empty() ? "stopped" : "failed";
  }
}

absl::StatusOr<RunState> Describe(const Advice& advice, RunCatalog& catalog,
                                  const RunCatalog::Entry& entry, bool active) {
  RunState status;
  status.id = entry.id;
  status.plan = entry.begin.plan().name();
  status.folder = entry.begin.plan().folder();
  if (entry.receipt.has_value()) {
    const bool undone = entry.receipt->has_undo_end();
    status.state = undone                                   ? "rolled back"
                   : entry.receipt->done().exit_code() == 0 ? "converged"
                                                            : "failed";
    if (!undone && entry.receipt->done().exit_code() != 0) {
      status.exit = ExitCode::kFailed;
    }
    if (!undone) AddNext(advice, entry.begin, &status);
    return status;
  }
  PROVISION_ASSIGN_OR_RETURN(RunHistory history, catalog.Read(entry.id));
  if (history.done().has_value()) {
    status.state = history.done()->exit_code() == 0 ? "converged" : "failed";
    status.exit = history.done()->exit_code() == 0 ? ExitCode::kConverged
                                                   : ExitCode::kFailed;
  } else {
    DescribeUnfinished(history, active, &status);
  }
  AddNext(advice, entry.begin, &status);
  return status;
}

}  // namespace

absl::StatusOr<std::vector<RunState>> ReadRunStatus(Engine& engine,
                                                    absl::string_view run,
                                                    bool all) {
  std::vector<RunState> runs;
  PROVISION_ASSIGN_OR_RETURN(
      std::unique_ptr<StateDirectory> state,
      StateDirectory::OpenExisting(engine.system, StatePath(engine)));
  if (state == nullptr) return runs;
  RunCatalog catalog(*state);
  PROVISION_ASSIGN_OR_RETURN(absl::optional<std::string> holder,
                             state->Holder());
  PROVISION_ASSIGN_OR_RETURN(std::vector<RunCatalog::Entry> entries,
                             catalog.List());
  std::string wanted;
  if (!run.empty()) {
    PROVISION_ASSIGN_OR_RETURN(wanted, catalog.Find(run));
  }
  for (size_t i = 0; i < entries.size(); ++i) {
    const RunCatalog::Entry& entry = entries[i];
    if (!wanted.empty() && entry.id != wanted) continue;
    const bool newest = i + 1 == entries.size();
    PROVISION_ASSIGN_OR_RETURN(RunState status,
                               Describe(engine.options.advice, catalog, entry,
                                        holder.has_value() && newest));
    const bool unfinished =
        !entry.receipt.has_value() && status.exit != ExitCode::kConverged;
    if (!wanted.empty() || all || unfinished || (newest && runs.empty())) {
      runs.push_back(std::move(status));
    }
  }
  return runs;
}

ExitCode ExitOfRuns(const std::vector<RunState>& runs) {
  ExitCode exit = ExitCode::kConverged;
  for (const RunState& run : runs) exit = MoreUrgent(exit, run.exit);
  return exit;
}

}  // namespace provision
