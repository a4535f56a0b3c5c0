#include "tools/crash/convergence.h"

#include <errno.h>

#include <map>
#include <random>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "re2/re2.h"
#include "tools/crash/disk_model.h"
#include "tools/crash/journal_view.h"

namespace provision {
namespace {

using Kind = Fault::Kind;

// reliability.md 16. 2 is of `plan`, 64 of a wrong line; 127 says that the
// tracer could not begin.
constexpr int kNamedCodes[] = {0, 1, 3, 4, 5, 6, 7, 8, 65, 74};
constexpr int kInDoubt = 4;
constexpr int kInterrupted = 6;
constexpr int kNotDurable = 74;

absl::Status Prepare(Workspace& workspace, const ReferencePlan& plan) {
  PROVISION_RETURN_IF_ERROR(workspace.Prepare(plan));
  for (const ReferencePlan::Command& command : plan.setup) {
    PROVISION_ASSIGN_OR_RETURN(const TraceResult result,
                               workspace.Run(command));
    if (result.exit_code != 0 && result.exit_code != 2) {
      return absl::FailedPreconditionError(
          absl::StrCat(plan.name, ": the setup ends with ", result.exit_code,
                       "\n", workspace.Output()));
    }
  }
  return absl::OkStatus();
}

std::vector<std::string> Order(const std::vector<TracedCall>& trace) {
  static const LazyRE2 kPreimage = {"undo/[0-9a-f]{64}"};
  std::vector<std::string> order;
  for (const TracedCall& call : trace) {
    if (call.number == 0) continue;
    std::string line =
        absl::StrCat(call.call->name, " ", WithoutRandomParts(call.path), " ",
                     WithoutRandomParts(call.second_path));
    // What is encrypted has another digest each time.
    RE2::Replace(&line, *kPreimage, "undo/*");
    order.push_back(std::move(line));
  }
  return order;
}

// Every content that the plan names: a rung that failed may have had it there.
std::vector<std::string> ContentsIn(const std::string& text) {
  static const LazyRE2 kContent = {R"re(content: "([^"]*)")re"};
  std::vector<std::string> contents;
  re2::StringPiece rest(text);
  std::string content;
  while (RE2::FindAndConsume(&rest, *kContent, &content)) {
    contents.push_back(content);
  }
  return contents;
}

// Judges one case as it goes.
class Judge {
 public:
  Judge(Workspace& workspace, const ReferencePlan& plan,
        const UndisturbedRun& undisturbed, const CrashCase& crash,
        LoopImage* image)
      : workspace_(workspace),
        plan_(plan),
        undisturbed_(undisturbed),
        crash_(crash),
        image_(image) {}

  absl::StatusOr<CaseResult> Run() {
    if (crash_.cut_power) PROVISION_RETURN_IF_ERROR(image_->Renew());
    PROVISION_RETURN_IF_ERROR(Prepare(workspace_, plan_));
    if (crash_.cut_power) PROVISION_RETURN_IF_ERROR(image_->Sync());
    if (crash_.replay > 0) {
      PROVISION_RETURN_IF_ERROR(Replay());
      PROVISION_RETURN_IF_ERROR(Converge());
      return std::move(result_);
    }
    PROVISION_ASSIGN_OR_RETURN(const bool fired,
                               Disturb(plan_.killed, crash_.fault));
    const bool ends_with_cut =
        crash_.cut_power && crash_.fault.kind == Kind::kNone;
    result_.fired = fired || ends_with_cut;
    if (!result_.fired) return std::move(result_);
    if (crash_.cut_power) {
      PROVISION_RETURN_IF_ERROR(image_->CutPower());
      LookForHalfMade();
    }
    if (crash_.again.kind != Kind::kNone) {
      PROVISION_RETURN_IF_ERROR(Disturb(plan_.then, crash_.again).status());
    }
    PROVISION_RETURN_IF_ERROR(Converge());
    return std::move(result_);
  }

 private:
  template <typename... Words>
  void Violation(const Words&... words) {
    result_.violations.push_back(absl::StrCat(words...));
  }

  absl::StatusOr<bool> Disturb(const ReferencePlan::Command& command,
                               const Fault& fault) {
    PROVISION_ASSIGN_OR_RETURN(
        const TraceResult run,
        workspace_.Run(
            command, {.fault = fault, .trust_journal = crash_.trust_journal}));
    result_.exit_code = run.exit_code;
    if (run.overdue) Violation("it hangs: ", fault.Text());
    if (!run.killed && !run.overdue) {
      if (run.end_signal != 0) {
        Violation("ended by signal ", run.end_signal, ": ", fault.Text());
      } else if (!absl::c_linear_search(kNamedCodes, run.exit_code)) {
        Violation("exit code ", run.exit_code, ": ", fault.Text());
      } else if (LosesDurability(fault) && run.exit_code != kNotDurable) {
        Violation("exit code ", run.exit_code, ", not ", kNotDurable, ": ",
                  fault.Text());
      } else if (fault.kind == Kind::kSignal && run.exit_code != kInterrupted &&
                 run.exit_code != undisturbed_.exit_code) {
        Violation("exit code ", run.exit_code, ", not ", kInterrupted, ": ",
                  fault.Text());
      }
    }
    LookForHalfMade();
    return run.fired;
  }

  absl::Status Replay() {
    DiskModel disk(workspace_.folder(), ReadDisk(workspace_.folder()));
    disk.NeverLoses(workspace_.ledger());
    PROVISION_ASSIGN_OR_RETURN(
        const TraceResult run,
        workspace_.Run(plan_.killed, {.fault = {.kind = Kind::kKillAfter,
                                                .at = crash_.replay},
                                      .trust_journal = crash_.trust_journal,
                                      .keep_trace = true}));
    for (const TracedCall& call : run.trace) {
      if (call.number > 0) disk.Apply(call);
    }
    std::mt19937 random(crash_.seed);
    PROVISION_RETURN_IF_ERROR(disk.Leave([&] {
      return crash_.seed < 2 ? crash_.seed == 1 : random() % 2 == 0;
    }));
    result_.fired = true;
    LookForHalfMade();
    return absl::OkStatus();
  }

  void LookForHalfMade() {
    for (std::string& line : HalfMade(
             workspace_.Tree(),
             {undisturbed_.before, undisturbed_.killed, undisturbed_.after},
             ContentsIn(plan_.text))) {
      result_.violations.push_back(std::move(line));
    }
  }

  // G12: does a sync of the program itself fail, of something that must last?
  bool LosesDurability(const Fault& fault) const {
    if (fault.kind != Kind::kErrno || fault.error_number == EINTR) return false;
    const pid_t program = undisturbed_.trace.front().process;
    for (const TracedCall& call : undisturbed_.trace) {
      if (call.number != fault.at) continue;
      return call.process == program &&
             (call.call->kind == MutatingCall::Kind::kSync ||
              call.call->kind == MutatingCall::Kind::kSyncAll);
    }
    return false;
  }

  absl::Status Converge() {
    const std::map<std::string, int> ledger = workspace_.Ledger();
    const JournalView journal = ViewJournals(workspace_.state());
    PROVISION_ASSIGN_OR_RETURN(TraceResult run, Again({}));
    for (const std::string& step : journal.not_again) {
      if (Count(workspace_.Ledger(), step) > Count(ledger, step)) {
        Violation(step, " must not be started again, and was");
      }
    }
    if (run.exit_code == kInDoubt && !journal.in_doubt.empty()) {
      PROVISION_ASSIGN_OR_RETURN(run, Again(Decisions(journal)));
    }
    // A run that never began has nothing to take back.
    const bool none_to_undo = plan_.then != plan_.killed &&
                              run.exit_code == 1 && undisturbed_.exit_code == 0;
    if (run.exit_code != undisturbed_.exit_code && !none_to_undo) {
      Violation("the next run ends with ", run.exit_code, ", not ",
                undisturbed_.exit_code);
    }
    for (std::string& line :
         TreeDifferences(workspace_.Tree(), undisturbed_.after)) {
      result_.violations.push_back(std::move(line));
    }
    for (const auto& [effect, count] : workspace_.Ledger()) {
      // Once more for the run that was cut, and once for the one that converged
      // if a person asked.
      if (count > Count(ledger, effect) + 2) {
        Violation(effect, " was started ", count, " times");
      }
    }
    if (undisturbed_.exit_code == 0) PROVISION_RETURN_IF_ERROR(NothingIsLeft());
    return absl::OkStatus();
  }

  // A run after the one that converged does nothing.
  absl::Status NothingIsLeft() {
    if (!result_.violations.empty() || plan_.then[0] != "apply") {
      return absl::OkStatus();
    }
    const std::map<std::string, int> ledger = workspace_.Ledger();
    PROVISION_ASSIGN_OR_RETURN(const TraceResult run, Again({}));
    // A saved plan that is done may not be performed on a host that it changed.
    if (run.exit_code != 0 &&
        plan_.then != ReferencePlan::Command{"apply", "SAVED"}) {
      Violation("the run after that ends with ", run.exit_code);
    }
    if (workspace_.Ledger() != ledger ||
        workspace_.Tree() != undisturbed_.after) {
      Violation("the run after that does something");
    }
    return absl::OkStatus();
  }

  absl::StatusOr<TraceResult> Again(const ReferencePlan::Command& more) {
    ReferencePlan::Command command = plan_.then;
    command.insert(command.end(), more.begin(), more.end());
    return workspace_.Run(command, {.trust_journal = crash_.trust_journal});
  }

  // As a person does who looks at what the command leaves.
  ReferencePlan::Command Decisions(const JournalView& journal) const {
    ReferencePlan::Command flags;
    const TreeSnapshot tree = workspace_.Tree();
    for (const std::string& step : journal.in_doubt) {
      const auto effect = tree.find(absl::StrCat("effect-", step));
      const bool done = effect != tree.end() &&
                        effect->second == undisturbed_.after.at(
                                              absl::StrCat("effect-", step));
      flags.push_back(done ? "--assume-done" : "--redo");
      flags.push_back(step);
    }
    return flags;
  }

  static int Count(const std::map<std::string, int>& ledger,
                   const std::string& effect) {
    const auto entry = ledger.find(effect);
    return entry == ledger.end() ? 0 : entry->second;
  }

  Workspace& workspace_;
  const ReferencePlan& plan_;
  const UndisturbedRun& undisturbed_;
  const CrashCase& crash_;
  LoopImage* const image_;
  CaseResult result_;
};

}  // namespace

absl::StatusOr<UndisturbedRun> RunUndisturbed(Workspace& workspace,
                                              const ReferencePlan& plan) {
  UndisturbedRun undisturbed;
  std::vector<std::string> orders[2];
  for (std::vector<std::string>& order : orders) {
    PROVISION_RETURN_IF_ERROR(Prepare(workspace, plan));
    undisturbed.before = workspace.Tree();
    PROVISION_ASSIGN_OR_RETURN(
        TraceResult run, workspace.Run(plan.killed, {.keep_trace = true}));
    undisturbed.exit_code = run.exit_code;
    undisturbed.calls = run.calls;
    order = Order(run.trace);
    undisturbed.trace = std::move(run.trace);
  }
  for (size_t i = 0; i < orders[0].size() && i < orders[1].size(); ++i) {
    if (orders[0][i] != orders[1][i]) {
      return absl::InternalError(absl::StrCat(plan.name, ": call ", i + 1,
                                              " is once ", orders[0][i],
                                              ", once ", orders[1][i]));
    }
  }
  undisturbed.killed = workspace.Tree();
  if (plan.then != plan.killed) {
    PROVISION_ASSIGN_OR_RETURN(const TraceResult run, workspace.Run(plan.then));
    undisturbed.exit_code = run.exit_code;
  }
  undisturbed.after = workspace.Tree();
  return undisturbed;
}

std::string CrashCase::Text() const {
  if (replay > 0) {
    return absl::StrCat("cut after call ", replay, ", seed ", seed,
                        trust_journal ? ", journal trusted" : "");
  }
  return absl::StrCat(fault.Text(), again.kind == Kind::kNone ? "" : ", then ",
                      again.kind == Kind::kNone ? "" : again.Text(),
                      cut_power ? ", power cut" : "",
                      trust_journal ? ", journal trusted" : "");
}

absl::StatusOr<CaseResult> RunCase(Workspace& workspace,
                                   const ReferencePlan& plan,
                                   const UndisturbedRun& undisturbed,
                                   const CrashCase& crash, LoopImage* image) {
  return Judge(workspace, plan, undisturbed, crash, image).Run();
}

}  // namespace provision
