#include "core/engine/plan_run.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "core/base/serialize.h"
#include "core/base/status_macros.h"
#include "core/engine/opening.h"
#include "core/journal/run_catalog.h"

namespace provision {

PlanRun::PlanRun(Engine& engine, Session& session, const CheckedPlan& plan,
                 absl::string_view plan_digest)
    : engine_(engine),
      session_(session),
      plan_(plan),
      plan_digest_(plan_digest) {
  identity_.set_name(plan.name);
  identity_.set_folder(FolderOf(plan));
}

absl::StatusOr<std::unique_ptr<PlanRun>> PlanRun::Open(
    Engine& engine, Session& session, const CheckedPlan& plan,
    absl::string_view plan_digest, CommitTrust commits) {
  std::unique_ptr<PlanRun> run(new PlanRun(engine, session, plan, plan_digest));
  PROVISION_RETURN_IF_ERROR(run->ReadHistory());
  PROVISION_RETURN_IF_ERROR(run->Choose());
  if (commits != CommitTrust::kNone) {
    PROVISION_ASSIGN_OR_RETURN(run->ended_well_, run->EndedWell());
    if (run->ended_well_) commits = CommitTrust::kAll;
  }
  run->executor_ = std::make_unique<Executor>(
      engine, session.Context(*run->directory_), *run->directory_,
      *run->history_, session.boot_id(), commits);
  return run;
}

absl::Status PlanRun::ReadHistory() {
  PROVISION_RETURN_IF_ERROR(session_.catalog().RemoveNeverBegan());
  absl::StatusOr<PlanHistory> history =
      session_.catalog().ReadHistory(identity_);
  if (!history.ok() && engine_.options.recover) {
    PROVISION_RETURN_IF_ERROR(SetDamagedAside(session_, identity_));
    history = session_.catalog().ReadHistory(identity_);
  }
  PROVISION_RETURN_IF_ERROR(history.status());
  history_ = std::make_unique<PlanHistory>(*std::move(history));
  return CheckHistory(engine_.options.advice, *history_, session_.host_id());
}

absl::StatusOr<bool> PlanRun::EndedWell() {
  PROVISION_ASSIGN_OR_RETURN(const std::vector<RunCatalog::Entry> entries,
                             session_.catalog().List());
  for (const RunCatalog::Entry& entry : entries) {
    if (entry.receipt.has_value() && !entry.receipt->has_undo_end() &&
        entry.begin.plan_digest() == plan_digest_ &&
        entry.receipt->done().exit_code() == 0) {
      return true;
    }
  }
  return false;
}

absl::Status PlanRun::Choose() {
  const RunHistory* last = history_->last_run();
  const bool is_unfinished =
      history_->Judge(session_.host_id()) == PlanHistory::Found::kUnfinished;
  if (is_unfinished && !engine_.options.fresh &&
      last->begin().plan_digest() == plan_digest_) {
    PROVISION_ASSIGN_OR_RETURN(
        directory_,
        session_.catalog().Continue(last->id(), session_.ResumeRecord()));
    return absl::OkStatus();
  }
  JournalRecord::Begin begin = session_.BeginRecord(plan_digest_, identity_);
  if (is_unfinished) begin.set_continues(last->id());
  begin.set_goes_on(engine_.options.advice.goes_on);
  PROVISION_ASSIGN_OR_RETURN(
      directory_,
      session_.catalog().New(std::move(begin), DeterministicBytes(plan_.plan)));
  return absl::OkStatus();
}

std::set<std::string> PlanRun::BegunSteps() const {
  std::set<std::string> begun;
  if (ended_well_) {
    for (const CheckedStep& step : plan_.steps) begun.insert(step.id);
  }
  for (const RunHistory& run : history_->runs()) {
    if (run.begin().plan_digest() != plan_digest_) continue;
    // A command that was cut half-way may have changed something without a
    // COMMIT.
    begun.insert(run.begun().begin(), run.begun().end());
  }
  return begun;
}

const RunHistory* PlanRun::unfinished() const {
  const RunHistory* last = history_->last_run();
  return last == nullptr || last->done().has_value() ? nullptr : last;
}

bool PlanRun::LeftOnlyByThisPlan() const {
  return absl::c_all_of(history_->runs(), [this](const RunHistory& run) {
    return run.done().has_value() || run.begin().plan_digest() == plan_digest_;
  });
}

absl::StatusOr<Recovered> PlanRun::RecoverRun(const RunHistory& run) {
  if (run.id() == directory_->id()) return Recover(engine_, *executor_, run);
  PROVISION_ASSIGN_OR_RETURN(
      std::unique_ptr<RunDirectory> old,
      session_.catalog().Continue(run.id(), session_.ResumeRecord()));
  Executor executor(engine_, session_.Context(*old), *old, *history_,
                    session_.boot_id());
  return Recover(engine_, executor, run);
}

absl::StatusOr<std::set<std::string>> PlanRun::RecoverKilled() {
  std::set<std::string> in_doubt;
  int closed = 0;
  for (const RunHistory& run : history_->runs()) {
    if (run.open_intents().empty()) continue;
    PROVISION_ASSIGN_OR_RETURN(Recovered recovered, RecoverRun(run));
    PROVISION_RETURN_IF_ERROR(recovered.foreign);
    in_doubt.insert(recovered.in_doubt.begin(), recovered.in_doubt.end());
    closed += recovered.closed;
  }
  if (closed > 0) {
    // What was adopted counts as committed from here on.
    PROVISION_ASSIGN_OR_RETURN(PlanHistory history,
                               session_.catalog().ReadHistory(identity_));
    *history_ = std::move(history);
  }
  return in_doubt;
}

bool PlanRun::HasActedFor(absl::string_view step) const {
  if (executor_->committed_count(step) > 0) return true;
  const RunHistory* before = unfinished();
  return before != nullptr && before->id() == directory_->id() &&
         before->HasActedFor(step);
}

bool PlanRun::MadeProgress() const {
  return executor_->begun() > 0 ||
         (unfinished() != nullptr && !unfinished()->committed().empty());
}

absl::Status PlanRun::End(ExitCode exit) {
  std::unique_ptr<RunDirectory> old;
  RunDirectory* run = directory_.get();
  if (!run->begun()) {
    // Nothing had to be done. What an earlier run left unfinished is finished.
    if (unfinished() == nullptr) return absl::OkStatus();
    PROVISION_ASSIGN_OR_RETURN(
        old, session_.catalog().Continue(unfinished()->id(),
                                         session_.ResumeRecord()));
    run = old.get();
  }
  JournalRecord record;
  record.mutable_done()->set_exit_code(static_cast<int>(exit));
  record.mutable_done()->set_outcome(
      std::string(DescribeExitCode(exit).verdict));
  PROVISION_RETURN_IF_ERROR(run->Append(record));
  return session_.catalog().Finish(run->id());
}

absl::Status PlanRun::Interrupt() {
  if (!directory_->begun()) return absl::OkStatus();
  JournalRecord record;
  record.mutable_interrupted()->set_signal(engine_.system.stop_signal());
  return directory_->Append(record);
}

}  // namespace provision
