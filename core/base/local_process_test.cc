#include "core/base/local_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/descriptor.h"
#include "core/base/isolation.h"
#include "core/base/stop_requests.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Outcome = ProcessResult::Outcome;

constexpr char kPath[] = "/usr/local/bin:/usr/bin:/bin";

ProcessSpec Shell(const std::string& script) {
  ProcessSpec spec;
  spec.argv = {"/bin/sh", "-c", script};
  spec.environment = {{"PATH", kPath}};
  spec.deadline = absl::Minutes(1);
  return spec;
}

ProcessResult RunOk(const ProcessSpec& spec) {
  absl::StatusOr<ProcessResult> result = RunLocalProcess(spec);
  EXPECT_OK(result.status());
  return result.ok() ? *std::move(result) : ProcessResult();
}

bool IsAlive(pid_t pid) {
  // A zombie that nobody has waited for yet does not live.
  std::string stat;
  Descriptor file(open(absl::StrCat("/proc/", pid, "/stat").c_str(), O_RDONLY));
  if (!file.valid() || ReadUntilEnd(file.get(), 4096, stat) != 0) return false;
  return stat.find(") Z ") == std::string::npos;
}

pid_t NumberIn(const std::string& text) {
  int number = 0;
  EXPECT_TRUE(absl::SimpleAtoi(text, &number)) << text;
  return number;
}

// ---- what a command is given ----

TEST(LocalProcessTest, TellsHowItEnded) {
  struct Case {
    const char* script;
    Outcome outcome;
    int status;
  };
  for (const Case& c : {
           Case{"exit 0", Outcome::kExited, 0},
           Case{"exit 3", Outcome::kExited, 3},
           Case{"kill -SEGV $$", Outcome::kSignaled, 128 + SIGSEGV},
           Case{"kill -KILL $$", Outcome::kSignaled, 137},
       }) {
    const ProcessResult result = RunOk(Shell(c.script));
    EXPECT_EQ(result.outcome, c.outcome) << c.script;
    EXPECT_EQ(result.status, c.status) << c.script;
    EXPECT_EQ(result.ok(), c.status == 0);
    EXPECT_FALSE(result.out_of_memory);
  }
}

TEST(LocalProcessTest, ArgumentsAndEnvironmentAreExact) {
  ProcessSpec spec;
  const std::vector<std::string> words = {
      "", " a  b ", "'\"", "$HOME `x`", "line\nline", "\\", "*", "\xff\x01"};
  spec.argv = {"/usr/bin/printf", "%s\\0"};
  spec.argv.insert(spec.argv.end(), words.begin(), words.end());
  EXPECT_EQ(RunOk(spec).standard_output,
            absl::StrCat(absl::StrJoin(words, std::string(1, '\0')),
                         std::string(1, '\0')));

  spec.argv = {"/usr/bin/env", "-0"};
  spec.environment = {{"A", "1=2\n"}, {"EMPTY", ""}};
  EXPECT_EQ(RunOk(spec).standard_output, std::string("A=1=2\n\0EMPTY=\0", 14));
}

TEST(LocalProcessTest, GetsWhatWasAskedAndNothingElse) {
  Descriptor leak(open("/dev/zero", O_RDONLY));  // not close-on-exec
  ASSERT_TRUE(leak.valid());
  ProcessSpec spec = Shell(
      "ls -l /proc/self/fd | awk '{print $9}' | sort -n | tr '\\n' ' ';"
      "umask; ulimit -c; cat; grep -E 'NoNewPrivs|SigIgn|SigBlk' "
      "/proc/self/status");
  spec.umask = 027;
  const ProcessResult result = RunOk(spec);
  // 3 is the folder that ls reads.
  EXPECT_THAT(result.standard_output, HasSubstr("0 1 2 3 0027\n0\n"));
  EXPECT_THAT(result.standard_output, HasSubstr("NoNewPrivs:\t1"));
  EXPECT_THAT(result.standard_output, HasSubstr("SigIgn:\t0000000000000000"));
  EXPECT_THAT(result.standard_output, HasSubstr("SigBlk:\t0000000000000000"));
  spec = Shell("grep NoNewPrivs /proc/self/status");
  spec.no_new_privileges = false;
  EXPECT_EQ(RunOk(spec).standard_output, "NoNewPrivs:\t0\n");
}

TEST(LocalProcessTest, LeadsASessionOfItsOwn) {
  const ProcessResult result =
      RunOk(Shell("echo $$; cut -d' ' -f5,6 /proc/$$/stat"));
  const std::string pid =
      result.standard_output.substr(0, result.standard_output.find('\n'));
  EXPECT_EQ(result.standard_output,
            absl::StrCat(pid, "\n", pid, " ", pid, "\n"));
}

TEST(LocalProcessTest, InputsComeOnPipes) {
  ProcessSpec spec = Shell("cat; cat <&7; cat <&9");
  const std::string large(1 << 20, 'x');
  spec.standard_input = "in ";
  spec.inputs = {{9, large}, {7, "seven "}};
  spec.output_limit = 2 << 20;
  const ProcessResult result = RunOk(spec);
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(result.standard_output == "in seven " + large);

  // One that nobody reads holds nobody up.
  spec.argv[2] = "exit 5";
  EXPECT_EQ(RunOk(spec).status, 5);
}

TEST(LocalProcessTest, WorksWhereItIsTold) {
  TemporaryFolder folder;
  ProcessSpec spec = Shell("pwd");
  spec.directory = folder.path();
  EXPECT_THAT(RunOk(spec).standard_output,
              HasSubstr(folder.path().substr(folder.path().rfind('/'))));

  spec.directory = "";
  spec.argv[2] = "pwd; ls -A; stat -c %a .; mkdir -p a/b; touch a/b/c";
  const ProcessResult result = RunOk(spec);
  const size_t end = result.standard_output.find('\n');
  EXPECT_EQ(result.standard_output.substr(end), "\n700\n");
  struct stat gone;
  EXPECT_NE(stat(result.standard_output.substr(0, end).c_str(), &gone), 0);

  spec.directory = folder.path() + "/none";
  EXPECT_THAT(RunLocalProcess(spec),
              AllOf(StatusIs(absl::StatusCode::kNotFound,
                             HasSubstr("working directory")),
                    HasDiagnosticId("host/missing")));
}

TEST(LocalProcessTest, KeepsBothEndsOfItsOutput) {
  ProcessSpec spec =
      Shell("head -c 3000000 /dev/zero | tr '\\0' a; echo end; echo error >&2");
  spec.output_limit = 1000;
  std::string seen;
  spec.on_output = [&](bool is_stderr, absl::string_view bytes) {
    if (!is_stderr) seen.append(bytes.data(), bytes.size());
  };
  const ProcessResult result = RunOk(spec);
  EXPECT_EQ(result.standard_output, std::string(996, 'a') + "end\n");
  EXPECT_EQ(result.standard_error, "error\n");
  EXPECT_EQ(result.dropped_bytes, 3000004u - 1000u);
  EXPECT_EQ(seen.size(), 3000004u);
}

TEST(LocalProcessTest, RefusesWhatCannotBeStarted) {
  TemporaryFolder folder;
  const std::string text = folder.Write("text", "no program");
  struct Case {
    std::vector<std::string> argv;
    absl::StatusCode code;
  };
  for (const Case& c : {
           Case{{}, absl::StatusCode::kInvalidArgument},
           Case{{"sh"}, absl::StatusCode::kInvalidArgument},
           Case{{"/bin/sh", std::string("a\0b", 3)},
                absl::StatusCode::kInvalidArgument},
           Case{{folder.path() + "/none"}, absl::StatusCode::kNotFound},
           Case{{text}, absl::StatusCode::kPermissionDenied},
           Case{{folder.path()}, absl::StatusCode::kPermissionDenied},
       }) {
    ProcessSpec spec;
    spec.argv = c.argv;
    EXPECT_THAT(RunLocalProcess(spec), StatusIs(c.code));
  }
  chmod(text.c_str(), 0755);
  ProcessSpec spec;
  spec.argv = {text};
  EXPECT_THAT(RunLocalProcess(spec),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("Exec format error")));
  spec = Shell("");
  spec.environment = {{"A=B", ""}};
  EXPECT_THAT(RunLocalProcess(spec),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

// ---- how it is ended ----

// Ignores SIGTERM, and so do its child and the orphan in another session. Each
// prints its id.
constexpr char kStubborn[] =
    "trap '' TERM; "
    "sh -c 'echo $$; while :; do sleep 100; done' & "
    "(setsid sh -c 'echo $$; while :; do sleep 100; done' &) ; "
    "echo $$; while :; do sleep 100; done";

class EndTest : public testing::Test {
 protected:
  // Lets the deadline pass when the command has printed `lines` lines.
  static void EndAfterLines(ProcessSpec& spec, int lines) {
    spec.on_output = [&spec, lines](bool, absl::string_view bytes) mutable {
      lines -= std::count(bytes.begin(), bytes.end(), '\n');
      if (lines <= 0) spec.deadline = absl::ZeroDuration();
    };
  }

  TemporaryFolder folder_;
};

TEST_F(EndTest, ADeadlineEndsTheWholeTree) {
  ProcessSpec spec = Shell(kStubborn);
  spec.kill_grace = absl::Milliseconds(50);
  EndAfterLines(spec, 3);
  const ProcessResult result = RunOk(spec);
  EXPECT_EQ(result.outcome, Outcome::kDeadline);
  EXPECT_EQ(result.status, 137);
  EXPECT_FALSE(result.ok());
  const std::vector<std::string> pids =
      absl::StrSplit(result.standard_output, '\n', absl::SkipEmpty());
  EXPECT_EQ(pids.size(), 3u);
  for (const std::string& pid : pids) EXPECT_FALSE(IsAlive(NumberIn(pid)));
}

TEST_F(EndTest, ADeadlineIsPoliteFirst) {
  ProcessSpec spec =
      Shell("trap 'echo bye; exit 9' TERM; echo; while :; do sleep 0.01; done");
  spec.kill_grace = absl::Minutes(1);
  EndAfterLines(spec, 1);
  const ProcessResult result = RunOk(spec);
  EXPECT_EQ(result.outcome, Outcome::kDeadline);
  EXPECT_EQ(result.status, 9);
  EXPECT_THAT(result.standard_output, HasSubstr("bye"));
}

TEST_F(EndTest, ADeadlineThatHasPassedEndsItAtOnce) {
  ProcessSpec spec = Shell("sleep 1000");
  spec.deadline = absl::ZeroDuration();
  EXPECT_EQ(RunOk(spec).outcome, Outcome::kDeadline);
}

TEST_F(EndTest, WhatACommandLeavesBehindIsNotWaitedFor) {
  ProcessSpec spec = Shell("sleep 1000 & echo $!");
  const ProcessResult result = RunOk(spec);
  EXPECT_TRUE(result.ok());
  const pid_t left = NumberIn(
      result.standard_output.substr(0, result.standard_output.find('\n')));
  EXPECT_TRUE(IsAlive(left));
  kill(left, SIGKILL);
}

// In a process of its own, as stop requests are the process's.
int InChild(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return status;
}

TEST_F(EndTest, AFirstStopRequestWaitsASecondEnds) {
  EXPECT_EQ(InChild([&] {
              if (!InstallStopRequests().ok()) return 100;
              ProcessSpec spec = Shell(
                  "echo a; while read line; do echo $line; done; "
                  "while :; do sleep 100; done");
              int heard = 0;
              spec.on_output = [&](bool, absl::string_view) {
                if (++heard == 1) {
                  raise(SIGINT);
                  raise(SIGINT);
                }
              };
              absl::StatusOr<ProcessResult> result = RunLocalProcess(spec);
              if (!result.ok()) return 101;
              return result->outcome == Outcome::kStopped ? 0 : 102;
            }),
            0);
  EXPECT_EQ(
      InChild([&] {
        if (!InstallStopRequests().ok()) return 100;
        ProcessSpec spec = Shell("kill -INT $PPID; echo done");
        spec.on_output = [](bool, absl::string_view) { raise(SIGINT); };
        absl::StatusOr<ProcessResult> result = RunLocalProcess(spec);
        // One request: it comes to its end.
        return result.ok() && result->ok() && StopRequestCount() == 1 ? 0 : 101;
      }),
      0);
  EXPECT_EQ(InChild([&] {
              if (!InstallStopRequests().ok()) return 100;
              ProcessSpec spec = Shell("echo; while :; do sleep 100; done");
              spec.stop_grace = absl::Milliseconds(50);
              spec.on_output = [](bool, absl::string_view) { raise(SIGTERM); };
              absl::StatusOr<ProcessResult> result = RunLocalProcess(spec);
              return result.ok() && result->outcome == Outcome::kStopped ? 0
                                                                         : 101;
            }),
            0);
}

// kill -9 of the run: the command dies with it, what it started holds the lock.
TEST_F(EndTest, AKilledRunTakesItsCommandAlong) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  Descriptor lock(open(folder_.Write("lock", "").c_str(), O_RDWR | O_CLOEXEC));
  const pid_t run = fork();
  if (run == 0) {
    ProcessSpec spec =
        Shell("(setsid sleep 1000 & echo $!); echo $$; exec sleep 1000");
    spec.inherited_lock = lock.get();
    spec.on_output = [&](bool, absl::string_view bytes) {
      if (write(ends[1], bytes.data(), bytes.size()) < 0) _exit(1);
    };
    RunLocalProcess(spec).status().IgnoreError();
    _exit(0);
  }
  close(ends[1]);
  std::string text;
  while (std::count(text.begin(), text.end(), '\n') < 2) {
    char byte = 0;
    ASSERT_EQ(read(ends[0], &byte, 1), 1);
    text += byte;
  }
  kill(run, SIGKILL);
  ASSERT_EQ(waitpid(run, nullptr, 0), run);
  // The pipe ends when the last that held it has gone: the keeper closed it,
  // the command had none of it.
  char byte = 0;
  EXPECT_EQ(read(ends[0], &byte, 1), 0);
  close(ends[0]);
  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
  const pid_t orphan = NumberIn(lines[0]);
  const pid_t command = NumberIn(lines[1]);
  while (IsAlive(command)) sched_yield();
  EXPECT_TRUE(IsAlive(orphan));
  bool holds = false;
  for (int fd = 0; fd < 10; ++fd) {
    struct stat theirs, ours;
    holds = holds ||
            (stat(absl::StrCat("/proc/", orphan, "/fd/", fd).c_str(),
                  &theirs) == 0 &&
             fstat(lock.get(), &ours) == 0 && theirs.st_ino == ours.st_ino);
  }
  EXPECT_TRUE(holds);
  kill(orphan, SIGKILL);
}

TEST_F(EndTest, ACommandThatLeavesAProcessDoesNotHandOnTheLock) {
  Descriptor lock(open(folder_.Write("lock", "").c_str(), O_RDWR | O_CLOEXEC));
  ProcessSpec spec = Shell("ls -l /proc/self/fd");
  spec.inherited_lock = lock.get();
  EXPECT_THAT(RunOk(spec).standard_output, HasSubstr("/lock"));
  spec.leaves_process = true;
  EXPECT_THAT(RunOk(spec).standard_output, Not(HasSubstr("/lock")));
}

TEST_F(EndTest, ManyAtOnceDoNotMix) {
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&good, i] {
      for (int j = 0; j < 10; ++j) {
        ProcessSpec spec = Shell("cat; exit $0");
        spec.argv.push_back(absl::StrCat(i));
        spec.standard_input = absl::StrCat(i, " ", j);
        absl::StatusOr<ProcessResult> result = RunLocalProcess(spec);
        good += result.ok() && result->status == i &&
                result->standard_output == spec.standard_input;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 80);
}

// ---- limits and isolation ----

TEST(LimitTest, OpenFilesAreLimited) {
  ProcessSpec spec = Shell("ulimit -n");
  spec.limits.open_files = 17;
  const ProcessResult result = RunOk(spec);
  EXPECT_EQ(result.standard_output, "17\n");
  EXPECT_EQ(result.limits_read_back.open_files, 17u);
  EXPECT_EQ(result.cgroup, "");
}

TEST(IsolatedProcessTest, AReadOnlyCommandChangesNothing) {
  if (AvailableIsolation().landlock == 0) GTEST_SKIP() << "no Landlock";
  TemporaryFolder folder;
  folder.Write("file", "old");
  ProcessSpec spec = Shell(absl::StrCat(
      "cd ", folder.path(),
      " && { cat file; echo x > file; touch new; rm file; chmod 0 file; "
      "echo x > /dev/null && echo ok; exit 0; }"));
  spec.read_only = true;
  const ProcessResult result = RunOk(spec);
  EXPECT_EQ(result.standard_output, "oldok\n");
  EXPECT_THAT(result.standard_error, HasSubstr("Permission denied"));
  EXPECT_EQ(folder.Read("file"), "old");
  spec.argv[2] = "pwd";
  EXPECT_EQ(RunOk(spec).standard_output, "/\n");
}

TEST(IsolatedProcessTest, NoNetworkIsNoInternetSocket) {
  if (!AvailableIsolation().seccomp) GTEST_SKIP() << "no seccomp";
  ProcessSpec spec;
  spec.argv = {"/usr/bin/python3", "-I", "-c",
               "import socket\n"
               "socket.socket(socket.AF_UNIX)\n"
               "for f in (socket.AF_INET, socket.AF_INET6):\n"
               "  try:\n"
               "    socket.socket(f)\n"
               "    print('open')\n"
               "  except PermissionError:\n"
               "    print('refused')\n"};
  spec.no_network = true;
  EXPECT_EQ(RunOk(spec).standard_output, "refused\nrefused\n");
  spec.no_network = false;
  EXPECT_EQ(RunOk(spec).standard_output, "open\nopen\n");
}

}  // namespace
}  // namespace provision
