#include "core/cli/report/plan_report.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/version.h"
#include "core/cli/planned_state.h"
#include "core/engine/exit_code.h"

namespace provision {
namespace {

std::string StateOfSummary(const Event::Summary& summary) {
  switch (static_cast<ExitCode>(summary.exit())) {
    case ExitCode::kConverged:
    case ExitCode::kPending:
      return summary.to_change() + summary.unknown() > 0
                 ? absl::StrCat(summary.to_change() + summary.unknown(),
                                " to change")
                 : "nothing to do";
    default:
      return "refused";
  }
}

void AddProposal(const Proposal& proposal, Report::Step* step) {
  step->set_text(proposal.title());
  step->set_fidelity(proposal.fidelity() == Proposal::EXACT       ? "exact"
                     : proposal.fidelity() == Proposal::PREDICTED ? "predicted"
                                                                  : "unknown");
  if (proposal.rung_size() > 0) step->set_rung(proposal.rung(0).name());
  *step->mutable_refused() = proposal.refused();
  for (const Proposal::Assumption& assumption : proposal.assumes()) {
    step->add_assumes(absl::StrCat(
        assumption.text(), assumption.step().empty() ? "" : " (from ",
        assumption.step(), assumption.step().empty() ? "" : ")"));
  }
  for (const Diagnostic& diagnostic : proposal.diagnostic()) {
    *step->add_error() = diagnostic;
  }
}

}  // namespace

PlanReport::PlanReport(EventSink& next) : next_(next) {
  report_.set_schema("provision.report/1");
  report_.set_command("plan");
}

void PlanReport::AddStep(const Event& event) {
  const Event::StepPlanned& planned = event.step_planned();
  Report::Step* step = report_.add_step();
  step->set_step(event.step());
  step->set_state(std::string(PlannedStateWord(planned.state())));
  AddProposal(planned.proposal(), step);
  // Automatic edges come last.
  const int told = planned.after_size() - planned.because_size();
  for (int i = 0; i < planned.after_size(); ++i) {
    Report::Edge* edge = step->add_after();
    edge->set_step(planned.after(i));
    if (i >= told) edge->set_because(planned.because(i - told));
  }
  for (const Event::ActionLine& line : planned.line()) {
    Report::Action* action = step->add_action();
    action->set_verb(line.verb());
    action->set_object(line.object());
    if (!line.note().empty()) action->set_note(line.note());
    action->set_digest(line.digest());
    *action->mutable_diff() = line.diff();
    if (line.irreversible()) action->set_irreversible(true);
    if (!line.destroys().empty()) action->set_destroys(line.destroys());
  }
  for (const std::string& check : planned.check()) {
    step->add_check()->set_text(check);
  }
  for (std::string& read : reads_) step->add_reads(std::move(read));
  reads_.clear();
}

void PlanReport::Emit(Event event) {
  if (event.has_run_started()) {
    const Event::RunStarted& started = event.run_started();
    report_.set_plan(started.plan());
    report_.set_folder(started.plan_file());
    report_.set_host(started.platform());
    report_.set_user(started.user());
    report_.set_isolation(started.isolation());
    report_.add_session()->set_version(kVersion);
  } else if (event.has_fact_read()) {
    reads_.push_back(
        absl::StrCat(event.fact_read().query(),
                     event.fact_read().absent() ? ": absent" : ""));
  } else if (event.has_step_planned()) {
    AddStep(event);
  } else if (event.has_diagnostic()) {
    *report_.add_diagnostic() = event.diagnostic();
  } else if (event.has_summary()) {
    const Event::Summary& summary = event.summary();
    report_.set_state(StateOfSummary(summary));
    report_.set_exit(summary.exit());
    *report_.mutable_next() = summary.next();
    report_.set_root(summary.root());
    report_.set_undo(summary.undo());
    report_.set_network(summary.network());
    report_.set_fetch_bytes(summary.fetch_bytes());
    report_.set_plan_digest(summary.approved_digest());
  }
  next_.Emit(std::move(event));
}

}  // namespace provision
