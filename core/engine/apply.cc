#include "core/engine/apply.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/serialize.h"
#include "core/base/status_macros.h"
#include "core/engine/follow_ups.h"
#include "core/engine/opening.h"
#include "core/engine/planner.h"
#include "core/engine/preflight.h"
#include "core/engine/preview.h"
#include "core/engine/proposal_check.h"
#include "core/engine/proposal_source.h"
#include "core/engine/recovery.h"
#include "core/engine/saved_plan.h"
#include "core/engine/scheduler.h"
#include "core/engine/session.h"
#include "core/engine/step_runner.h"
#include "core/engine/tally.h"

namespace provision {
namespace {

constexpr char kRootPart[] = "root-part.plan";

RunsWhen WhenOf(const Step& step) {
  switch (step.when().outcome()) {
    case Step::When::FAILED:
      return RunsWhen::kFailed;
    case Step::When::ANY:
      return RunsWhen::kAny;
    case Step::When::SUCCEEDED:
    case Step::When::OUTCOME_UNSPECIFIED:
      break;
  }
  return RunsWhen::kSucceeded;
}

// One call of Apply, in the order in which things happen.
class Application {
 public:
  // `saved` is nullptr for a plan that is proposed with fresh facts.
  // `plan_digest` tells whether an unfinished run is one of this very plan.
  Application(Engine& engine, const CheckedPlan& plan,
              const std::vector<bool>& selected, Planner& planner,
              ProposalSource& proposals, const SavedPlan* saved,
              std::string plan_digest)
      : engine_(engine),
        plan_(plan),
        selected_(selected),
        planner_(planner),
        proposals_(proposals),
        saved_(saved),
        plan_digest_(std::move(plan_digest)),
        begin_time_(engine.system.MonotonicClock()) {}

  ExitCode Run() {
    absl::Status status = Prepare();
    if (status.ok()) status = Perform();
    if (!status.ok()) Report(status);
    return Summarize();
  }

 private:
  // Everything before the first action: locks, history, recovery, proposals,
  // and what can be refused already.
  absl::Status Prepare() {
    PROVISION_ASSIGN_OR_RETURN(session_, Session::Open(engine_));
    PROVISION_RETURN_IF_ERROR(OpenHistory());
    PROVISION_RETURN_IF_ERROR(OpenRun());
    AnnounceRun();
    PROVISION_RETURN_IF_ERROR(NameOtherRuns(engine_, *session_, identity_));
    PROVISION_RETURN_IF_ERROR(CheckNamedSteps());
    PROVISION_RETURN_IF_ERROR(RecoverKilled());
    plans_ = proposals_.All(selected_);
    if (saved_ != nullptr) PROVISION_RETURN_IF_ERROR(CheckSaved());
    PROVISION_RETURN_IF_ERROR(CheckUnselected());
    EmitPlans();
    for (const StepPlan& step : plans_) {
      const std::string id = DiagnosticId(step.status);
      if (id == "plan/consent" || id == "plan/unknown-step-saved") {
        return step.status;
      }
    }
    absl::Status space = CheckSpace(
        plans_, engine_.system, session_->state().path(), StorePath(engine_));
    if (!space.ok()) tally_.AddExit(ExitCode::kFailed);
    return space;
  }

  absl::Status OpenHistory() {
    PROVISION_RETURN_IF_ERROR(session_->catalog().RemoveNeverBegan());
    identity_.set_name(plan_.name);
    identity_.set_folder(FolderOf(plan_));
    absl::StatusOr<PlanHistory> history =
        session_->catalog().ReadHistory(identity_);
    if (!history.ok() && engine_.options.recover) {
      PROVISION_RETURN_IF_ERROR(SetDamagedAside(*session_, identity_));
      history = session_->catalog().ReadHistory(identity_);
    }
    PROVISION_RETURN_IF_ERROR(history.status());
    history_ = std::make_unique<PlanHistory>(*std::move(history));
    if (saved_ != nullptr) {
      PROVISION_ASSIGN_OR_RETURN(std::vector<RunCatalog::Entry> entries,
                                 session_->catalog().List());
      for (const RunCatalog::Entry& entry : entries) {
        if (entry.receipt.has_value() && !entry.receipt->has_undo_end() &&
            entry.begin.plan_digest() == plan_digest_ &&
            entry.receipt->done().exit_code() == 0) {
          finished_before_ = true;
        }
      }
    }
    return CheckHistory(*history_, session_->host_id());
  }

  // The run that this invocation writes into: the unfinished one of the same
  // plan, else a new one.
  absl::Status OpenRun() {
    const RunHistory* last = history_->last_run();
    const bool unfinished =
        history_->Judge(session_->host_id()) == PlanHistory::Found::kUnfinished;
    if (unfinished && !engine_.options.fresh &&
        last->begin().plan_digest() == plan_digest_) {
      PROVISION_ASSIGN_OR_RETURN(
          run_,
          session_->catalog().Continue(last->id(), session_->ResumeRecord()));
    } else {
      JournalRecord::Begin begin =
          session_->BeginRecord(plan_digest_, identity_);
      if (unfinished) begin.set_continues(last->id());
      PROVISION_ASSIGN_OR_RETURN(
          run_, session_->catalog().New(std::move(begin),
                                        DeterministicBytes(plan_.plan)));
    }
    const CommitTrust trust = finished_before_ ? CommitTrust::kAll
                              : proposals_.trusts_commits()
                                  ? CommitTrust::kUnaudited
                                  : CommitTrust::kNone;
    executor_ =
        std::make_unique<Executor>(engine_, session_->Context(*run_), *run_,
                                   *history_, session_->boot_id(), trust);
    return absl::OkStatus();
  }

  void AnnounceRun() {
    Event event;
    FillRunStarted(engine_, plan_, "apply", event.mutable_run_started());
    if (const RunHistory* last = history_->last_run();
        last != nullptr && !last->done().has_value()) {
      event.mutable_run_started()->set_continues(last->id());
      event.mutable_run_started()->set_where(last->Where());
    }
    event.set_run(run_->id());
    engine_.events.Emit(std::move(event));
    for (const std::string& orphan : Orphans()) {
      Event note;
      note.set_step(orphan);
      Diagnostic* diagnostic = note.mutable_diagnostic();
      diagnostic->set_severity(Diagnostic::WARNING);
      diagnostic->set_id("run/orphan");
      diagnostic->set_message(absl::StrCat(
          "step \"", orphan,
          "\" is no longer in the plan; what it did stays as it is"));
      engine_.events.Emit(std::move(note));
    }
  }

  std::vector<std::string> Orphans() const {
    std::vector<std::string> ids;
    for (const CheckedStep& step : plan_.steps) ids.push_back(step.id);
    return history_->Orphans(ids);
  }

  // A name that --redo or --assume-done gives must be a step that there is or
  // was.
  absl::Status CheckNamedSteps() const {
    std::set<std::string> known;
    for (const CheckedStep& step : plan_.steps) known.insert(step.id);
    for (const RunHistory& run : history_->runs()) {
      known.insert(run.steps().begin(), run.steps().end());
    }
    std::set<std::string> named = engine_.options.redo;
    named.insert(engine_.options.assume_done.begin(),
                 engine_.options.assume_done.end());
    for (const std::string& name : named) {
      if (known.count(name) > 0) continue;
      return DiagnosticError(absl::StatusCode::kInvalidArgument, "usage/step",
                             absl::StrCat("no step is called \"", name, "\""))
          .Next("provision status");
    }
    return absl::OkStatus();
  }

  // What is in doubt and belongs to no step that runs now: it is not forgotten.
  void TellOtherDoubts() {
    std::set<std::string> other = in_doubt_;
    for (size_t i = 0; i < plan_.steps.size(); ++i) {
      if (plans_[i].selected) other.erase(plan_.steps[i].id);
    }
    for (const std::string& step : other) {
      tally_.AddInDoubt();
      Event event;
      event.set_step(step);
      event.mutable_in_doubt()->set_text(
          "an action was begun and nobody can tell how it ended");
      event.mutable_in_doubt()->add_evidence(
          absl::StrCat("--assume-done ", step, " takes it as done"));
      engine_.events.Emit(std::move(event));
    }
  }

  absl::StatusOr<Recovered> RecoverRun(const RunHistory& run) {
    if (run.id() == run_->id()) return Recover(engine_, *executor_, run);
    PROVISION_ASSIGN_OR_RETURN(
        std::unique_ptr<RunDirectory> old,
        session_->catalog().Continue(run.id(), session_->ResumeRecord()));
    Executor executor(engine_, session_->Context(*old), *old, *history_,
                      session_->boot_id());
    return Recover(engine_, executor, run);
  }

  // Gives every action that a killed run left open an end, in the journal of
  // that run.
  absl::Status RecoverKilled() {
    int closed = 0;
    for (const RunHistory& run : history_->runs()) {
      if (run.open_intents().empty()) continue;
      PROVISION_ASSIGN_OR_RETURN(Recovered recovered, RecoverRun(run));
      in_doubt_.insert(recovered.in_doubt.begin(), recovered.in_doubt.end());
      closed += recovered.closed;
      if (!recovered.foreign.ok()) {
        tally_.AddExit(ExitCode::kStopped);
        return recovered.foreign;
      }
    }
    if (closed == 0) return absl::OkStatus();
    // What was adopted counts as committed from here on.
    PROVISION_ASSIGN_OR_RETURN(PlanHistory history,
                               session_->catalog().ReadHistory(identity_));
    *history_ = std::move(history);
    return absl::OkStatus();
  }

  // A selected step stands on predecessors: one that is not selected has to be
  // as asked already.
  absl::Status CheckUnselected() {
    std::set<int> needed;
    for (size_t i = 0; i < plan_.steps.size(); ++i) {
      if (!selected_[i]) continue;
      for (int before : plan_.steps[i].after) {
        if (!selected_[before]) needed.insert(before);
      }
    }
    std::vector<std::string> missing;
    for (int i : needed) {
      if (planner_.Propose(i, {}).pending()) {
        missing.push_back(plan_.steps[i].id);
      }
    }
    if (missing.empty()) return absl::OkStatus();
    tally_.AddExit(ExitCode::kUsage);
    return DiagnosticError(absl::StatusCode::kInvalidArgument,
                           "usage/selection",
                           absl::StrCat("the selected steps come after ",
                                        absl::StrJoin(missing, ", "),
                                        ", which is not as the plan asks"))
        .Next("--with-deps adds the steps they come after");
  }

  // A saved plan is bound to its host and to the facts it read.
  absl::Status CheckSaved() {
    if (saved_->host_id() != session_->host_id()) {
      return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                             "plan/other-host",
                             "the plan was saved for another host")
          .Expected(saved_->host_id())
          .Found(session_->host_id())
          .Next("make it on this host: provision plan PLAN --out FILE");
    }
    // What this plan has changed itself is no reason to refuse.
    std::vector<bool> skip(plan_.steps.size(), finished_before_);
    for (size_t i = 0; i < plan_.steps.size(); ++i) {
      for (const RunHistory& run : history_->runs()) {
        if (run.begin().plan_digest() != plan_digest_) continue;
        for (const CommittedAction& action : run.committed()) {
          if (action.intent.id().step() == plan_.steps[i].id) skip[i] = true;
        }
      }
      // Made of outputs of earlier steps: proposed again at its turn anyway.
      if (plans_[i].proposal.fidelity() != Proposal::EXACT) skip[i] = true;
    }
    return CheckFacts(*saved_, engine_.facts, skip);
  }

  void EmitPlans() {
    for (size_t i = 0; i < plans_.size(); ++i) {
      if (!plans_[i].selected) continue;
      Event event;
      event.set_step(plan_.steps[i].id);
      *event.mutable_step_planned() =
          PreviewStep(plan_, static_cast<int>(i), plans_[i], engine_.handlers,
                      engine_.facts);
      engine_.events.Emit(std::move(event));
    }
  }

  absl::Status Perform() {
    CheckRunner checks(engine_.system, engine_.facts,
                       session_->state().children_lock());
    StepRunner runner(engine_, plan_, proposals_, *executor_, checks, *history_,
                      in_doubt_, tally_);
    TellOtherDoubts();
    Scheduler::Callbacks callbacks;
    callbacks.run = [&](int i) {
      if (!plans_[i].selected) return StepEnd::kSucceeded;
      return runner.Run(i, plans_[i]);
    };
    callbacks.not_run = [&](int i, StepEnd end, const std::vector<int>& by) {
      EmitNotRun(i, end, by);
    };
    callbacks.stop = [&] {
      return engine_.system.stop_requests() > 0 || executor_->durability_lost();
    };
    ends_ = Scheduler(Nodes(), engine_.options.jobs).Run(callbacks);
    absl::Status follow_ups =
        PerformFollowUps(engine_, plan_, plans_, ends_, planner_, *executor_,
                         *history_, in_doubt_, tally_);
    PROVISION_RETURN_IF_ERROR(follow_ups);
    return End();
  }

  std::vector<Scheduler::Node> Nodes() const {
    std::vector<Scheduler::Node> nodes;
    for (size_t i = 0; i < plan_.steps.size(); ++i) {
      Scheduler::Node node;
      node.after = plan_.steps[i].after;
      for (const auto& [before, reason] : plans_[i].because) {
        node.after.push_back(before);
      }
      node.when = WhenOf(plan_.steps[i].step);
      nodes.push_back(std::move(node));
    }
    return nodes;
  }

  void EmitNotRun(int i, StepEnd end, const std::vector<int>& by) {
    if (!plans_[i].selected) return;
    Event event;
    event.set_step(plan_.steps[i].id);
    switch (end) {
      case StepEnd::kBlocked:
        tally_.AddBlocked();
        for (int culprit : by) {
          event.mutable_blocked()->add_by(plan_.steps[culprit].id);
        }
        break;
      case StepEnd::kSkipped:
        tally_.AddSkipped();
        event.mutable_step_done()->set_result(Event::StepDone::SKIPPED);
        break;
      case StepEnd::kNotRun:
      case StepEnd::kSucceeded:
      case StepEnd::kFailed:
      case StepEnd::kHeldBack:
        return;
    }
    engine_.events.Emit(std::move(event));
  }

  // The last records of the run.
  absl::Status End() {
    if (executor_->durability_lost()) {
      tally_.AddExit(ExitCode::kNotDurable);
      return absl::OkStatus();
    }
    if (engine_.system.stop_requests() > 0) {
      tally_.AddExit(ExitCode::kInterrupted);
      if (!run_->begun()) return absl::OkStatus();
      JournalRecord record;
      record.mutable_interrupted()->set_signal(engine_.system.stop_signal());
      return run_->Append(record);
    }
    PROVISION_RETURN_IF_ERROR(HandOverRootPart());
    if (tally_.exit() == ExitCode::kFailed && MadeProgress()) {
      tally_.AddExit(ExitCode::kStopped);
    }
    const ExitCode exit = tally_.exit();
    if (exit != ExitCode::kConverged && exit != ExitCode::kFailed) {
      return absl::OkStatus();
    }
    return Finish(exit);
  }

  // Is there anything on record that the same command goes on from?
  bool MadeProgress() const {
    const RunHistory* last = history_->last_run();
    return executor_->begun() > 0 ||
           (last != nullptr && !last->done().has_value() &&
            !last->committed().empty());
  }

  // What needs root becomes a saved plan in the run's folder, for somebody who
  // has it (engine.md E24).
  absl::Status HandOverRootPart() {
    std::vector<bool> chosen(plan_.steps.size(), false);
    std::vector<StepPlan> plans = plans_;
    bool any = false;
    for (size_t i = 0; i < plans.size(); ++i) {
      if (ends_[i] != StepEnd::kHeldBack) continue;
      plans[i] = planner_.Propose(static_cast<int>(i), {});
      chosen[i] = plans[i].status.ok() && NeedsRoot(plans[i].proposal);
      any = any || chosen[i];
    }
    if (!any || engine_.system.identity().uid == 0) return absl::OkStatus();
    SavedPlan part = MakeSavedPlan(engine_, plan_, plans, chosen);
    for (SavedPlan::OfStep& step : *part.mutable_step()) {
      // Root has another environment.
      step.mutable_fact()->erase(
          std::remove_if(
              step.mutable_fact()->begin(), step.mutable_fact()->end(),
              [](const Fact& fact) { return fact.query().has_variable(); }),
          step.mutable_fact()->end());
    }
    JournalRecord record;
    record.mutable_abort()->set_reason("needs root");
    PROVISION_RETURN_IF_ERROR(run_->Append(record));
    PROVISION_ASSIGN_OR_RETURN(Directory * folder, run_->Folder());
    const std::string encoded = EncodeSavedPlan(part);
    PROVISION_RETURN_IF_ERROR(
        WriteDurably(engine_.system, *folder, kRootPart, encoded));
    root_part_ =
        absl::StrCat("sudo provision apply ", folder->path(), "/", kRootPart,
                     " --approved ", SavedPlanDigest(encoded));
    return absl::OkStatus();
  }

  absl::Status Finish(ExitCode exit) {
    const RunHistory* last = history_->last_run();
    std::unique_ptr<RunDirectory> old;
    RunDirectory* run = run_.get();
    if (!run_->begun()) {
      // Nothing had to be done. What an earlier run left unfinished is
      // finished.
      if (last == nullptr || last->done().has_value()) return absl::OkStatus();
      PROVISION_ASSIGN_OR_RETURN(
          old,
          session_->catalog().Continue(last->id(), session_->ResumeRecord()));
      run = old.get();
    }
    JournalRecord record;
    record.mutable_done()->set_exit_code(static_cast<int>(exit));
    record.mutable_done()->set_outcome(
        std::string(DescribeExitCode(exit).verdict));
    PROVISION_RETURN_IF_ERROR(run->Append(record));
    return session_->catalog().Finish(run->id());
  }

  // An error that ends the whole run, as an event and as the exit code.
  void Report(const absl::Status& status) {
    tally_.AddExit(
        ExitOfStatus(status, executor_ != nullptr && executor_->begun() > 0));
    Event event;
    *event.mutable_diagnostic() = DiagnosticFromStatus(status);
    engine_.events.Emit(std::move(event));
  }

  ExitCode Summarize() {
    Event event;
    Event::Summary* summary = event.mutable_summary();
    *summary = tally_.Summary();
    summary->set_duration_ms(absl::ToInt64Milliseconds(
        engine_.system.MonotonicClock() - begin_time_));
    if (executor_ != nullptr) {
      summary->set_fetched_bytes(executor_->fetched_bytes());
    }
    if (run_ != nullptr && run_->begun()) {
      if (!run_->can_reserve()) WarnWithoutReserve(engine_);
      summary->set_run(run_->id());
      if (tally_.exit() != ExitCode::kConverged) {
        summary->set_journal(
            absl::StrCat(session_->state().path(), "/", run_->relative_path()));
      }
    }
    if (!root_part_.empty()) {
      summary->add_next(root_part_);
      summary->add_next_note("does what needs root");
    }
    AdviseAfterApply(plan_, summary);
    engine_.events.Emit(std::move(event));
    return tally_.exit();
  }

  Engine& engine_;
  const CheckedPlan& plan_;
  const std::vector<bool>& selected_;
  Planner& planner_;
  ProposalSource& proposals_;
  const SavedPlan* const saved_;
  const std::string plan_digest_;
  const absl::Duration begin_time_;
  Tally tally_;
  PlanIdentity identity_;
  std::string root_part_;  // the command that performs it
  // A run of this very saved plan has ended well.
  bool finished_before_ = false;
  std::set<std::string> in_doubt_;
  std::vector<StepPlan> plans_;
  std::vector<StepEnd> ends_;
  // Destroyed in the opposite order: each uses the ones above it.
  std::unique_ptr<Session> session_;
  std::unique_ptr<PlanHistory> history_;
  std::unique_ptr<RunDirectory> run_;
  std::unique_ptr<Executor> executor_;
};

}  // namespace

ExitCode Apply(Engine& engine, const CheckedPlan& plan,
               const std::vector<bool>& selected) {
  Planner planner(plan, engine.facts);
  FreshProposals proposals(planner);
  return Application(engine, plan, selected, planner, proposals, nullptr,
                     Sha256Hex(DeterministicBytes(plan.plan)))
      .Run();
}

ExitCode ApplySaved(Engine& engine, const SavedPlan& saved,
                    absl::string_view digest, const Registry& registry) {
  const CheckedPlan plan = PlanOfSaved(saved, registry);
  const std::vector<bool> selected(plan.steps.size(), true);
  Planner planner(plan, engine.facts);
  SavedProposals proposals(saved, engine.options.accept, planner);
  return Application(engine, plan, selected, planner, proposals, &saved,
                     std::string(digest))
      .Run();
}

}  // namespace provision
