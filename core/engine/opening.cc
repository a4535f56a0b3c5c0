#include "core/engine/opening.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/api/facts.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/host/platform.h"

namespace provision {
namespace {

constexpr int kShortRunId = 8;

void Remark(Engine& engine, const DiagnosticError& error,
            Diagnostic::Severity severity, const std::string& step = "") {
  Event event;
  if (!step.empty()) event.set_step(step);
  *event.mutable_diagnostic() = error.diagnostic();
  event.mutable_diagnostic()->set_severity(severity);
  engine.events.Emit(std::move(event));
}

}  // namespace

std::string FolderOf(const CheckedPlan& plan) { return ParentPath(plan.path); }

absl::Status CheckHistory(const Advice& advice, const PlanHistory& history,
                          absl::string_view host_id) {
  switch (history.Judge(host_id)) {
    case PlanHistory::Found::kOtherHost:
      return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                             "run/other-host",
                             "the unfinished run of this plan is of another "
                             "host")
          .Found(history.last_run()->begin().host_id())
          .Expected(host_id)
          .Next("use a state directory of this host: --state-dir DIR");
    case PlanHistory::Found::kRollbackUnfinished: {
      std::string run;
      for (const RunHistory& one : history.runs()) {
        if (one.rollback()) run = one.id().substr(0, kShortRunId);
      }
      return DiagnosticError(
                 absl::StatusCode::kFailedPrecondition,
                 "run/rollback-unfinished",
                 absl::StrCat("the rollback of run ", run, " has not ended"))
          .Next(advice.Command(absl::StrCat("rollback ", run)));
    }
    case PlanHistory::Found::kNothing:
    case PlanHistory::Found::kDone:
    case PlanHistory::Found::kUnfinished:
      break;
  }
  return absl::OkStatus();
}

absl::Status SetDamagedAside(Session& session, const PlanIdentity& plan) {
  PROVISION_ASSIGN_OR_RETURN(std::vector<RunCatalog::Entry> entries,
                             session.catalog().List());
  for (const RunCatalog::Entry& entry : entries) {
    if (entry.verdict == JournalVerdict::kCorrupt) {
      PROVISION_RETURN_IF_ERROR(session.catalog().SetAside(entry.id, plan));
    }
  }
  return absl::OkStatus();
}

absl::Status NameOtherRuns(Engine& engine, Session& session,
                           const PlanIdentity& plan) {
  PROVISION_ASSIGN_OR_RETURN(std::vector<RunCatalog::Entry> others,
                             session.catalog().UnfinishedOfOthers(plan));
  for (const RunCatalog::Entry& other : others) {
    const std::string id = other.id.substr(0, kShortRunId);
    const PlanIdentity& its = other.begin.plan();
    Remark(
        engine,
        DiagnosticError(
            absl::StatusCode::kOk, "run/unfinished",
            absl::StrCat("run ", id, " of another plan, ", its.name(),
                         its.folder().empty() ? "" : " in ", its.folder(),
                         ", has not ended"))
            .Next(engine.options.advice.Command(absl::StrCat("rollback ", id))),
        Diagnostic::NOTE);
  }
  return absl::OkStatus();
}

void NameOrphans(Engine& engine, const CheckedPlan& plan,
                 const PlanHistory& history) {
  std::vector<std::string> ids;
  for (const CheckedStep& step : plan.steps) ids.push_back(step.id);
  for (const std::string& orphan : history.Orphans(ids)) {
    Remark(engine,
           DiagnosticError(
               absl::StatusCode::kOk, "run/orphan",
               absl::StrCat("step \"", orphan,
                            "\" is no longer in the plan; what it did stays "
                            "as it is")),
           Diagnostic::WARNING, orphan);
  }
}

absl::Status CheckNamedSteps(const EngineOptions& options,
                             const CheckedPlan& plan,
                             const PlanHistory& history) {
  std::set<std::string> known;
  for (const CheckedStep& step : plan.steps) known.insert(step.id);
  for (const RunHistory& run : history.runs()) {
    known.insert(run.steps().begin(), run.steps().end());
  }
  std::set<std::string> named = options.redo;
  named.insert(options.assume_done.begin(), options.assume_done.end());
  for (const std::string& name : named) {
    if (known.count(name) > 0) continue;
    return DiagnosticError(absl::StatusCode::kInvalidArgument, "usage/step",
                           absl::StrCat("no step is called \"", name, "\""))
        .Next(options.advice.Command("status"));
  }
  return absl::OkStatus();
}

void WarnWithoutReserve(Engine& engine) {
  Remark(engine,
         DiagnosticError(absl::StatusCode::kOk, "run/no-reserve",
                         "this file system reserves no room for the journal")
             .Because("on a full disk the run could not say how far it came: "
                      "it would end with 74"),
         Diagnostic::WARNING);
}

void FillRunStarted(Engine& engine, const CheckedPlan& plan,
                    absl::string_view command, Event::RunStarted* started) {
  started->set_schema("provision.events/1");
  started->set_plan(plan.name);
  started->set_steps(static_cast<int>(plan.steps.size()));
  started->set_plan_file(plan.file);
  for (const CheckedStep& step : plan.steps) started->add_step_name(step.id);
  started->set_command(std::string(command));
  Facts facts(engine.facts, {});
  started->set_platform(DerivePlatform(facts).Text());
  started->set_user(facts.Host().user());
}

ExitCode ExitOfStatus(const absl::Status& status, bool begun) {
  if (IsNotDurable(status)) return ExitCode::kNotDurable;
  const std::string id = DiagnosticId(status);
  if (id == "run/locked") return ExitCode::kLocked;
  if (id == "apply/foreign-change") return ExitCode::kStopped;
  if (id == "usage/selection" || id == "usage/step" ||
      id == "plan/unknown-step-saved") {
    return ExitCode::kUsage;
  }
  if (begun) return ExitCode::kStopped;
  if (id == "host/no-space" || id == "run/no-space" || id == "host/io" ||
      id == "host/permission" || id == "host/read-only") {
    return ExitCode::kFailed;
  }
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAborted:
      return ExitCode::kRefused;
    default:
      return ExitCode::kFailed;
  }
}

}  // namespace provision
