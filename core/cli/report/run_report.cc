#include "core/cli/report/run_report.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/base/status_macros.h"
#include "core/cli/report/critical_path.h"
#include "core/engine/run_status.h"
#include "core/engine/session.h"
#include "core/journal/run_catalog.h"
#include "core/journal/run_history.h"
#include "core/journal/state_directory.h"
#include "core/plan/plan_check.h"
#include "core/plugin/step_schema.h"
#include "google/protobuf/text_format.h"

namespace provision {
namespace {

constexpr int64_t kNanosInMilli = 1'000'000;

// What was there is long gone: an action is named without looking.
class NoFacts final : public FactReader {
 public:
  FactValue Read(const FactQuery&) override {
    FactValue value;
    value.mutable_absent();
    return value;
  }
};

std::string StateText(const PathState& state) {
  switch (state.type()) {
    case PathState::ABSENT:
      return "absent";
    case PathState::FILE:
      return state.has_sha256() ? absl::StrCat("sha256:", state.sha256())
                                : "a file";
    case PathState::DIRECTORY:
      return "a directory";
    case PathState::SYMLINK:
      return absl::StrCat("a link to ", state.target());
    default:
      return "";
  }
}

// Notes of these kinds follow from the action alone.
bool NoteStands(const Action& action) {
  return action.has_fetch() || action.has_run() || action.has_install_wheels();
}

// What the records say of one step, as they are read.
struct Trace {
  // One proposal that was performed, and why it did not do.
  struct Try {
    JournalRecord::Proposed proposed;
    std::string failure;
  };
  Report::Step* step;
  std::string root;
  std::vector<Try> tries;
  std::map<ActionKey, int> actions;  // the newest of each, in step->action()
  bool has_records = false, done = false, failed = false, unsafe_open = false;
  bool skipped = false;  // by the newest session that came to it
  absl::optional<int64_t> begin_ms, end_ms;
};

class Reader {
 public:
  Reader(const CheckedPlan& plan, const ActionHandlers& handlers)
      : plan_(plan), handlers_(handlers) {
    report_.set_schema("provision.report/1");
    report_.set_command("apply");
    for (const CheckedStep& step : plan.steps) {
      Trace& trace = TraceOf(step.id);
      trace.root = step.root;
      for (int before : step.after) {
        trace.step->add_after()->set_step(plan.steps[before].id);
      }
    }
  }

  void Add(const JournalRecord& record) {
    switch (record.record_case()) {
      case JournalRecord::kBegin:
        return AddBegin(record.begin());
      case JournalRecord::kResume:
        EndSession("killed");
        return AddSession(record.resume().wall_ms(), record.resume().at_ns(),
                          record.resume().build_id());
      case JournalRecord::kProposed:
        return AddProposed(record.proposed());
      case JournalRecord::kIntent:
        return AddIntent(record.intent());
      case JournalRecord::kCommit:
        return AddCommit(record.commit());
      case JournalRecord::kFail:
        return AddFail(record.fail());
      case JournalRecord::kEvidence:
        return AddEvidence(record.evidence());
      case JournalRecord::kStepDone: {
        Trace& trace = Touch(record.step_done().step(), record.step_done());
        trace.done = true;
        trace.failed = false;
        return;
      }
      case JournalRecord::kSkip: {
        Trace& trace = TraceOf(record.skip().step());
        trace.has_records = trace.skipped = true;
        trace.step->set_text(record.skip().reason());
        return;
      }
      case JournalRecord::kUndoCommit: {
        const ActionId& id = record.undo_commit().id();
        Trace& trace = Touch(id.step(), record.undo_commit());
        SetState(trace, id, "undone");
        return;
      }
      case JournalRecord::kInterrupted:
        return EndSession("interrupted");
      case JournalRecord::kAbort:
        return EndSession("stopped");
      case JournalRecord::kDone:
        is_done_ = true;
        return EndSession("ended");
      default:
        return;
    }
  }

  Report Finish() {
    for (const std::string& name : order_) Judge(traces_.at(name));
    Block();
    if (report_.session_size() > 0) {
      Report::Session* last =
          report_.mutable_session(report_.session_size() - 1);
      if (last->end().empty()) last->set_end("stopped");
      last->set_duration_ms(now_ms_ - last->begin_ms());
      if (has_times_) report_.set_duration_ms(now_ms_);
    }
    MarkCriticalPath(&report_);
    return std::move(report_);
  }

 private:
  Trace& TraceOf(const std::string& step) {
    auto [it, is_new] = traces_.try_emplace(step);
    if (is_new) {
      it->second.step = report_.add_step();
      it->second.step->set_step(step);
      order_.push_back(step);
    }
    return it->second;
  }

  // The trace of a step that `record` is about, at its time.
  template <typename Record>
  Trace& Touch(const std::string& step, const Record& record) {
    Trace& trace = TraceOf(step);
    trace.has_records = true;
    if (record.has_at_ns() && has_times_) {
      now_ms_ =
          session_begin_ms_ + (record.at_ns() - session_at_ns_) / kNanosInMilli;
      if (!trace.begin_ms.has_value()) trace.begin_ms = now_ms_;
      trace.end_ms = now_ms_;
    }
    return trace;
  }

  void AddBegin(const JournalRecord::Begin& begin) {
    report_.set_run(begin.run());
    report_.set_plan(begin.plan().name());
    report_.set_folder(begin.plan().folder());
    report_.set_plan_digest(begin.plan_digest());
    report_.set_host(begin.host_id());
    report_.set_durability(begin.durability() == JournalRecord::NONE  ? "none"
                           : begin.durability() == JournalRecord::RUN ? "run"
                                                                      : "full");
    has_times_ = begin.has_at_ns();
    AddSession(begin.wall_ms(), begin.at_ns(), begin.build_id());
  }

  void AddSession(int64_t wall_ms, int64_t at_ns, const std::string& version) {
    is_done_ = false;
    session_at_ns_ = at_ns;
    session_begin_ms_ = now_ms_;
    Report::Session* session = report_.add_session();
    if (wall_ms > 0) {
      session->set_started(absl::FormatTime("%Y-%m-%dT%H:%M:%SZ",
                                            absl::FromUnixMillis(wall_ms),
                                            absl::UTCTimeZone()));
    }
    session->set_begin_ms(now_ms_);
    session->set_version(version);
    for (auto& [name, trace] : traces_) trace.failed = false;
  }

  void EndSession(const std::string& how) {
    Report::Session* last = report_.mutable_session(report_.session_size() - 1);
    if (!last->end().empty()) return;
    last->set_end(how);
    last->set_duration_ms(now_ms_ - last->begin_ms());
  }

  void AddProposed(const JournalRecord::Proposed& proposed) {
    Trace& trace = Touch(proposed.step(), proposed);
    trace.tries.push_back({proposed, ""});
    trace.skipped = false;
    trace.step->clear_check();
    trace.done = false;
  }

  void AddIntent(const JournalRecord::Intent& intent) {
    Trace& trace = Touch(intent.id().step(), intent);
    trace.actions[KeyOf(intent.id())] = trace.step->action_size();
    NoFacts nothing;
    const Event::ActionLine line =
        handlers_.Get(intent.action())
            .Describe(intent.action(), nothing, trace.root);
    Report::Action* action = trace.step->add_action();
    action->set_verb(line.verb());
    action->set_object(line.object());
    if (NoteStands(intent.action())) action->set_note(line.note());
    action->set_state("open");
    if (has_times_ && intent.has_at_ns()) action->set_begin_ms(now_ms_);
    action->set_digest(intent.id().digest());
    if (intent.preparation().before_size() > 0) {
      action->set_before(StateText(intent.preparation().before(0).state()));
    }
    if (intent.preparation().after_size() > 0) {
      action->set_after(StateText(intent.preparation().after(0).state()));
    }
    if (handlers_.Get(intent.action()).reversibility(intent.action()) ==
        Action::NONE) {
      action->set_irreversible(true);
    }
    if (intent.action().has_destroys()) {
      action->set_destroys(intent.action().destroys());
    }
    if (intent.has_rung()) action->set_rung(intent.rung());
    trace.unsafe_open = intent.repeat_class() == Action::UNSAFE_TO_REPEAT;
    trace.done = false;
  }

  Report::Action* SetState(Trace& trace, const ActionId& id,
                           const std::string& state) {
    const auto it = trace.actions.find(KeyOf(id));
    if (it == trace.actions.end()) return nullptr;
    Report::Action* action = trace.step->mutable_action(it->second);
    action->set_state(state);
    return action;
  }

  void AddCommit(const JournalRecord::Commit& commit) {
    Trace& trace = Touch(commit.id().step(), commit);
    Report::Action* action = SetState(trace, commit.id(),
                                      commit.assumed()   ? "assumed"
                                      : commit.adopted() ? "adopted"
                                                         : "done");
    if (action != nullptr && commit.has_duration_ns()) {
      action->set_duration_ms(commit.duration_ns() / kNanosInMilli);
    }
  }

  void AddFail(const JournalRecord::Fail& fail) {
    Trace& trace = Touch(fail.id().step(), fail);
    switch (fail.failure_class()) {
      case JournalRecord::Fail::NOT_DONE:
        SetState(trace, fail.id(), "not done");
        return;
      case JournalRecord::Fail::UNDONE:
        SetState(trace, fail.id(), "undone");
        return;
      case JournalRecord::Fail::REDO:
        SetState(trace, fail.id(), "to be redone");
        return;
      default:
        break;
    }
    Report::Action* action = SetState(trace, fail.id(), "failed");
    if (action != nullptr && action->has_begin_ms()) {
      action->set_duration_ms(now_ms_ - action->begin_ms());
    }
    trace.failed = true;
    Diagnostic error = fail.diagnostic();
    if (error.message().empty()) error.set_message(fail.message());
    AddError(trace, error);
  }

  void AddError(Trace& trace, Diagnostic error) {
    if (error.step().empty()) error.set_step(trace.step->step());
    if (!trace.tries.empty()) trace.tries.back().failure = error.message();
    *trace.step->add_error() = std::move(error);
  }

  void AddEvidence(const JournalRecord::Evidence& evidence) {
    Trace& trace = Touch(evidence.step(), evidence);
    if (evidence.argv_size() > 0) {
      Report::Output* output = trace.step->add_output();
      *output->mutable_argv() = evidence.argv();
      output->set_exit_status(evidence.exit_status());
      output->set_duration_ms(evidence.duration_ns() / kNanosInMilli);
      output->set_standard_output(evidence.standard_output());
      output->set_standard_error(evidence.standard_error());
    }
    if (evidence.check().empty()) return;
    Report::Check* check = trace.step->add_check();
    check->set_text(evidence.check());
    check->set_passed(evidence.passed());
    if (evidence.passed()) return;
    *check->mutable_finding() = evidence.finding();
    trace.failed = true;
    AddError(trace, evidence.finding());
  }

  void Judge(Trace& trace) {
    Report::Step* step = trace.step;
    if (trace.begin_ms.has_value()) {
      step->set_begin_ms(*trace.begin_ms);
      step->set_duration_ms(*trace.end_ms - *trace.begin_ms);
    }
    int stands = 0, open = 0;
    for (const Report::Action& action : step->action()) {
      open += action.state() == "open";
      stands += action.state() == "done" || action.state() == "adopted" ||
                action.state() == "assumed";
    }
    DescribeTries(trace);
    if (!trace.has_records) {
      step->set_state(is_done_ ? "not changed" : "no record");
    } else if (trace.skipped) {
      step->set_state("skipped");
    } else if (open > 0) {
      step->set_state(trace.unsafe_open ? "in doubt" : "open");
    } else if (trace.failed) {
      step->set_state("failed");
    } else if (stands == 0) {
      step->set_state(step->action_size() > 0 ? "undone" : "not changed");
    } else {
      step->set_state(trace.done ? "changed" : "stopped");
    }
    if (step->state() == "changed") step->clear_error();
  }

  // The newest proposal, and the rungs that were tried before it.
  void DescribeTries(Trace& trace) {
    if (trace.tries.empty()) return;
    Report::Step* step = trace.step;
    const JournalRecord::Proposed& last = trace.tries.back().proposed;
    *step->mutable_refused() = last.proposal().refused();
    for (size_t i = 0; i + 1 < trace.tries.size(); ++i) {
      const Trace::Try& tried = trace.tries[i];
      if (tried.proposed.rung() == last.rung() || tried.failure.empty()) {
        continue;
      }
      Refusal* refusal = step->add_refused();
      refusal->set_rung(tried.proposed.rung());
      refusal->set_reason(tried.failure);
    }
    if (!last.rung().empty()) step->set_rung(last.rung());
    const Proposal& proposal = last.proposal();
    std::string text = proposal.has_outcome() && trace.done ? proposal.outcome()
                                                            : proposal.title();
    if (proposal.rung_size() > 0 && trace.done) {
      const Rung& rung = proposal.rung(0);
      text = rung.has_outcome() ? rung.outcome() : rung.title();
    }
    step->set_text(text);
  }

  // Steps that nothing is on record of, because one before them did not do.
  void Block() {
    for (size_t i = 0; i < plan_.steps.size(); ++i) {
      Report::Step* step = report_.mutable_step(static_cast<int>(i));
      if (traces_.at(step->step()).has_records ||
          plan_.steps[i].step.when().outcome() == Step::When::ANY ||
          plan_.steps[i].step.when().outcome() == Step::When::FAILED) {
        continue;
      }
      for (const Report::Edge& edge : step->after()) {
        const std::string& state = traces_.at(edge.step()).step->state();
        if (state == "failed" || state == "blocked" || state == "in doubt") {
          step->add_blocked_by(edge.step());
        }
      }
      if (step->blocked_by_size() > 0) step->set_state("blocked");
    }
  }

  const CheckedPlan& plan_;
  const ActionHandlers& handlers_;
  Report report_;
  std::map<std::string, Trace> traces_;
  std::vector<std::string> order_;
  bool has_times_ = false;
  bool is_done_ = false;
  // Of the session that is being read: its begin on the host's clock, and on
  // the report's, where the time between sessions does not count.
  int64_t session_at_ns_ = 0;
  int64_t session_begin_ms_ = 0;
  int64_t now_ms_ = 0;
};

// The plan that a run keeps, checked anew. One of a saved plan may not be
// whole, and then has no steps: the report is of what is on record.
CheckedPlan KeptPlan(const std::string& bytes, const PlanIdentity& identity,
                     const Registry& registry) {
  Plan kept;
  PlanFile file;
  const bool is_read = registry.schema() == nullptr
                           ? kept.ParseFromString(bytes)
                           : registry.schema()->Parse(bytes, &kept);
  if (!is_read ||
      !google::protobuf::TextFormat::PrintToString(kept, &file.content)) {
    return {};
  }
  file.file = "plan.pb";
  file.folder = identity.folder();
  file.path = absl::StrCat(file.folder, "/", file.file);
  PlanVerdict verdict = CheckPlan(file, registry);
  return verdict.ok() ? std::move(verdict.plan) : CheckedPlan();
}

}  // namespace

Report ReportOfRecords(const std::vector<JournalRecord>& records,
                       const CheckedPlan& plan,
                       const ActionHandlers& handlers) {
  Reader reader(plan, handlers);
  for (const JournalRecord& record : records) reader.Add(record);
  return reader.Finish();
}

absl::StatusOr<Report> ReadRunReport(Engine& engine, const Registry& registry,
                                     absl::string_view run) {
  PROVISION_ASSIGN_OR_RETURN(
      std::unique_ptr<StateDirectory> state,
      StateDirectory::OpenExisting(engine.system, StatePath(engine)));
  if (state == nullptr) return UnknownRunError(run);
  RunCatalog catalog(*state);
  PROVISION_ASSIGN_OR_RETURN(const std::string id, catalog.Find(run));
  PROVISION_ASSIGN_OR_RETURN(const JournalContents contents,
                             catalog.ReadContents(id));
  if (contents.records.empty()) return UnknownRunError(run);
  PROVISION_ASSIGN_OR_RETURN(const std::string kept, catalog.ReadPlan(id));
  Report report = ReportOfRecords(
      contents.records,
      KeptPlan(kept, contents.records.front().begin().plan(), registry),
      engine.handlers);
  PROVISION_ASSIGN_OR_RETURN(const std::vector<RunState> states,
                             ReadRunStatus(engine, id, false));
  for (const RunState& stands : states) {
    report.set_state(stands.state);
    report.set_where(stands.where);
    report.set_exit(static_cast<int>(stands.exit));
    for (const std::string& next : stands.next) report.add_next(next);
  }
  return report;
}

}  // namespace provision
