#include "core/engine/rollback.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/api/plan.pb.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"
#include "core/engine/executor.h"
#include "core/engine/opening.h"
#include "core/engine/recovery.h"
#include "core/engine/session.h"

namespace provision {
namespace {

// NAME of NAME or ENVIRONMENT/NAME.
std::string NameOf(const std::string& id) {
  return id.substr(id.rfind('/') == std::string::npos ? 0 : id.rfind('/') + 1);
}

// `step` and every step of the same environment that comes after it.
std::set<std::string> WithDependants(const std::string& step, const Plan& plan,
                                     const std::set<std::string>& ids) {
  const std::string prefix = step.substr(0, step.size() - NameOf(step).size());
  std::multimap<std::string, std::string> dependants;
  const auto add = [&](const Step& s) {
    for (const std::string& before : s.after()) {
      dependants.emplace(prefix + before, prefix + s.name());
    }
  };
  for (const Step& s : plan.step()) add(s);
  for (const Environment& environment : plan.environment()) {
    if (environment.name() + "/" != prefix) continue;
    for (const Step& s : environment.step()) add(s);
  }
  std::set<std::string> found;
  std::vector<std::string> todo = {step};
  while (!todo.empty()) {
    const std::string id = todo.back();
    todo.pop_back();
    if (!found.insert(id).second) continue;
    auto range = dependants.equal_range(id);
    for (auto it = range.first; it != range.second; ++it) {
      if (ids.count(it->second) > 0) todo.push_back(it->second);
    }
  }
  return found;
}

class RollbackRun {
 public:
  RollbackRun(Engine& engine, const RollbackRequest& request)
      : engine_(engine), request_(request) {}

  ExitCode Run() {
    absl::Status status = Open();
    if (status.ok()) status = Select();
    if (status.ok() && !request_.preview) status = Perform();
    if (!status.ok()) {
      exit_ = MoreUrgent(exit_, ExitOfStatus(status, undone_ > 0));
      Event event;
      *event.mutable_diagnostic() = DiagnosticFromStatus(status);
      engine_.events.Emit(std::move(event));
    }
    return Summarize();
  }

 private:
  absl::Status Open() {
    PROVISION_ASSIGN_OR_RETURN(session_, Session::Open(engine_));
    PROVISION_ASSIGN_OR_RETURN(id_, session_->catalog().Find(request_.run));
    PROVISION_ASSIGN_OR_RETURN(RunHistory history,
                               session_->catalog().Read(id_));
    history_ = std::make_unique<RunHistory>(std::move(history));
    Event event;
    event.set_run(id_);
    event.mutable_run_started()->set_schema("provision.events/1");
    event.mutable_run_started()->set_command("rollback");
    event.mutable_run_started()->set_plan(history_->begin().plan().name());
    engine_.events.Emit(std::move(event));
    if (history_->begin().host_id() != session_->host_id()) {
      return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                             "run/other-host",
                             absl::StrCat("run ", id_, " is of another host"));
    }
    if (request_.preview) return absl::OkStatus();
    plan_history_ = std::make_unique<PlanHistory>(
        history_->begin().plan(), Carry(), std::vector<RunHistory>());
    PROVISION_RETURN_IF_ERROR(session_->catalog().Reopen(id_));
    PROVISION_ASSIGN_OR_RETURN(
        run_, session_->catalog().Continue(id_, session_->ResumeRecord()));
    executor_ =
        std::make_unique<Executor>(engine_, session_->Context(*run_), *run_,
                                   *plan_history_, session_->boot_id());
    PROVISION_ASSIGN_OR_RETURN(
        Recovered recovered,
        Recover(engine_, *executor_, *history_, RecoverTo::kUndo));
    no_inverse_ = recovered.left;
    in_doubt_ = recovered.in_doubt;
    if (!recovered.foreign.ok()) exit_ = ExitCode::kStopped;
    PROVISION_ASSIGN_OR_RETURN(RunHistory after, session_->catalog().Read(id_));
    *history_ = std::move(after);
    return absl::OkStatus();
  }

  // What is to be undone, newest first. A rollback that was begun goes on with
  // what it had set out to do.
  absl::Status Select() {
    whole_run_ = request_.step.empty();
    if (history_->rollback().has_value()) {
      goes_on_ = true;
      whole_run_ = history_->rollback()->begin.whole_run();
      actions_ = history_->rollback()->left;
      // What cannot be undone is named by each of its runs.
      for (const ActionId& id : history_->rollback()->begin.cannot()) {
        for (const CommittedAction& action : history_->committed()) {
          if (KeyOf(action.intent.id()) == KeyOf(id)) {
            actions_.push_back(action);
          }
        }
      }
      return absl::OkStatus();
    }
    const std::vector<CommittedAction>& committed = history_->committed();
    std::set<std::string> steps;
    if (!request_.step.empty()) {
      PROVISION_ASSIGN_OR_RETURN(std::string bytes,
                                 session_->catalog().ReadPlan(id_));
      Plan plan;
      if (!plan.ParseFromString(bytes)) {
        return absl::DataLossError(
            absl::StrCat("run ", id_, ": plan.pb cannot be read"));
      }
      if (history_->steps().count(request_.step) == 0) {
        return DiagnosticError(
            absl::StatusCode::kInvalidArgument, "usage/selection",
            absl::StrCat("run ", id_, " has no step \"", request_.step, "\""));
      }
      steps = WithDependants(request_.step, plan, history_->steps());
    }
    for (auto action = committed.rbegin(); action != committed.rend();
         ++action) {
      if (steps.empty() || steps.count(action->intent.id().step()) > 0) {
        actions_.push_back(*action);
      }
    }
    return absl::OkStatus();
  }

  bool HasInverse(const CommittedAction& action) const {
    // Without a kind it was taken as done by the user: nobody knows what it
    // was.
    return action.intent.action().kind_case() != Action::KIND_NOT_SET &&
           engine_.handlers.Get(action.intent.action())
                   .reversibility(action.intent.action()) != Action::NONE;
  }

  absl::Status Perform() {
    if (actions_.empty() && no_inverse_.empty() && !goes_on_) {
      return absl::OkStatus();
    }
    if (!goes_on_) {
      JournalRecord record;
      JournalRecord::UndoBegin* begin = record.mutable_undo_begin();
      begin->set_whole_run(whole_run_);
      begin->set_reason(request_.step.empty()
                            ? "rollback"
                            : absl::StrCat("rollback of ", request_.step));
      for (const CommittedAction& action : actions_) {
        *(HasInverse(action) ? begin->add_undo() : begin->add_cannot()) =
            action.intent.id();
      }
      PROVISION_RETURN_IF_ERROR(run_->Append(record));
    }
    for (const CommittedAction& action : actions_) {
      if (engine_.system.stop_requests() > 0) {
        exit_ = MoreUrgent(exit_, ExitCode::kInterrupted);
        return absl::OkStatus();
      }
      PROVISION_RETURN_IF_ERROR(UndoOne(action));
    }
    return End();
  }

  absl::Status UndoOne(const CommittedAction& action) {
    Event event;
    event.set_step(action.intent.id().step());
    if (action.intent.action().kind_case() == Action::KIND_NOT_SET) {
      no_inverse_.push_back(absl::StrCat(action.intent.id().step(),
                                         ": an action that was taken as done"));
      return absl::OkStatus();
    }
    const ActionHandler& handler = engine_.handlers.Get(action.intent.action());
    Event::ActionLine line =
        handler.Describe(action.intent.action(), engine_.facts, "");
    if (!HasInverse(action)) {
      no_inverse_.push_back(absl::StrCat(line.verb(), " ", line.object()));
      return absl::OkStatus();
    }
    PROVISION_ASSIGN_OR_RETURN(UndoOutcome outcome,
                               executor_->Undo(action.intent));
    switch (outcome) {
      case UndoOutcome::kUndone:
        ++undone_;
        event.mutable_action_done()->set_outcome(Event::ActionDone::UNDONE);
        event.mutable_action_done()->set_after(
            absl::StrCat(line.verb(), " ", line.object()));
        break;
      case UndoOutcome::kForeign:
        foreign_.push_back(line.object());
        *event.mutable_diagnostic() = DiagnosticFromStatus(
            DiagnosticError(absl::StatusCode::kAborted, "apply/foreign-change",
                            absl::StrCat(line.object(),
                                         ": changed since by someone else, "
                                         "left as it is"))
                .Next("the same command tries it again"));
        break;
      case UndoOutcome::kNoInverse:
        no_inverse_.push_back(absl::StrCat(line.verb(), " ", line.object()));
        return absl::OkStatus();
    }
    engine_.events.Emit(std::move(event));
    return absl::OkStatus();
  }

  absl::Status End() {
    if (!foreign_.empty()) exit_ = MoreUrgent(exit_, ExitCode::kStopped);
    if (!no_inverse_.empty()) {
      exit_ = MoreUrgent(exit_, ExitCode::kFailed);
      Event event;
      *event.mutable_diagnostic() = DiagnosticFromStatus(
          DiagnosticError(
              absl::StatusCode::kFailedPrecondition, "rollback/no-inverse",
              absl::StrCat(no_inverse_.size(), " actions have no inverse"))
              .Found(absl::StrJoin(no_inverse_, "; ")));
      engine_.events.Emit(std::move(event));
    }
    // What is in doubt has to be decided first.
    if (!in_doubt_.empty()) return absl::OkStatus();
    // What somebody else changed stays committed: the same command begins anew
    // with it, and an apply is not held up by it.
    JournalRecord record;
    record.mutable_undo_end()->set_outcome(
        !foreign_.empty()     ? JournalRecord::UndoEnd::PARTIAL
        : no_inverse_.empty() ? JournalRecord::UndoEnd::UNDONE
                              : JournalRecord::UndoEnd::NO_INVERSE);
    PROVISION_RETURN_IF_ERROR(run_->Append(record));
    if (!whole_run_) return absl::OkStatus();
    return session_->catalog().Finish(id_);
  }

  ExitCode Summarize() {
    if (!in_doubt_.empty()) exit_ = MoreUrgent(exit_, ExitCode::kInDoubt);
    if (executor_ != nullptr && executor_->durability_lost()) {
      exit_ = ExitCode::kNotDurable;
    }
    Event event;
    Event::Summary* summary = event.mutable_summary();
    summary->set_exit(static_cast<int>(exit_));
    summary->set_actions(request_.preview ? static_cast<int>(actions_.size())
                                          : undone_);
    summary->set_undone(undone_);
    summary->set_run(id_);
    if (exit_ == ExitCode::kStopped || exit_ == ExitCode::kInterrupted ||
        request_.preview) {
      summary->add_next(engine_.options.advice.Command(
          absl::StrCat("rollback ", id_.substr(0, 8))));
      summary->add_next_note("");
    }
    engine_.events.Emit(std::move(event));
    return exit_;
  }

  Engine& engine_;
  const RollbackRequest& request_;
  std::string id_;
  ExitCode exit_ = ExitCode::kConverged;
  bool goes_on_ = false;
  bool whole_run_ = true;
  int undone_ = 0;
  std::vector<CommittedAction> actions_;
  std::vector<std::string> foreign_;
  std::vector<std::string> no_inverse_;
  std::set<std::string> in_doubt_;
  // Destroyed in the opposite order.
  std::unique_ptr<Session> session_;
  std::unique_ptr<RunHistory> history_;
  std::unique_ptr<PlanHistory> plan_history_;
  std::unique_ptr<RunDirectory> run_;
  std::unique_ptr<Executor> executor_;
};

}  // namespace

ExitCode Rollback(Engine& engine, const RollbackRequest& request) {
  return RollbackRun(engine, request).Run();
}

}  // namespace provision
