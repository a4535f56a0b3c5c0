#include "core/engine/recovery.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/planted_bug.h"
#include "core/base/status_macros.h"
#include "core/journal/resume_rule.h"

namespace provision {
namespace {

// One open intent, and what is needed to close it.
class OpenIntent {
 public:
  OpenIntent(Engine& engine, Executor& executor,
             const JournalRecord::Intent& intent, RecoverTo purpose)
      : engine_(engine),
        executor_(executor),
        intent_(intent),
        purpose_(purpose),
        handler_(engine.handlers.Get(intent.action())) {}

  absl::Status Close(Recovered* recovered) {
    const std::string& step = intent_.id().step();
    if (engine_.options.assume_done.count(step) > 0) {
      ++recovered->closed;
      return Commit(/*adopted=*/false);
    }
    if (engine_.options.redo.count(step) > 0) {
      ++recovered->closed;
      return Fail(JournalRecord::Fail::REDO, "performed again by --redo");
    }
    PROVISION_ASSIGN_OR_RETURN(const RecoveryDecision decision, Decide());
    if (decision == RecoveryDecision::kInDoubt) {
      recovered->in_doubt.insert(step);
      return absl::OkStatus();
    }
    ++recovered->closed;
    switch (decision) {
      case RecoveryDecision::kAdopt:
        if (!IsPlanted("adopted_not_synced")) {
          PROVISION_RETURN_IF_ERROR(handler_.MakeDurable(
              intent_.action(), intent_.preparation(), executor_.context()));
        }
        return Commit(/*adopted=*/true);
      case RecoveryDecision::kDrop:
        if (purpose_ == RecoverTo::kUndo && !handler_.atomic()) {
          const Event::ActionLine line =
              handler_.Describe(intent_.action(), engine_.facts, "");
          recovered->left.push_back(
              absl::StrCat(line.verb(), " ", line.object()));
        }
        PROVISION_RETURN_IF_ERROR(Clean());
        return Fail(JournalRecord::Fail::NOT_DONE,
                    "killed before it took effect");
      case RecoveryDecision::kForeign:
        PROVISION_RETURN_IF_ERROR(Clean());
        recovered->foreign = Foreign();
        return Fail(JournalRecord::Fail::FOREIGN_CHANGE,
                    recovered->foreign.message());
      case RecoveryDecision::kUndo:
        return Undo(recovered);
      case RecoveryDecision::kInDoubt:
        break;
    }
    return absl::OkStatus();
  }

 private:
  absl::StatusOr<RecoveryDecision> Decide() {
    PROVISION_ASSIGN_OR_RETURN(
        const Audit audit,
        handler_.AuditPrepared(intent_.action(), intent_.preparation(),
                               executor_.context()));
    const bool has_inverse =
        handler_.reversibility(intent_.action()) != Action::NONE;
    const RecoveryDecision decision = DecideRecovery(
        audit, handler_.atomic(), intent_.repeat_class(), has_inverse);
    // Dropped, because it is proposed again: in a rollback it is not.
    const bool must_undo = purpose_ == RecoverTo::kUndo &&
                           decision == RecoveryDecision::kDrop &&
                           !handler_.atomic() && has_inverse;
    return must_undo ? RecoveryDecision::kUndo : decision;
  }

  absl::Status Clean() {
    return handler_.Clean(intent_.action(), intent_.preparation(),
                          executor_.context());
  }

  absl::Status Undo(Recovered* recovered) {
    absl::StatusOr<UndoOutcome> outcome = handler_.Undo(
        intent_.action(), intent_.preparation(), executor_.context());
    engine_.host_changed();
    PROVISION_RETURN_IF_ERROR(outcome.status());
    if (*outcome != UndoOutcome::kUndone) {
      --recovered->closed;
      recovered->in_doubt.insert(intent_.id().step());
      return absl::OkStatus();
    }
    return Fail(JournalRecord::Fail::UNDONE,
                "killed half-way, taken back by its own undo");
  }

  absl::Status Commit(bool adopted) {
    JournalRecord record;
    *record.mutable_commit()->mutable_id() = intent_.id();
    if (adopted) {
      record.mutable_commit()->set_adopted(true);
    } else {
      record.mutable_commit()->set_assumed(true);
    }
    return executor_.Append(std::move(record));
  }

  absl::Status Fail(JournalRecord::Fail::Class failure_class,
                    absl::string_view message) {
    JournalRecord record;
    *record.mutable_fail()->mutable_id() = intent_.id();
    record.mutable_fail()->set_failure_class(failure_class);
    record.mutable_fail()->set_message(std::string(message));
    return executor_.Append(std::move(record));
  }

  absl::Status Foreign() const {
    std::string path = ActionPath(intent_.action());
    return DiagnosticError(
               absl::StatusCode::kAborted, "apply/foreign-change",
               absl::StrCat(path.empty() ? "the host" : path,
                            ": changed by someone else since an action on it "
                            "was killed"))
        .Step(intent_.id().step())
        .Next("run the same command again: it proposes against what is there");
  }

  Engine& engine_;
  Executor& executor_;
  const JournalRecord::Intent& intent_;
  const RecoverTo purpose_;
  const ActionHandler& handler_;
};

}  // namespace

absl::StatusOr<Recovered> Recover(Engine& engine, Executor& executor,
                                  const RunHistory& history,
                                  RecoverTo purpose) {
  Recovered recovered;
  for (const JournalRecord::Intent& intent : history.open_intents()) {
    absl::Status closed =
        OpenIntent(engine, executor, intent, purpose).Close(&recovered);
    if (!closed.ok()) return WithStep(closed, intent.id().step());
  }
  if (recovered.closed > 0) engine.host_changed();
  return recovered;
}

}  // namespace provision
