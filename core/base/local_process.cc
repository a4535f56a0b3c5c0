#include "core/base/local_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <list>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/cgroup.h"
#include "core/base/descriptor.h"
#include "core/base/diagnostic.h"
#include "core/base/isolation.h"
#include "core/base/output_capture.h"
#include "core/base/pipe.h"
#include "core/base/planted_bug.h"
#include "core/base/private_folder.h"
#include "core/base/process_launch.h"
#include "core/base/process_tree.h"
#include "core/base/status_macros.h"
#include "core/base/stop_requests.h"

namespace provision {
namespace {

// Read from one stream before the others have their turn.
constexpr size_t kShare = 1 << 20;

absl::Duration Now() {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return absl::DurationFromTimespec(now);
}

// A closed pipe is EPIPE for the calling thread, whether or not this process
// ignores SIGPIPE.
class NoSigpipe {
 public:
  NoSigpipe() {
    sigemptyset(&sigpipe_);
    sigaddset(&sigpipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_);
  }
  ~NoSigpipe() {
    const struct timespec none = {};
    while (sigtimedwait(&sigpipe_, nullptr, &none) > 0) {
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t sigpipe_;
  sigset_t before_;
};

bool HasNul(absl::string_view text) {
  return text.find('\0') != absl::string_view::npos;
}

absl::Status CheckSpec(const ProcessSpec& spec) {
  if (spec.argv.empty() || !absl::StartsWith(spec.argv[0], "/")) {
    return absl::InvalidArgumentError(
        "the first word of a command is an absolute path");
  }
  for (const std::string& word : spec.argv) {
    if (HasNul(word)) {
      return absl::InvalidArgumentError("a word of a command holds NUL");
    }
  }
  for (const auto& [name, value] : spec.environment) {
    if (name.empty() || HasNul(name) || HasNul(value) ||
        absl::StrContains(name, "=")) {
      return absl::InvalidArgumentError(
          absl::StrCat("not an environment variable: ", absl::CEscape(name)));
    }
  }
  for (const auto& [target, bytes] : spec.inputs) {
    if (target < 3 || target > 255) {
      return absl::InvalidArgumentError(
          absl::StrCat("not a descriptor for an input: ", target));
    }
  }
  return absl::OkStatus();
}

std::string RandomName() {
  char bytes[8];
  if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes)) abort();
  return absl::StrCat("provision-", absl::BytesToHexString(absl::string_view(
                                        bytes, sizeof(bytes))));
}

// One command from its start to its end.
class LocalProcess {
 public:
  explicit LocalProcess(const ProcessSpec& spec) : spec_(spec) {}

  absl::StatusOr<ProcessResult> Run() {
    PROVISION_RETURN_IF_ERROR(CheckSpec(spec_));
    PROVISION_RETURN_IF_ERROR(PrepareDescriptors());
    PROVISION_RETURN_IF_ERROR(PrepareIsolation());
    PROVISION_RETURN_IF_ERROR(PrepareDirectory());
    started_ = Now();
    PROVISION_RETURN_IF_ERROR(Start());
    while (!Step()) {
    }
    Finish();
    return std::move(result_);
  }

 private:
  // A stream that the command writes, or bytes that it reads.
  struct Output {
    Descriptor reading;
    bool is_stderr;
    OutputCapture capture;
  };
  struct Input {
    Descriptor writing;
    absl::string_view left;
  };

  absl::Status PrepareDescriptors();
  absl::Status AddOutput(int target);
  absl::Status AddInput(int target, absl::string_view bytes);
  absl::Status PrepareIsolation();
  absl::Status PrepareDirectory();
  absl::Status Start();
  absl::Status EnterLimits();

  bool Step();
  void Poll(absl::Duration timeout);
  void Pump(Output& output, size_t limit);
  void Pump(Input& input);
  void Finish();

  // Why it has to end by now, if it has to.
  absl::optional<ProcessResult::Outcome> ReasonToEnd();
  absl::Duration TimeLeft() const;
  void BeginEnd(ProcessResult::Outcome outcome);
  void Kill();

  const ProcessSpec& spec_;
  ProcessResult result_;
  LaunchPlan plan_;
  Descriptor ruleset_;
  std::vector<Descriptor> command_ends_;
  absl::optional<PrivateFolder> folder_;
  std::list<Output> outputs_;
  std::list<Input> inputs_;
  // Before the process, so that it goes after it.
  std::unique_ptr<Cgroup> cgroup_;
  std::unique_ptr<LaunchedProcess> process_;

  absl::Duration started_;
  absl::Duration stop_seen_ = absl::InfiniteDuration();
  absl::Duration kill_at_ = absl::InfiniteDuration();
  bool ending_ = false;
  absl::optional<LaunchedExit> exit_;
};

// ---- before it runs ----

absl::Status LocalProcess::PrepareDescriptors() {
  if (spec_.standard_input.empty()) {
    Descriptor null(open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!null.valid()) return ErrnoError(errno, "open /dev/null");
    plan_.descriptors.push_back({null.get(), 0});
    command_ends_.push_back(std::move(null));
  } else {
    PROVISION_RETURN_IF_ERROR(AddInput(0, spec_.standard_input));
  }
  PROVISION_RETURN_IF_ERROR(AddOutput(1));
  PROVISION_RETURN_IF_ERROR(AddOutput(2));
  int free = 3;
  for (const auto& [target, bytes] : spec_.inputs) {
    PROVISION_RETURN_IF_ERROR(AddInput(target, bytes));
    free = std::max(free, target + 1);
  }
  // Nobody asks for the lock's number, so it gets one that nobody wants.
  if (spec_.inherited_lock >= 0 && !spec_.leaves_process &&
      !IsPlanted("lock_not_inherited")) {
    plan_.descriptors.push_back({spec_.inherited_lock, free});
  }
  return absl::OkStatus();
}

absl::Status LocalProcess::AddOutput(int target) {
  PROVISION_ASSIGN_OR_RETURN(Pipe pipe, NewPipe());
  plan_.descriptors.push_back({pipe.writing.get(), target});
  command_ends_.push_back(std::move(pipe.writing));
  fcntl(pipe.reading.get(), F_SETFL, O_NONBLOCK);
  outputs_.push_back({std::move(pipe.reading), target == 2,
                      OutputCapture(spec_.output_limit)});
  return absl::OkStatus();
}

absl::Status LocalProcess::AddInput(int target, absl::string_view bytes) {
  PROVISION_ASSIGN_OR_RETURN(Pipe pipe, NewPipe());
  plan_.descriptors.push_back({pipe.reading.get(), target});
  command_ends_.push_back(std::move(pipe.reading));
  fcntl(pipe.writing.get(), F_SETFL, O_NONBLOCK);
  inputs_.push_back({std::move(pipe.writing), bytes});
  // What fits is there before the command looks.
  Pump(inputs_.back());
  return absl::OkStatus();
}

absl::Status LocalProcess::PrepareIsolation() {
  plan_.umask = spec_.umask;
  plan_.no_new_privileges = spec_.no_new_privileges;
  plan_.death_signal = !spec_.leaves_process;
  plan_.open_files = spec_.limits.open_files.value_or(0);
  if (spec_.read_only) {
    PROVISION_ASSIGN_OR_RETURN(ruleset_, NewReadOnlyRuleset({}));
    plan_.ruleset = ruleset_.get();
  }
  if (spec_.read_only || spec_.no_network) {
    PROVISION_ASSIGN_OR_RETURN(plan_.seccomp, SeccompProgram(spec_.read_only));
  }
  return absl::OkStatus();
}

absl::Status LocalProcess::PrepareDirectory() {
  if (!spec_.directory.empty()) {
    plan_.directory = spec_.directory.c_str();
  } else if (spec_.read_only) {
    plan_.directory = "/";
  } else {
    PROVISION_ASSIGN_OR_RETURN(folder_, PrivateFolder::New());
    plan_.directory = folder_->path().c_str();
  }
  return absl::OkStatus();
}

absl::Status LocalProcess::Start() {
  std::vector<const char*> argv;
  for (const std::string& word : spec_.argv) argv.push_back(word.c_str());
  argv.push_back(nullptr);
  std::vector<std::string> variables;
  for (const auto& [name, value] : spec_.environment) {
    variables.push_back(absl::StrCat(name, "=", value));
  }
  std::vector<const char*> environment;
  for (const std::string& text : variables) environment.push_back(text.c_str());
  environment.push_back(nullptr);
  plan_.argv = argv.data();
  plan_.environment = environment.data();

  PROVISION_ASSIGN_OR_RETURN(process_, LaunchedProcess::Start(plan_));
  command_ends_.clear();
  PROVISION_RETURN_IF_ERROR(EnterLimits());
  return process_->Continue();
}

// The command waits meanwhile: not an instruction of it runs without them.
absl::Status LocalProcess::EnterLimits() {
  const ProcessLimits& limits = spec_.limits;
  if (limits.memory_bytes.has_value() || limits.processes.has_value()) {
    PROVISION_ASSIGN_OR_RETURN(cgroup_, NewCgroup(RandomName(), limits));
    PROVISION_ASSIGN_OR_RETURN(result_.limits_read_back,
                               cgroup_->Enter(process_->command()));
    result_.cgroup = cgroup_->path();
  }
  // The command sets it and reads it back before its exec.
  result_.limits_read_back.open_files = limits.open_files;
  return absl::OkStatus();
}

// ---- while it runs ----

absl::optional<ProcessResult::Outcome> LocalProcess::ReasonToEnd() {
  const absl::Duration now = Now();
  const int requests = StopRequestCount();
  if (requests >= 1) stop_seen_ = std::min(stop_seen_, now);
  if (requests >= 2 || now - stop_seen_ >= spec_.stop_grace) {
    return ProcessResult::Outcome::kStopped;
  }
  if (now - started_ >= spec_.deadline) {
    return ProcessResult::Outcome::kDeadline;
  }
  return absl::nullopt;
}

absl::Duration LocalProcess::TimeLeft() const {
  const absl::Duration now = Now();
  // Once asked to end, what is left of the tree is looked at again and again:
  // nothing tells when the last of it is gone.
  if (ending_ && exit_.has_value()) return absl::Milliseconds(10);
  if (ending_) return kill_at_ - now;
  absl::Duration left = started_ + spec_.deadline - now;
  if (stop_seen_ != absl::InfiniteDuration()) {
    left = std::min(left, stop_seen_ + spec_.stop_grace - now);
  }
  return left;
}

// True at its end.
bool LocalProcess::Step() {
  if (!ending_ && !exit_.has_value()) {
    absl::optional<ProcessResult::Outcome> reason = ReasonToEnd();
    if (reason.has_value()) BeginEnd(*reason);
  }
  if (ending_) {
    if (exit_.has_value() && (IsPlanted("only_group_killed") ||
                              DescendantsOf(process_->keeper()).empty())) {
      return true;
    }
    if (Now() >= kill_at_) Kill();
  } else if (exit_.has_value()) {
    return true;
  }
  Poll(std::max(TimeLeft(), absl::ZeroDuration()));
  return false;
}

void LocalProcess::BeginEnd(ProcessResult::Outcome outcome) {
  ending_ = true;
  result_.outcome = outcome;
  kill_at_ = Now() + spec_.kill_grace;
  const std::vector<ProcessIdentity> all = DescendantsOf(process_->keeper());
  SignalProcesses(all, SIGTERM);
  SignalProcesses(all, SIGCONT);  // a stopped one would not hear it
}

void LocalProcess::Kill() {
  if (IsPlanted("only_group_killed")) {
    kill(-process_->command(), SIGKILL);
  } else {
    if (cgroup_ != nullptr) cgroup_->Kill();
    KillDescendants(process_->keeper());
  }
  // Again, should one have escaped by being stopped from outside.
  kill_at_ = Now() + absl::Milliseconds(100);
}

void LocalProcess::Poll(absl::Duration timeout) {
  std::vector<struct pollfd> items;
  auto add = [&items](int descriptor, short events) {
    items.push_back({descriptor, events, 0});
  };
  add(exit_.has_value() ? -1 : process_->exit_descriptor(), POLLIN);
  // Only a request that nobody has acted upon yet ends the wait.
  const int level = stop_seen_ == absl::InfiniteDuration() ? 1 : 2;
  add(ending_ ? -1 : StopRequestDescriptor(level), POLLIN);
  for (const Output& output : outputs_) add(output.reading.get(), POLLIN);
  for (const Input& input : inputs_) add(input.writing.get(), POLLOUT);

  const struct timespec limit = absl::ToTimespec(timeout);
  const bool forever = timeout == absl::InfiniteDuration();
  if (ppoll(items.data(), items.size(), forever ? nullptr : &limit, nullptr) <=
      0) {
    return;
  }
  size_t next = 2;
  for (Output& output : outputs_) {
    if (items[next++].revents != 0) Pump(output, kShare);
  }
  for (Input& input : inputs_) {
    if (items[next++].revents != 0) Pump(input);
  }
  if (items[0].revents != 0) exit_ = process_->ReadExit();
}

// Reads what is there, at most `limit` bytes of it.
void LocalProcess::Pump(Output& output, size_t limit) {
  char bytes[64 * 1024];
  while (limit > 0) {
    const ssize_t got = RetryInterrupted([&] {
      return read(output.reading.get(), bytes, std::min(limit, sizeof(bytes)));
    });
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
      output.reading.Close();
      return;
    }
    limit -= got;
    const absl::string_view piece(bytes, got);
    output.capture.Add(piece);
    if (spec_.on_output) spec_.on_output(output.is_stderr, piece);
  }
}

void LocalProcess::Pump(Input& input) {
  while (!input.left.empty()) {
    const ssize_t written = RetryInterrupted([&] {
      return write(input.writing.get(), input.left.data(), input.left.size());
    });
    if (written < 0 && errno == EAGAIN) return;
    if (written < 0) break;  // the command does not want it
    input.left.remove_prefix(written);
  }
  input.writing.Close();
}

// ---- after its end ----

void LocalProcess::Finish() {
  // What it wrote is in the pipes; what it left behind may hold them open, and
  // is not waited for.
  for (Output& output : outputs_) {
    int there = 0;
    if (output.reading.valid() &&
        ioctl(output.reading.get(), FIONREAD, &there) == 0) {
      Pump(output, there);
    }
    (output.is_stderr ? result_.standard_error : result_.standard_output) =
        output.capture.Text();
    result_.dropped_bytes += output.capture.dropped_bytes();
  }
  result_.duration = Now() - started_;
  result_.status = exit_->signaled ? 128 + exit_->status : exit_->status;
  if (!ending_ && exit_->signaled) {
    result_.outcome = ProcessResult::Outcome::kSignaled;
  }
  result_.out_of_memory = cgroup_ != nullptr && cgroup_->out_of_memory();
}

}  // namespace

absl::StatusOr<ProcessResult> RunLocalProcess(const ProcessSpec& spec) {
  NoSigpipe no_sigpipe;
  return LocalProcess(spec).Run();
}

}  // namespace provision
