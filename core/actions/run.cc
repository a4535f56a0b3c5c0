#include "core/actions/run.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/actions/command_failure.h"
#include "core/base/child_environment.h"
#include "core/base/path.h"
#include "core/base/redacted_output.h"
#include "core/base/redactor.h"
#include "core/base/remove_tree.h"
#include "core/base/secret.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr int kDefaultDeadlineSeconds = 3600;
constexpr int kFirstInput = 3;

std::vector<std::string> Words(
    const google::protobuf::RepeatedPtrField<std::string>& argv) {
  return {argv.begin(), argv.end()};
}

// The program without its folder, and paths below `root` relative.
std::string ShownCommand(std::vector<std::string> argv,
                         absl::string_view root) {
  for (std::string& word : argv) word = RelativeTo(word, root);
  if (!argv.empty() && absl::StartsWith(argv[0], "/")) {
    argv[0] = BaseName(argv[0]);
  }
  return CommandText(argv);
}

// An empty folder in undo/, which is ours, so that a command which looks around
// finds nothing and what it leaves behind goes.
class WorkFolder {
 public:
  absl::Status Make(ActionContext& context) {
    PROVISION_ASSIGN_OR_RETURN(undo_, context.undo());
    name_ = absl::StrCat("work-",
                         absl::BytesToHexString(context.system.RandomBytes(8)));
    return undo_->MakeDirectory(name_, 0700);
  }
  ~WorkFolder() {
    // The run's folder is pruned whole, so what cannot go now goes then.
    if (undo_ != nullptr) RemoveTree(*undo_, name_).IgnoreError();
  }
  std::string path() const { return JoinPath(undo_->path(), name_); }

 private:
  Directory* undo_ = nullptr;
  std::string name_;
};

absl::Duration DeadlineOf(const Run& run, const ActionContext& context) {
  return std::min(
      context.deadline,
      absl::Seconds(run.has_deadline_s() ? run.deadline_s()
                                         : kDefaultDeadlineSeconds));
}

ProcessLimits LimitsOf(const Run& run) {
  ProcessLimits limits;
  if (run.has_memory_bytes()) limits.memory_bytes = run.memory_bytes();
  limits.swap_bytes = run.swap_bytes();
  if (run.has_processes()) limits.processes = run.processes();
  if (run.has_open_files()) limits.open_files = run.open_files();
  return limits;
}

// Values go to variables or pipes; `redactor` gets to know each.
absl::Status AddSecrets(const Run& run, ActionContext& context,
                        Redactor& redactor, ProcessSpec& spec) {
  int descriptor = kFirstInput;
  for (const RunSecret& secret : run.secret()) {
    if (context.secrets == nullptr) {
      return absl::InternalError("a command has a secret and nobody to ask");
    }
    PROVISION_ASSIGN_OR_RETURN(Secret value,
                               context.secrets->Resolve(secret.reference()));
    redactor.Add(value);
    if (secret.variable()) {
      spec.environment[secret.name()] = std::string(value.Reveal());
    } else {
      spec.environment[secret.name()] = absl::StrCat(descriptor);
      spec.inputs.emplace_back(descriptor, std::string(value.Reveal()));
      ++descriptor;
    }
  }
  return absl::OkStatus();
}

// The copies of secrets do not stay in memory.
void Wipe(ProcessSpec& spec, const Run& run) {
  for (auto& [descriptor, bytes] : spec.inputs) Secret(std::move(bytes));
  for (const RunSecret& secret : run.secret()) {
    Secret(std::move(spec.environment[secret.name()]));
  }
}

bool Succeeded(const Run& run, const ProcessResult& result) {
  if (result.outcome != ProcessResult::Outcome::kExited) return false;
  return result.status == 0 ||
         std::find(run.success().begin(), run.success().end(), result.status) !=
             run.success().end();
}

// Runs `argv` with everything that the action says of its command.
absl::Status RunCommand(const Action& action,
                        const std::vector<std::string>& argv,
                        ActionContext& context) {
  const Run& run = action.run();
  ProcessSpec spec;
  spec.argv = argv;
  spec.environment = ChildEnvironment(context.system);
  for (const EnvironmentVariable& variable : run.environment()) {
    spec.environment[variable.name()] = variable.value();
  }
  WorkFolder folder;
  spec.directory = run.directory();
  if (spec.directory.empty()) {
    PROVISION_RETURN_IF_ERROR(folder.Make(context));
    spec.directory = folder.path();
  }
  spec.deadline = DeadlineOf(run, context);
  spec.limits = LimitsOf(run);
  spec.no_network = context.offline || !run.network();
  spec.leaves_process = action.leaves_process();
  spec.inherited_lock = context.children_lock;
  Redactor redactor;
  PROVISION_RETURN_IF_ERROR(AddSecrets(run, context, redactor, spec));
  RedactedOutput output(redactor, context.on_output);
  spec.on_output = [&output](bool is_stderr, absl::string_view bytes) {
    output.Add(is_stderr, bytes);
  };

  absl::StatusOr<ProcessResult> result = context.system.Run(spec);
  output.Finish();
  Wipe(spec, run);
  PROVISION_RETURN_IF_ERROR(result.status());
  result->standard_output = redactor.Redact(result->standard_output);
  result->standard_error = redactor.Redact(result->standard_error);
  context.on_command(argv, *result);
  if (Succeeded(run, *result)) return absl::OkStatus();
  return CommandFailure(run, ShownCommand(argv, spec.directory), *result,
                        spec.deadline);
}

// One syncfs for each file system that holds an output, or the folder where it
// would be.
absl::Status SyncOutputs(const Action& action, System& system) {
  std::set<uint64_t> synced;
  for (const std::string& output : action.output()) {
    std::string path = output;
    absl::optional<FileMetadata> found;
    while (true) {
      PROVISION_ASSIGN_OR_RETURN(found, system.Stat(path));
      if (found.has_value() && found->type == FileType::kDirectory) break;
      if (path == "/") break;
      path = ParentPath(path);
    }
    if (!found.has_value() || !synced.insert(found->device).second) continue;
    PROVISION_ASSIGN_OR_RETURN(path, system.RealPath(path));
    PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> directory,
                               system.OpenDirectory(path));
    PROVISION_RETURN_IF_ERROR(directory->SyncFileSystem());
  }
  return absl::OkStatus();
}

class RunHandler final : public ActionHandler {
 public:
  bool atomic() const override { return false; }

  Action::Reversibility reversibility(const Action& action) const override {
    return action.run().undo_argv().empty() ? Action::NONE : Action::DECLARED;
  }

  // Whoever says nothing has not thought of a second start.
  Action::RepeatClass repeat_class(const Action& action) const override {
    return action.repeat_class() == Action::REPEAT_CLASS_UNSPECIFIED
               ? Action::UNSAFE_TO_REPEAT
               : action.repeat_class();
  }

  Event::ActionLine Describe(const Action& action, FactReader&,
                             absl::string_view root) const override {
    const Run& run = action.run();
    const std::string command = ShownCommand(Words(run.argv()), root);
    Event::ActionLine line;
    line.set_verb("run");
    line.set_object(run.has_summary() ? run.summary() : command);
    if (run.has_summary()) {
      line.set_note(command);
    } else if (!run.undo_argv().empty()) {
      line.set_note(
          absl::StrCat("undo: ", ShownCommand(Words(run.undo_argv()), root)));
    }
    return line;
  }

  absl::StatusOr<Audit> AuditWanted(const Action&,
                                    ActionContext&) const override {
    return Audit::kUnknown;
  }

  absl::StatusOr<Audit> AuditPrepared(const Action&, const Preparation&,
                                      ActionContext&) const override {
    return Audit::kUnknown;
  }

  absl::StatusOr<Preparation> Prepare(const Action&,
                                      ActionContext&) const override {
    return Preparation();
  }

  absl::Status Perform(const Action& action, const Preparation&,
                       ActionContext& context) const override {
    PROVISION_RETURN_IF_ERROR(
        RunCommand(action, Words(action.run().argv()), context));
    return SyncOutputs(action, context.system);
  }

  absl::Status MakeDurable(const Action& action, const Preparation&,
                           ActionContext& context) const override {
    return SyncOutputs(action, context.system);
  }

  absl::Status Clean(const Action&, const Preparation&,
                     ActionContext&) const override {
    return absl::OkStatus();
  }

  absl::StatusOr<UndoOutcome> Undo(const Action& action, const Preparation&,
                                   ActionContext& context) const override {
    if (action.run().undo_argv().empty()) return UndoOutcome::kNoInverse;
    PROVISION_RETURN_IF_ERROR(
        RunCommand(action, Words(action.run().undo_argv()), context));
    PROVISION_RETURN_IF_ERROR(SyncOutputs(action, context.system));
    return UndoOutcome::kUndone;
  }
};

}  // namespace

std::unique_ptr<ActionHandler> NewRunHandler() {
  return std::make_unique<RunHandler>();
}

}  // namespace provision
