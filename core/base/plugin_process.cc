#include "core/base/plugin_process.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <future>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/isolation.h"
#include "core/base/local_file.h"
#include "core/base/output_capture.h"
#include "core/base/path.h"
#include "core/base/pipe.h"
#include "core/base/process_launch.h"
#include "core/base/process_tree.h"
#include "core/base/status_macros.h"
#include "core/base/stop_requests.h"

namespace provision {
namespace {

constexpr int kRequests = 3;
constexpr int kReplies = 4;
constexpr int kScript = 5;
constexpr size_t kPrintedLimit = 1 << 20;
constexpr size_t kMostToRun = size_t{1} << 30;

// A runaway plugin fails before the host does. The sanitizers reserve more.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr uint64_t kAddressSpace = RLIM_INFINITY;
#else
constexpr uint64_t kAddressSpace = uint64_t{64} << 30;
#endif
constexpr uint64_t kOpenFiles = 1024;
constexpr uint64_t kProcesses = 4096;  // of this user, not of root

void SetNonBlocking(const Descriptor& descriptor) {
  fcntl(descriptor.get(), F_SETFL, O_NONBLOCK);
}

class PluginProcess final : public ByteChannel {
 public:
  ~PluginProcess() override;
  absl::Status Start(const PluginProgram& program);

  Event Exchange(std::string* out, std::string* in,
                 absl::Duration timeout) override;
  std::string Ending() override;
  std::string Printed() const override;

 private:
  struct Output {
    Descriptor reading;
    OutputCapture capture{kPrintedLimit};
  };

  absl::Status Launch(const LaunchPlan& plan);
  bool Write(std::string* out);
  bool Read(std::string* in);
  void ReadOutput(Output& output);
  void ReadOutputs();

  Descriptor requests_;
  Descriptor replies_;
  Output standard_output_;
  Output standard_error_;
  std::unique_ptr<LaunchedProcess> process_;
  absl::optional<LaunchedExit> exit_;
  std::promise<void> end_;
  std::thread starter_;
};

PluginProcess::~PluginProcess() {
  if (process_ != nullptr) KillDescendants(process_->keeper());
  // The end of the thread ends the keeper, even where this process was held
  // since (isolation.h) and may no longer send it a signal.
  end_.set_value();
  if (starter_.joinable()) starter_.join();
}

absl::Status PluginProcess::Launch(const LaunchPlan& plan) {
  std::promise<absl::Status> launched;
  std::future<absl::Status> result = launched.get_future();
  starter_ = std::thread([this, &plan, &launched] {
    std::future<void> end = end_.get_future();
    absl::StatusOr<std::unique_ptr<LaunchedProcess>> process =
        LaunchedProcess::Start(plan);
    absl::Status status = process.status();
    if (status.ok()) {
      process_ = *std::move(process);
      status = process_->Continue();
    }
    launched.set_value(status);
    end.wait();
  });
  return result.get();
}

absl::Status PluginProcess::Start(const PluginProgram& program) {
  PROVISION_ASSIGN_OR_RETURN(Pipe requests, NewPipe());
  PROVISION_ASSIGN_OR_RETURN(Pipe replies, NewPipe());
  PROVISION_ASSIGN_OR_RETURN(Pipe output, NewPipe());
  PROVISION_ASSIGN_OR_RETURN(Pipe error, NewPipe());
  Descriptor nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!nothing.valid()) return ErrnoError(errno, "open /dev/null");

  LaunchPlan plan;
  plan.descriptors = {{nothing.get(), 0},
                      {output.writing.get(), 1},
                      {error.writing.get(), 2},
                      {requests.reading.get(), kRequests},
                      {replies.writing.get(), kReplies}};
  if (program.script.valid()) {
    plan.descriptors.push_back({program.script.get(), kScript});
  }
  plan.directory = "/";
  plan.umask = 077;
  plan.executable = program.executable.get();
  plan.is_script = program.is_script;
  plan.open_files = kOpenFiles;
  plan.limits = {{RLIMIT_FSIZE, 0},
                 {RLIMIT_NPROC, kProcesses},
                 {RLIMIT_AS, kAddressSpace}};
  PROVISION_ASSIGN_OR_RETURN(const Descriptor ruleset,
                             NewPluginRuleset(program.readable));
  plan.ruleset = ruleset.get();
  PROVISION_ASSIGN_OR_RETURN(plan.seccomp, PluginSeccompProgram());

  std::vector<const char*> argv;
  for (const std::string& word : program.argv) argv.push_back(word.c_str());
  argv.push_back(nullptr);
  std::vector<std::string> variables = {
      "PROVISION_PLUGIN=1",
      absl::StrCat("PROVISION_FD=", kRequests, ",", kReplies)};
  for (const auto& [name, value] : program.environment) {
    variables.push_back(absl::StrCat(name, "=", value));
  }
  std::vector<const char*> environment;
  for (const std::string& text : variables) environment.push_back(text.c_str());
  environment.push_back(nullptr);
  plan.argv = argv.data();
  plan.environment = environment.data();

  PROVISION_RETURN_IF_ERROR(Launch(plan));
  requests_ = std::move(requests.writing);
  replies_ = std::move(replies.reading);
  standard_output_.reading = std::move(output.reading);
  standard_error_.reading = std::move(error.reading);
  SetNonBlocking(requests_);
  SetNonBlocking(replies_);
  SetNonBlocking(standard_output_.reading);
  SetNonBlocking(standard_error_.reading);
  return absl::OkStatus();
}

// True if something was written.
bool PluginProcess::Write(std::string* out) {
  const ssize_t written = RetryInterrupted(
      [&] { return write(requests_.get(), out->data(), out->size()); });
  if (written > 0) out->erase(0, written);
  if (written < 0 && errno != EAGAIN) requests_.Close();
  return written > 0;
}

// True if something was read.
bool PluginProcess::Read(std::string* in) {
  char bytes[64 << 10];
  const ssize_t got = RetryInterrupted(
      [&] { return read(replies_.get(), bytes, sizeof(bytes)); });
  if (got > 0) in->append(bytes, got);
  if (got == 0 || (got < 0 && errno != EAGAIN)) replies_.Close();
  return got > 0;
}

// One piece, so that a flood does not keep from looking at the clock.
void PluginProcess::ReadOutput(Output& output) {
  char bytes[64 << 10];
  const ssize_t got = RetryInterrupted(
      [&] { return read(output.reading.get(), bytes, sizeof(bytes)); });
  if (got > 0) output.capture.Add(absl::string_view(bytes, got));
  if (got == 0 || (got < 0 && errno != EAGAIN)) output.reading.Close();
}

void PluginProcess::ReadOutputs() {
  for (Output* output : {&standard_output_, &standard_error_}) {
    if (output->reading.valid()) ReadOutput(*output);
  }
}

ByteChannel::Event PluginProcess::Exchange(std::string* out, std::string* in,
                                           absl::Duration timeout) {
  const absl::Time begin = absl::Now();
  while (true) {
    struct pollfd items[] = {
        {replies_.get(), POLLIN, 0},
        {out->empty() ? -1 : requests_.get(), POLLOUT, 0},
        {standard_output_.reading.get(), POLLIN, 0},
        {standard_error_.reading.get(), POLLIN, 0},
        {process_->exit_descriptor(), POLLIN, 0},
        {StopRequestDescriptor(2), POLLIN, 0},
    };
    const absl::Duration left =
        std::max(begin + timeout - absl::Now(), absl::ZeroDuration());
    const struct timespec limit = absl::ToTimespec(left);
    if (ppoll(items, std::size(items), &limit, nullptr) <= 0) {
      if (left == absl::ZeroDuration()) return Event::kTimeout;
      continue;
    }
    if (items[5].revents != 0) return Event::kStopped;
    bool progress = items[0].revents != 0 && Read(in);
    if (items[1].revents != 0) progress |= Write(out);
    if (items[2].revents != 0) ReadOutput(standard_output_);
    if (items[3].revents != 0) ReadOutput(standard_error_);
    if (progress) return Event::kProgress;
    // What it wrote before its end was read above.
    if (items[4].revents != 0 || !replies_.valid() || !requests_.valid()) {
      return Event::kClosed;
    }
    if (left == absl::ZeroDuration()) return Event::kTimeout;
  }
}

std::string PluginProcess::Ending() {
  // One that only closed its end gets a moment to be gone as well.
  constexpr int kMomentMs = 100;
  struct pollfd item = {process_->exit_descriptor(), POLLIN, 0};
  if (!exit_.has_value() &&
      RetryInterrupted([&] { return poll(&item, 1, kMomentMs); }) > 0) {
    exit_ = process_->ReadExit();
  }
  ReadOutputs();
  if (!exit_.has_value()) return "closed its descriptors but lives";
  if (!exit_->signaled) {
    return absl::StrCat("exited with status ", exit_->status);
  }
  return absl::StrCat("was ended by signal ", exit_->status, " (",
                      strsignal(exit_->status), ")");
}

std::string PluginProcess::Printed() const {
  return absl::StrCat(standard_output_.capture.Text(),
                      standard_error_.capture.Text());
}

// The bytes of `file` where nobody can change them any more.
absl::StatusOr<Descriptor> SealedCopy(const std::string& bytes,
                                      const std::string& name) {
  Descriptor copy(
      memfd_create(BaseName(name).c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!copy.valid()) return ErrnoError(errno, absl::StrCat("copy ", name));
  const int error = WriteWholly(copy.get(), bytes);
  if (error != 0) return ErrnoError(error, absl::StrCat("copy ", name));
  if (fcntl(copy.get(), F_ADD_SEALS,
            F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
    return ErrnoError(errno, absl::StrCat("seal ", name));
  }
  return copy;
}

absl::StatusOr<std::string> LinkTarget(const std::string& link) {
  char path[4096];
  const ssize_t size = readlink(link.c_str(), path, sizeof(path));
  if (size <= 0) return ErrnoError(errno, absl::StrCat("read ", link));
  return std::string(path, size);
}

}  // namespace

absl::StatusOr<PluginProgram> ProgramAt(
    const std::string& path, const std::vector<std::string>& arguments) {
  PluginProgram program;
  program.executable = Descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!program.executable.valid()) {
    return ErrnoError(errno, absl::StrCat("open ", path));
  }
  char begin[2] = {};
  program.is_script =
      pread(program.executable.get(), begin, sizeof(begin), 0) == 2 &&
      begin[0] == '#' && begin[1] == '!';
  program.argv = {path};
  program.argv.insert(program.argv.end(), arguments.begin(), arguments.end());
  PROVISION_ASSIGN_OR_RETURN(
      const std::string real,
      LinkTarget(absl::StrCat("/proc/self/fd/", program.executable.get())));
  program.readable = {ParentPath(real)};
  return program;
}

absl::StatusOr<PluginProgram> ThisProgram(
    const std::vector<std::string>& arguments) {
  PROVISION_ASSIGN_OR_RETURN(const std::string path,
                             LinkTarget("/proc/self/exe"));
  PROVISION_ASSIGN_OR_RETURN(PluginProgram program,
                             ProgramAt("/proc/self/exe", arguments));
  program.argv[0] = path;
  program.readable = {path};
  return program;
}

absl::StatusOr<FileToRun> OpenToRun(const std::string& path) {
  FileToRun file;
  file.descriptor = Descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.descriptor.valid()) {
    return ErrnoError(errno, absl::StrCat("open ", path));
  }
  PROVISION_ASSIGN_OR_RETURN(
      const std::string bytes,
      ReadRegularFile(file.descriptor, path, kMostToRun));
  file.sha256 = Sha256Hex(bytes);
  file.is_script = absl::StartsWith(bytes, "#!");
  if (file.is_script) {
    PROVISION_ASSIGN_OR_RETURN(file.descriptor, SealedCopy(bytes, path));
  }
  return file;
}

absl::StatusOr<PluginProgram> ProgramBesideThis(
    const std::string& name, const std::vector<std::string>& arguments) {
  PROVISION_ASSIGN_OR_RETURN(const std::string self,
                             LinkTarget("/proc/self/exe"));
  const std::string path = JoinPath(ParentPath(self), name);
  PROVISION_ASSIGN_OR_RETURN(PluginProgram program, ProgramAt(path, arguments));
  program.readable = {path};
  return program;
}

absl::StatusOr<std::unique_ptr<ByteChannel>> StartPluginProcess(
    const PluginProgram& program) {
  auto process = std::make_unique<PluginProcess>();
  PROVISION_RETURN_IF_ERROR(process->Start(program));
  return std::unique_ptr<ByteChannel>(std::move(process));
}

}  // namespace provision
