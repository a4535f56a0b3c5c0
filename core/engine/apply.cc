#include "core/engine/apply.h"

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/serialize.h"
#include "core/base/status_macros.h"
#include "core/engine/accuracy_meter.h"
#include "core/engine/advice.h"
#include "core/engine/doubt.h"
#include "core/engine/due_checks.h"
#include "core/engine/follow_ups.h"
#include "core/engine/opening.h"
#include "core/engine/plan_run.h"
#include "core/engine/planner.h"
#include "core/engine/preflight.h"
#include "core/engine/preview.h"
#include "core/engine/proposal_source.h"
#include "core/engine/root_part.h"
#include "core/engine/saved_plan.h"
#include "core/engine/saved_plan_check.h"
#include "core/engine/scheduler.h"
#include "core/engine/selection_check.h"
#include "core/engine/session.h"
#include "core/engine/step_report.h"
#include "core/engine/step_runner.h"
#include "core/engine/step_sharing.h"
#include "core/engine/tally.h"

namespace provision {
namespace {

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
  Application(const Engine& engine, const CheckedPlan& plan,
              const std::vector<bool>& selected, Planner& planner,
              ProposalSource& proposals, const SavedPlan* saved,
              std::string plan_digest)
      : accuracy_(engine.events),
        engine_(WithEvents(engine, accuracy_)),
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
    if (saved_ != nullptr) ReadSavedFacts(*saved_, engine_.facts);
    PROVISION_ASSIGN_OR_RETURN(session_, Session::Open(engine_));
    PROVISION_ASSIGN_OR_RETURN(
        run_,
        PlanRun::Open(engine_, *session_, plan_, plan_digest_,
                      proposals_.trusts_commits() ? CommitTrust::kUnaudited
                                                  : CommitTrust::kNone));
    AnnounceRun();
    PROVISION_RETURN_IF_ERROR(
        NameOtherRuns(engine_, *session_, run_->identity()));
    PROVISION_RETURN_IF_ERROR(
        CheckNamedSteps(engine_.options, plan_, run_->history()));
    PROVISION_ASSIGN_OR_RETURN(in_doubt_, run_->RecoverKilled());
    plans_ = proposals_.All(selected_);
    if (saved_ != nullptr) {
      PROVISION_RETURN_IF_ERROR(CheckSavedPlan(
          *saved_, session_->host_id(), run_->BegunSteps(), engine_.facts));
    }
    PROVISION_RETURN_IF_ERROR(CheckUnselected(plan_, selected_, planner_));
    NoteDueChecks(plan_, run_->history(), &plans_);
    EmitPlans();
    for (const StepPlan& step : plans_) {
      const std::string id = DiagnosticId(step.status);
      if (id == "plan/consent" || id == "plan/unknown-step-saved") {
        return step.status;
      }
    }
    return CheckPreflight();
  }

  // What is missing already ends the run before its first action.
  absl::Status CheckPreflight() {
    const std::vector<absl::Status> findings = Preflight(
        engine_, plan_, plans_, session_->state().path(), StorePath(engine_));
    if (findings.empty()) return absl::OkStatus();
    tally_.AddExit(ExitCode::kFailed);
    for (size_t i = 0; i + 1 < findings.size(); ++i) Report(findings[i]);
    return findings.back();
  }

  void AnnounceRun() {
    Event event;
    FillRunStarted(engine_, plan_, "apply", event.mutable_run_started());
    if (const RunHistory* killed = run_->unfinished(); killed != nullptr) {
      event.mutable_run_started()->set_continues(killed->id());
      event.mutable_run_started()->set_where(killed->Where());
    }
    event.set_run(run_->directory().id());
    engine_.events.Emit(std::move(event));
    NameOrphans(engine_, plan_, run_->history());
  }

  // What is in doubt and belongs to no step that runs now: it is not forgotten.
  void TellOtherDoubts() {
    std::set<std::string> other = in_doubt_;
    for (size_t i = 0; i < plan_.steps.size(); ++i) {
      if (plans_[i].selected) other.erase(plan_.steps[i].id);
    }
    for (const std::string& step : other) {
      tally_.AddInDoubt(0);
      Event event;
      event.set_step(step);
      event.mutable_in_doubt()->set_text(std::string(kNobodyCanTell));
      event.mutable_in_doubt()->add_evidence(
          absl::StrCat("--assume-done ", step, " takes it as done"));
      engine_.events.Emit(std::move(event));
    }
  }

  void EmitPlans() {
    for (size_t i = 0; i < plans_.size(); ++i) {
      if (!plans_[i].selected) continue;
      EmitPreview(engine_, plan_, static_cast<int>(i), plans_[i]);
    }
  }

  absl::Status Perform() {
    CheckRunner checks(
        engine_.system, engine_.facts, session_->state().children_lock(),
        /*http=*/nullptr,
        [this](const ProcessResult& result) { session_->NoteCommand(result); });
    StepRunner runner(engine_, plan_, proposals_, run_->executor(), checks,
                      run_->history(), in_doubt_, tally_);
    TellOtherDoubts();
    Scheduler::Callbacks callbacks;
    callbacks.run = [&](const std::vector<int>& steps) {
      if (!plans_[steps[0]].selected) {
        return std::vector<StepEnd>{StepEnd::kSucceeded};
      }
      return runner.Run(steps, plans_);
    };
    callbacks.not_run = [&](int i, StepEnd end, const std::vector<int>& by) {
      EmitNotRun(i, end, by);
    };
    callbacks.stop = [&] {
      return engine_.system.stop_requests() > 0 ||
             run_->executor().durability_lost();
    };
    ends_ = Scheduler(Nodes(), engine_.options.jobs).Run(callbacks);
    PerformFollowUps(engine_, plan_, plans_, ends_, proposals_,
                     run_->executor(), run_->history(), in_doubt_, tally_);
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
      if (plans_[i].selected) {
        node.sharing = SharingOf(plan_.steps[i], plans_[i], engine_.handlers,
                                 engine_.system.identity().uid);
      }
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
        StepReport(engine_, run_->executor(), run_->history(), tally_)
            .Skipped(plan_.steps[i]);
        return;
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
    if (run_->executor().durability_lost()) {
      tally_.AddExit(ExitCode::kNotDurable);
      return absl::OkStatus();
    }
    if (engine_.system.stop_requests() > 0) {
      tally_.AddExit(ExitCode::kInterrupted);
      return run_->Interrupt();
    }
    PROVISION_ASSIGN_OR_RETURN(
        root_part_, HandOverRootPart(engine_, plan_, plans_, ends_, planner_,
                                     run_->directory()));
    if (tally_.exit() == ExitCode::kFailed && run_->MadeProgress()) {
      tally_.AddExit(ExitCode::kStopped);
    }
    const ExitCode exit = tally_.exit();
    if (exit != ExitCode::kConverged && exit != ExitCode::kFailed) {
      return absl::OkStatus();
    }
    return LeavesUnfinished() ? absl::OkStatus() : run_->End(exit);
  }

  // What an earlier run left and nobody selected stays due.
  bool LeavesUnfinished() const {
    return run_->unfinished() != nullptr && !CoversUnfinished();
  }

  // Is this about everything that the plan's unfinished runs are about?
  bool CoversUnfinished() const {
    if (saved_ == nullptr) {
      return absl::c_all_of(selected_, [](bool selected) { return selected; });
    }
    return saved_->started().steps() == saved_->step_size() ||
           run_->LeftOnlyByThisPlan();
  }

  // An error that ends the whole run, as an event and as the exit code.
  void Report(const absl::Status& status) {
    const ExitCode exit =
        ExitOfStatus(status, run_ != nullptr && run_->executor().begun() > 0);
    tally_.AddExit(exit);
    if (exit == ExitCode::kUsage || exit == ExitCode::kRefused) {
      tally_.AddRefused();
    }
    Event event;
    *event.mutable_diagnostic() = DiagnosticFromStatus(status);
    engine_.events.Emit(std::move(event));
  }

  // Where its record is, once there is one.
  void DescribeRun(Event::Summary* summary) {
    const absl::optional<uint64_t> fetched = run_->executor().fetched_bytes();
    if (fetched.has_value()) summary->set_fetched_bytes(*fetched);
    if (tally_.exit() == ExitCode::kConverged && LeavesUnfinished()) {
      summary->set_unfinished(
          absl::StrCat("run ", run_->unfinished()->id().substr(0, 8), ": ",
                       run_->unfinished()->Where()));
    }
    const RunDirectory& directory = run_->directory();
    if (!directory.begun()) return;
    if (!directory.can_reserve()) WarnWithoutReserve(engine_);
    summary->set_run(directory.id());
    if (tally_.exit() == ExitCode::kConverged) return;
    summary->set_journal(
        absl::StrCat(session_->state().path(), "/", directory.relative_path()));
  }

  LeftSteps Left() const {
    LeftSteps left;
    for (size_t i = 0; i < plan_.steps.size(); ++i) {
      const std::string& id = plan_.steps[i].id;
      if (run_ != nullptr && run_->HasActedFor(id)) left.acted.push_back(id);
      if (i >= ends_.size() || !plans_[i].selected) continue;
      switch (ends_[i]) {
        case StepEnd::kFailed:
        case StepEnd::kHeldBack:
        case StepEnd::kNotRun:
          left.first.push_back(id);
          break;
        case StepEnd::kBlocked:
          left.blocked.push_back(id);
          break;
        case StepEnd::kSucceeded:
        case StepEnd::kSkipped:
          break;
      }
    }
    return left;
  }

  ExitCode Summarize() {
    accuracy_.Tell();
    Event event;
    Event::Summary* summary = event.mutable_summary();
    *summary = tally_.Summary();
    summary->set_duration_ms(absl::ToInt64Milliseconds(
        engine_.system.MonotonicClock() - begin_time_));
    if (run_ != nullptr) DescribeRun(summary);
    if (!root_part_.empty()) {
      summary->add_next(root_part_);
      summary->add_next_note("does what needs root");
    }
    AdviseAfterApply(engine_.options.advice, Left(), summary);
    engine_.events.Emit(std::move(event));
    return tally_.exit();
  }

  AccuracyMeter accuracy_;
  Engine engine_;
  const CheckedPlan& plan_;
  const std::vector<bool>& selected_;
  Planner& planner_;
  ProposalSource& proposals_;
  const SavedPlan* const saved_;
  const std::string plan_digest_;
  const absl::Duration begin_time_;
  Tally tally_;
  std::string root_part_;  // the command that performs it
  std::set<std::string> in_doubt_;
  std::vector<StepPlan> plans_;
  std::vector<StepEnd> ends_;
  // Destroyed in the opposite order: the run uses the session.
  std::unique_ptr<Session> session_;
  std::unique_ptr<PlanRun> run_;
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
