#include "core/base/cgroup.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/descriptor.h"
#include "core/base/local_process.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::HasSubstr;

ProcessLimits Limits(absl::optional<uint64_t> memory,
                     absl::optional<uint64_t> processes) {
  ProcessLimits limits;
  limits.memory_bytes = memory;
  limits.processes = processes;
  return limits;
}

// ---- a host whose cgroup files are plain ones ----

class FakeCgroupTest : public testing::Test {
 protected:
  void SetMounts(const std::string& lines, const std::string& membership) {
    folder_.Write("proc/self/mountinfo", lines);
    folder_.Write("proc/self/cgroup", membership);
    host_.proc = folder_.path() + "/proc";
  }
  std::string Path(const std::string& name) {
    return folder_.path() + "/" + name;
  }
  bool Exists(const std::string& name) {
    return access(Path(name).c_str(), F_OK) == 0;
  }

  TemporaryFolder folder_;
  CgroupHost host_;
};

TEST_F(FakeCgroupTest, WithoutAControllerALimitIsRefused) {
  SetMounts("1 1 0:1 / /proc rw - proc proc rw\n", "0::/\n");
  for (const ProcessLimits& limits :
       {Limits(1 << 20, absl::nullopt), Limits(absl::nullopt, 5)}) {
    const absl::Status status = NewCgroup("x", limits, host_).status();
    EXPECT_THAT(status, HasDiagnosticId("limits/no-controller"));
  }
}

TEST_F(FakeCgroupTest, Version2WithoutDelegationIsRefused) {
  folder_.Write("cg/cgroup.subtree_control", "cpu");
  folder_.Write("cg/user/cgroup.procs", "");
  // A folder in place of the file: it can be read by nobody, so nothing can be
  // enabled there.
  mkdir(Path("cg/user/cgroup.subtree_control").c_str(), 0755);
  ASSERT_EQ(chmod(Path("cg/cgroup.subtree_control").c_str(), 0444), 0);
  SetMounts(
      absl::StrCat("1 1 0:1 / ", Path("cg"), " rw - cgroup2 cgroup2 rw\n"),
      "0::/user\n");
  if (geteuid() == 0) {
    // Root writes to a read-only file all the same: the word is then enabled,
    // but a plain folder has no memory.max.
    EXPECT_THAT(NewCgroup("x", Limits(1 << 20, absl::nullopt), host_),
                testing::Not(IsOk()));
  } else {
    EXPECT_THAT(NewCgroup("x", Limits(1 << 20, absl::nullopt), host_),
                HasDiagnosticId("limits/no-controller"));
  }
  EXPECT_FALSE(Exists("cg/x"));
  EXPECT_FALSE(Exists("cg/user/x"));
}

// ---- this host ----

std::string ReadText(const char* path) {
  Descriptor file(open(path, O_RDONLY | O_CLOEXEC));
  std::string text;
  EXPECT_EQ(ReadUntilEnd(file.get(), 1 << 20, text), 0);
  return text;
}

// What follows needs a controller that this user may use.
bool HasController(const ProcessLimits& limits) {
  return NewCgroup("provision-probe", limits).ok();
}

TEST(CgroupTest, AnAllocationBeyondTheLimitIsKilled) {
  constexpr uint64_t kLimit = 64 << 20;
  if (!HasController(Limits(kLimit, absl::nullopt))) {
    GTEST_SKIP() << "no memory controller for this user";
  }
  ProcessSpec spec;
  spec.argv = {"/usr/bin/python3", "-I", "-c",
               "print(open('/proc/self/cgroup').read(), flush=True)\n"
               "x = b'x' * (300 << 20)\n"
               "print('survived')\n"};
  spec.limits = Limits(kLimit, absl::nullopt);
  spec.deadline = absl::Minutes(1);
  ASSERT_OK_AND_ASSIGN(ProcessResult result, RunLocalProcess(spec));
  EXPECT_EQ(result.status, 137) << result.standard_error;
  EXPECT_EQ(result.outcome, ProcessResult::Outcome::kSignaled);
  EXPECT_TRUE(result.out_of_memory);
  EXPECT_EQ(result.limits_read_back.memory_bytes, kLimit);
  EXPECT_EQ(result.limits_read_back.swap_bytes, 0u);
  EXPECT_THAT(result.standard_output, testing::Not(HasSubstr("survived")));
  // It was in the cgroup that we named, and that is gone.
  const std::string name = result.cgroup.substr(result.cgroup.rfind('/'));
  EXPECT_THAT(result.standard_output, HasSubstr(name + "\n"));
  EXPECT_NE(access(result.cgroup.c_str(), F_OK), 0);
}

TEST(CgroupTest, BelowTheLimitItRuns) {
  constexpr uint64_t kLimit = 256 << 20;
  if (!HasController(Limits(kLimit, 8))) {
    GTEST_SKIP() << "no memory and pids controllers for this user";
  }
  ProcessSpec spec;
  spec.argv = {"/bin/sh", "-c", "echo fine"};
  spec.limits = Limits(kLimit, 8);
  ASSERT_OK_AND_ASSIGN(ProcessResult result, RunLocalProcess(spec));
  EXPECT_TRUE(result.ok());
  EXPECT_FALSE(result.out_of_memory);
  EXPECT_EQ(result.limits_read_back.processes, 8u);
}

TEST(CgroupTest, ProcessesAreLimited) {
  if (!HasController(Limits(absl::nullopt, 3))) {
    GTEST_SKIP() << "no pids controller for this user";
  }
  ProcessSpec spec;
  spec.argv = {"/usr/bin/python3", "-I", "-c",
               "import os, signal\n"
               "made = 0\n"
               "try:\n"
               "  for i in range(20):\n"
               "    if os.fork() == 0:\n"
               "      signal.pause()\n"
               "    made += 1\n"
               "except OSError:\n"
               "  pass\n"
               "print(made, flush=True)\n"
               "signal.pause()\n"};
  spec.limits = Limits(absl::nullopt, 3);
  // Its children stay until the whole is ended.
  spec.kill_grace = absl::Milliseconds(100);
  spec.on_output = [&](bool, absl::string_view) {
    spec.deadline = absl::ZeroDuration();
  };
  ASSERT_OK_AND_ASSIGN(ProcessResult result, RunLocalProcess(spec));
  EXPECT_EQ(result.standard_output, "2\n");
  EXPECT_EQ(result.outcome, ProcessResult::Outcome::kDeadline);
  EXPECT_NE(access(result.cgroup.c_str(), F_OK), 0);
}

// Version 2, where it is mounted, ends all of it at once: a session of its own
// does not help.
TEST(CgroupTest, KillsAllOfIt) {
  absl::StatusOr<std::unique_ptr<Cgroup>> cgroup =
      NewCgroup("provision-kill-test", ProcessLimits());
  if (!cgroup.ok()) GTEST_SKIP() << "no cgroup for this user";
  int go[2];
  int alive[2];
  ASSERT_EQ(pipe2(go, O_CLOEXEC), 0);
  ASSERT_EQ(pipe2(alive, O_CLOEXEC), 0);
  const pid_t child = fork();
  if (child == 0) {
    char byte = 0;
    if (read(go[0], &byte, 1) != 1) _exit(1);
    if (fork() == 0) {
      setsid();
      signal(SIGTERM, SIG_IGN);
    }
    while (true) pause();
  }
  ASSERT_OK((*cgroup)->Enter(child).status());
  ASSERT_EQ(write(go[1], "g", 1), 1);
  close(alive[1]);
  EXPECT_TRUE((*cgroup)->Kill());
  // The end of the pipe is the end of the last that holds it.
  char byte = 0;
  EXPECT_EQ(read(alive[0], &byte, 1), 0);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  close(alive[0]);
  close(go[0]);
  close(go[1]);
}

// The same host, seen as if it had version 2 alone: its memory controller is
// not there, so the limit is refused and no folder is left behind.
TEST(CgroupTest, Version2WithoutTheControllerIsRefused) {
  std::string mounts = ReadText("/proc/self/mountinfo");
  std::string unified;
  for (absl::string_view line : absl::StrSplit(mounts, '\n')) {
    if (absl::StrContains(line, " - cgroup2 ")) {
      absl::StrAppend(&unified, line, "\n");
    }
  }
  if (unified.empty() || !absl::StrContains(mounts, " - cgroup ")) {
    GTEST_SKIP() << "version 2 is not mounted beside version 1";
  }
  TemporaryFolder folder;
  folder.Write("proc/self/mountinfo", unified);
  folder.Write("proc/self/cgroup", ReadText("/proc/self/cgroup"));
  CgroupHost host;
  host.proc = folder.path() + "/proc";
  const absl::Status status =
      NewCgroup("provision-v2-test", Limits(1 << 26, absl::nullopt), host)
          .status();
  EXPECT_THAT(status, HasDiagnosticId("limits/no-controller"));
  EXPECT_THAT(DiagnosticFromStatus(status).detail(0).text(),
              HasSubstr("hands its controller"));
}

TEST(CgroupTest, ALimitThatIsNoLimitIsRefused) {
  if (!HasController(Limits(absl::nullopt, 3))) {
    GTEST_SKIP() << "no pids controller for this user";
  }
  // The kernel takes no such number.
  EXPECT_THAT(
      NewCgroup("provision-test", Limits(absl::nullopt, uint64_t{1} << 40)),
      testing::Not(IsOk()));
}

}  // namespace
}  // namespace provision
