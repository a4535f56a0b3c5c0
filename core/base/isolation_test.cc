#include "core/base/isolation.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <thread>

#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::HasSubstr;

TEST(IsolationTest, DescribesWhatThereIsAndWhatIsMissing) {
  EXPECT_EQ(DescribeIsolation({7, true}), "landlock 7, seccomp, no network");
  EXPECT_THAT(DescribeIsolation({0, true}),
              testing::AllOf(HasSubstr("no landlock"),
                             HasSubstr("seccomp, no network")));
  EXPECT_THAT(DescribeIsolation({2, false}),
              testing::AllOf(HasSubstr("landlock 2"), HasSubstr("no seccomp"),
                             testing::Not(HasSubstr("no network"))));
}

// Restrictions stay for good, so each case runs in a process of its own.
int InChild(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return status;
}

bool CanCreate(const std::string& path) {
  Descriptor file(open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  return file.valid();
}

TEST(IsolationTest, ARestrictedProcessWritesNowhereElse) {
  if (AvailableIsolation().landlock == 0) GTEST_SKIP() << "no Landlock";
  TemporaryFolder folder;
  const std::string secret = folder.Write("host/file", "as it was");
  folder.Write("state/x", "");
  const std::string state = folder.path() + "/state";
  const std::string host = folder.path() + "/host";
  EXPECT_EQ(InChild([&] {
              if (!RestrictToReading({state}).ok()) return 100;
              if (!CanCreate(state + "/new")) return 101;
              if (!CanCreate("/dev/null")) return 102;
              if (CanCreate(host + "/new") || errno != EACCES) return 103;
              if (open(secret.c_str(), O_WRONLY) >= 0) return 104;
              if (truncate(secret.c_str(), 0) == 0) return 105;
              if (unlink(secret.c_str()) == 0) return 106;
              if (mkdir((host + "/d").c_str(), 0700) == 0) return 107;
              if (symlink("x", (host + "/l").c_str()) == 0) return 108;
              if (rename(secret.c_str(), (host + "/r").c_str()) == 0) {
                return 109;
              }
              if (rename((state + "/x").c_str(), (host + "/x").c_str()) == 0) {
                return 110;
              }
              char byte = 0;
              Descriptor reading(open(secret.c_str(), O_RDONLY));
              if (read(reading.get(), &byte, 1) != 1 || byte != 'a') return 111;
              // What it starts is held as well.
              return InChild([&] { return CanCreate(host + "/new"); });
            }),
            0);
  EXPECT_EQ(folder.Read("host/file"), "as it was");
}

TEST(IsolationTest, ARestrictedProcessSignalsOnlyItsOwn) {
  if (AvailableIsolation().landlock < 6) {
    GTEST_SKIP() << "no scope of signals in this kernel's Landlock";
  }
  const pid_t outside = getpid();
  EXPECT_EQ(InChild([&] {
              if (!RestrictToReading({}).ok()) return 100;
              if (kill(outside, 0) == 0 || errno != EPERM) return 101;
              const pid_t own = fork();
              if (own == 0) {
                while (true) pause();
              }
              if (kill(own, SIGKILL) != 0) return 102;
              return waitpid(own, nullptr, 0) == own ? 0 : 103;
            }),
            0);
}

// ThreadSanitizer keeps handlers from running (every_thread.cc).
#if !defined(PROVISION_THREAD_SANITIZER)
TEST(IsolationTest, EveryThreadIsHeld) {
  if (AvailableIsolation().landlock == 0) GTEST_SKIP() << "no Landlock";
  TemporaryFolder folder;
  EXPECT_EQ(InChild([&] {
              int go[2];
              if (pipe(go) != 0) return 100;
              bool created = true;
              std::thread other([&] {
                char byte = 0;
                if (read(go[0], &byte, 1) != 1) _exit(101);
                created = CanCreate(folder.path() + "/new");
              });
              if (!RestrictToReading({}).ok()) return 102;
              if (write(go[1], "x", 1) != 1) return 103;
              other.join();
              return created ? 104 : 0;
            }),
            0);
}
#endif

TEST(IsolationTest, AMissingFolderIsAnError) {
  if (AvailableIsolation().landlock == 0) GTEST_SKIP() << "no Landlock";
  TemporaryFolder folder;
  EXPECT_THAT(NewReadOnlyRuleset({folder.path() + "/none"}),
              HasDiagnosticId("host/missing"));
}

TEST(IsolationTest, SeccompRefusesSocketsAndAttributes) {
  if (!AvailableIsolation().seccomp) GTEST_SKIP() << "no seccomp";
  TemporaryFolder folder;
  const std::string file = folder.Write("file", "");
  for (bool read_only : {false, true}) {
    ASSERT_OK_AND_ASSIGN(std::string program, SeccompProgram(read_only));
    EXPECT_EQ(InChild([&] {
                if (ForbidNewPrivileges() != 0) return 100;
                if (EnterSeccomp(program) != 0) return 101;
                for (int domain : {AF_INET, AF_INET6, AF_PACKET, AF_NETLINK}) {
                  if (socket(domain, SOCK_DGRAM, 0) >= 0 || errno != EACCES) {
                    return 102;
                  }
                }
                if (socket(AF_UNIX, SOCK_STREAM, 0) < 0) return 103;
                const bool changed = chmod(file.c_str(), 0600) == 0;
                if (changed == read_only) return 104;
                int flags = 0;
                Descriptor reading(open(file.c_str(), O_RDONLY));
                if (ioctl(reading.get(), FS_IOC_GETFLAGS, &flags) == 0) {
                  const bool set =
                      ioctl(reading.get(), FS_IOC_SETFLAGS, &flags) == 0;
                  if (set == read_only) return 106;
                }
                const bool touched =
                    utimensat(AT_FDCWD, file.c_str(), nullptr, 0) == 0;
                return touched == read_only ? 105 : 0;
              }),
              0)
        << read_only;
  }
}

}  // namespace
}  // namespace provision
