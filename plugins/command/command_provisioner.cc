#include "plugins/command/command_provisioner.h"

#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/child_environment.h"
#include "core/base/path.h"
#include "core/host/executable.h"
#include "plugins/command/command_validation.h"

namespace provision {
namespace {

using Words = google::protobuf::RepeatedPtrField<std::string>;

// Makes one proposal.
class CommandProposer {
 public:
  CommandProposer(const CommandConfig& config, Facts& facts);

  Proposal Propose();

 private:
  enum class Guard {
    kSucceeds,
    kFails,
    kNotThere,     // its program
    kNotThereYet,  // an earlier step provides it
    kRefused,      // it has no answer
  };

  // Whether the guards, as far as they can be asked, leave something to do.
  bool HasToRun();
  bool AllCreated();
  Guard Ask(absl::string_view field, const Words& argv);
  void AddRun(const std::string& program);
  void SetRepeatClass(Action* action);
  void AddChecks();
  // The program of `argv`, be it one that an earlier step will provide; nullopt
  // after a refusal.
  absl::optional<std::string> FindProgram(absl::string_view field,
                                          const Words& argv);
  // Where the command runs; as FindProgram.
  absl::optional<std::string> FindDirectory();
  void Assume(const std::string& path, const std::string& step);
  void Report(Diagnostic::Severity severity, absl::string_view id,
              absl::string_view field, absl::string_view message,
              absl::string_view next);
  bool refused() const;

  const CommandConfig& config_;
  Facts& facts_;
  std::map<std::string, std::string> environment_;
  std::string search_path_ = kChildPath;
  Proposal proposal_;
};

CommandProposer::CommandProposer(const CommandConfig& config, Facts& facts)
    : config_(config), facts_(facts) {
  for (const EnvironmentVariable& variable : config.environment()) {
    environment_[variable.name()] = variable.value();
    if (variable.name() == "PATH") search_path_ = variable.value();
  }
}

Proposal CommandProposer::Propose() {
  proposal_.set_title(absl::StrCat("run ", BaseName(config_.argv(0))));
  proposal_.set_fidelity(Proposal::EXACT);
  if (config_.reboot_after()) proposal_.mutable_needs()->set_reboot_after(true);
  for (const std::string& path : config_.creates()) {
    proposal_.mutable_provides()->add_path(facts_.AbsolutePath(path));
  }
  for (const std::string& path : config_.outputs()) {
    proposal_.mutable_provides()->add_path(facts_.AbsolutePath(path));
  }
  if (!HasToRun() || refused()) return std::move(proposal_);
  absl::optional<std::string> program = FindProgram("argv", config_.argv());
  if (!program.has_value()) return std::move(proposal_);
  AddRun(*program);
  if (refused()) {
    proposal_.clear_action();
    return std::move(proposal_);
  }
  AddChecks();
  if (config_.reboot_after()) {
    Report(
        Diagnostic::NOTE, "reboot", "reboot_after",
        "it is complete only after a reboot, and steps after it wait for one",
        "reboot when `apply` has ended with 8, then run it again");
  }
  return std::move(proposal_);
}

bool CommandProposer::HasToRun() {
  if (AllCreated()) return false;
  if (config_.has_unless() &&
      Ask("unless", config_.unless().argv()) == Guard::kSucceeds) {
    return false;
  }
  if (!config_.has_only_if()) return true;
  const Guard only_if = Ask("only_if", config_.only_if().argv());
  if (only_if == Guard::kNotThere) {
    Report(Diagnostic::WARNING, "no-guard", "only_if",
           absl::StrCat("`", config_.only_if().argv(0),
                        "` is not on this host, so there is nothing to do"),
           "correct its name if it should be there");
  }
  // Nobody can tell yet whether there is anything to do.
  if (only_if == Guard::kNotThereYet) {
    proposal_.set_fidelity(Proposal::UNKNOWN);
    Proposal::Envelope* envelope = proposal_.mutable_envelope();
    envelope->add_kind("run");
    *envelope->mutable_path() = proposal_.provides().path();
    envelope->set_network(true);
  }
  return only_if == Guard::kSucceeds;
}

bool CommandProposer::AllCreated() {
  for (const std::string& path : config_.creates()) {
    switch (facts_.Metadata(facts_.AbsolutePath(path)).type()) {
      case PathState::ABSENT:
        return false;
      case PathState::UNSPECIFIED:
        Report(Diagnostic::ERROR, "unreadable", "creates",
               absl::StrCat(path, ": nobody can tell whether it is there"),
               "make its folder readable to this user, or run as root");
        return false;
      default:
        break;
    }
  }
  return config_.creates_size() > 0;
}

CommandProposer::Guard CommandProposer::Ask(absl::string_view field,
                                            const Words& argv) {
  absl::optional<std::string> program =
      FindExecutable(facts_, argv[0], search_path_);
  if (!program.has_value()) {
    absl::optional<std::string> step =
        facts_.AssumedFrom(facts_.AbsolutePath(argv[0]));
    if (!step.has_value()) return Guard::kNotThere;
    Assume(facts_.AbsolutePath(argv[0]), *step);
    return Guard::kNotThereYet;
  }
  std::vector<std::string> words(argv.begin(), argv.end());
  words[0] = *program;
  const FactValue::Command answer = facts_.Command(words, environment_);
  if (answer.outcome() == FactValue::Command::EXITED) {
    return answer.status() == 0 ? Guard::kSucceeds : Guard::kFails;
  }
  Report(Diagnostic::ERROR, "no-answer", field,
         absl::StrCat("`", absl::StrJoin(argv, " "), "` ",
                      answer.outcome() == FactValue::Command::DEADLINE
                          ? "gave no answer within 10 s"
                      : answer.outcome() == FactValue::Command::SIGNALED
                          ? "was killed"
                          : absl::StrCat("did not start: ", answer.text())),
         "guards only look: they may not write, wait or use the network");
  return Guard::kRefused;
}

void CommandProposer::AddRun(const std::string& program) {
  Action* action = proposal_.add_action();
  Run* run = action->mutable_run();
  *run->mutable_argv() = config_.argv();
  run->set_argv(0, program);
  absl::optional<std::string> directory = FindDirectory();
  if (directory.has_value()) run->set_directory(*directory);
  *run->mutable_environment() = config_.environment();
  *run->mutable_secret() = config_.secret();
  run->set_network(true);
  const CommandConfig::Limits& limits = config_.limits();
  if (limits.has_memory_bytes()) {
    run->set_memory_bytes(limits.memory_bytes());
    run->set_swap_bytes(limits.swap_bytes());
  }
  if (limits.has_processes()) run->set_processes(limits.processes());
  if (limits.has_open_files()) run->set_open_files(limits.open_files());
  // A script of the plan is part of what the command does.
  if (IsBelowOrSame(program, facts_.scope().root)) run->add_input(program);

  action->set_reversibility(Action::NONE);
  if (config_.has_undo()) {
    absl::optional<std::string> undo =
        FindProgram("undo", config_.undo().argv());
    if (!undo.has_value()) return;
    *run->mutable_undo_argv() = config_.undo().argv();
    run->set_undo_argv(0, *undo);
    action->set_reversibility(Action::DECLARED);
  }
  SetRepeatClass(action);
  if (config_.has_destroys()) {
    action->set_destroys(config_.destroys());
    action->set_consent(config_.destroys());
  }
  *action->mutable_output() = proposal_.provides().path();
}

void CommandProposer::SetRepeatClass(Action* action) {
  if (config_.has_class_()) {
    action->set_repeat_class(config_.class_());
  } else if (config_.reboot_after() && config_.has_unless()) {
    // Its guard cannot change before the reboot: once in each boot is enough.
    action->set_repeat_class(Action::RUN_ONCE);
    action->set_is_volatile(true);
  } else {
    const bool is_guarded = config_.creates_size() > 0 || config_.has_unless();
    action->set_repeat_class(is_guarded ? Action::CONVERGENT
                                        : Action::RUN_ONCE);
  }
}

void CommandProposer::AddChecks() {
  for (const std::string& path : proposal_.provides().path()) {
    proposal_.add_check()->mutable_file()->set_path(path);
  }
  if (config_.has_unless() && !config_.reboot_after()) {
    Check::Command* check = proposal_.add_check()->mutable_command();
    *check->mutable_argv() = config_.unless().argv();
    absl::optional<std::string> program =
        FindExecutable(facts_, config_.unless().argv(0), search_path_);
    if (program.has_value()) check->set_argv(0, *program);
    *check->mutable_environment() = config_.environment();
  }
  if (proposal_.check_size() == 0 && !config_.has_unless()) {
    Report(Diagnostic::NOTE, "unchecked", "argv",
           "only its exit status tells whether it did what it should",
           "add `creates`, `outputs` or `unless`");
  }
}

absl::optional<std::string> CommandProposer::FindProgram(
    absl::string_view field, const Words& argv) {
  absl::optional<std::string> program =
      FindExecutable(facts_, argv[0], search_path_);
  if (program.has_value()) return program;
  const std::string path = facts_.AbsolutePath(argv[0]);
  absl::optional<std::string> step = facts_.AssumedFrom(path);
  if (step.has_value()) {
    Assume(path, *step);
    return path;
  }
  Report(Diagnostic::ERROR, "not-found", field,
         absl::StrCat("`", argv[0], "` is no command of this host"),
         absl::StrCat("install it, or write its path; it is looked for in ",
                      search_path_));
  return absl::nullopt;
}

absl::optional<std::string> CommandProposer::FindDirectory() {
  const std::string path =
      facts_.AbsolutePath(config_.has_directory() ? config_.directory() : ".");
  const PathState state = facts_.Metadata(path, /*follow=*/true);
  if (state.type() == PathState::DIRECTORY) return path;
  absl::optional<std::string> step = facts_.AssumedFrom(path);
  if (step.has_value() && state.type() == PathState::ABSENT) {
    Assume(path, *step);
    return path;
  }
  Report(Diagnostic::ERROR, "no-directory", "directory",
         absl::StrCat(path, " is no directory"),
         "make it in an earlier step, or correct `directory`");
  return absl::nullopt;
}

void CommandProposer::Assume(const std::string& path, const std::string& step) {
  proposal_.set_fidelity(Proposal::PREDICTED);
  Proposal::Assumption* assumption = proposal_.add_assumes();
  assumption->set_text(absl::StrCat(path, " is there"));
  assumption->set_step(step);
}

void CommandProposer::Report(Diagnostic::Severity severity,
                             absl::string_view id, absl::string_view field,
                             absl::string_view message,
                             absl::string_view next) {
  Diagnostic* diagnostic = proposal_.add_diagnostic();
  *diagnostic = ConfigError(absl::StrCat("command/", id), field, message, next);
  diagnostic->set_severity(severity);
}

bool CommandProposer::refused() const {
  for (const Diagnostic& diagnostic : proposal_.diagnostic()) {
    if (diagnostic.severity() == Diagnostic::ERROR) return true;
  }
  return false;
}

}  // namespace

std::vector<Diagnostic> CommandProvisioner::ValidateConfig(
    const CommandConfig& config) const {
  return ValidateCommand(config);
}

absl::StatusOr<Proposal> CommandProvisioner::ProposeConfig(
    const CommandConfig& config, Facts& facts) const {
  return CommandProposer(config, facts).Propose();
}

std::vector<std::string> CommandProvisioner::ConsentsOf(
    const CommandConfig& config) const {
  if (!config.has_destroys()) return {};
  return {config.destroys()};
}

}  // namespace provision
