#include "core/engine/check_runner.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/local_system.h"
#include "core/base/path.h"
#include "core/testing/fake_facts.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

// Answers each URL with what the test says.
class FakeHttp final : public HttpClient {
 public:
  absl::StatusOr<HttpHead> Get(const HttpGet& request, HttpSink&) override {
    last = request;
    if (!status.ok()) return status;
    HttpHead head;
    head.status = code;
    head.url = request.url;
    return head;
  }

  HttpGet last;
  absl::Status status;
  int code = 200;
};

std::string Details(const absl::Status& status) {
  std::string text;
  const Diagnostic diagnostic = DiagnosticFromStatus(status);
  for (const Diagnostic::Detail& detail : diagnostic.detail()) {
    absl::StrAppend(&text, detail.label(), " ", detail.text(), "\n");
  }
  return text;
}

class CheckRunnerTest : public testing::Test {
 protected:
  CheckOutcome Run(absl::string_view check,
                   absl::string_view environment = "") {
    return runner_.Run(ParseText<Check>(check), environment, "/plan");
  }

  FakeSystem system_;
  FakeFacts facts_;
  FakeHttp http_;
  CheckRunner runner_{system_, facts_, 42, &http_};
};

TEST_F(CheckRunnerTest, Files) {
  system_.AddFile("/plan/file", "hello\n", 0640);
  EXPECT_OK(Run(R"(file { path: "file" mode: "0640" })").status);
  const absl::Status status =
      Run(R"(file { path: "file" mode: "0600" })").status;
  EXPECT_THAT(status, HasDiagnosticId("check/file"));
  EXPECT_EQ(Details(status),
            "expected mode 0600\nfound file mode 0640 user 0 group 0\n");
  EXPECT_THAT(Run(R"(file { path: "file" mode: "rw" })").status,
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(CheckRunnerTest, Commands) {
  system_.AddFile("/usr/bin/psql", "");
  system_.AddCommand({"/usr/bin/psql"}, "version 15.18\n");
  system_.AddCommand({"/plan/bin/fails"}, "", 3);
  struct Case {
    const char* command;
    const char* details;  // "": holds
  };
  for (const Case& c : {
           Case{R"(argv: "psql" argv: "-V")", ""},
           Case{R"(argv: "/usr/bin/psql" output: "^version 15\\.")", ""},
           Case{R"(argv: "bin/fails" exit_status: 3)", ""},
           Case{R"(argv: "bin/fails")", "found exit status 3"},
           Case{R"(argv: "psql" output: "16")", "found version 15.18"},
           Case{R"(argv: "none")", "found no none in "},
           Case{R"(argv: "/none")", "/none"},
       }) {
    const CheckOutcome outcome =
        Run(absl::StrCat("command { ", c.command, " }"));
    EXPECT_EQ(outcome.tries, 1);
    if (*c.details == '\0') {
      EXPECT_OK(outcome.status) << c.command;
    } else {
      EXPECT_THAT(outcome.status, HasDiagnosticId("check/command"));
      EXPECT_THAT(Details(outcome.status), HasSubstr(c.details)) << c.command;
    }
  }
  for (const char* command : {"", R"(argv: "psql" output: "(")"}) {
    EXPECT_THAT(Run(absl::StrCat("command { ", command, " }")).status,
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST_F(CheckRunnerTest, ACommandWorksInThePlansFolder) {
  system_.SetVariable("LD_PRELOAD", "evil.so");
  system_.AddCommand({"/bin/x"}, "");
  ASSERT_OK(Run(R"(command {
                     argv: "/bin/x"
                     environment { name: "A" value: "1" }
                   })")
                .status);
  const ProcessSpec spec = system_.runs().at(0);
  EXPECT_EQ(spec.directory, "/plan");
  EXPECT_EQ(spec.inherited_lock, 42);
  EXPECT_EQ(spec.deadline, absl::Seconds(60));
  EXPECT_THAT(spec.environment, Contains(Pair("A", "1")));
  EXPECT_EQ(spec.environment.count("LD_PRELOAD"), 0u);
}

TEST_F(CheckRunnerTest, ImportsAreIsolated) {
  system_.AddCommand({"/plan/.venv/bin/python"}, "");
  system_.AddCommand({"/opt/env/bin/python"}, "");
  ASSERT_OK(Run(R"(import: "numpy.linalg")", ".venv").status);
  ASSERT_OK(
      Run(R"(import: "a b; evil" environment: "/opt/env")", ".venv").status);
  const ProcessSpec first = system_.runs().at(0);
  EXPECT_EQ(first.argv[1], "-I");
  EXPECT_EQ(first.argv.back(), "numpy.linalg");
  // Never a part of the program.
  EXPECT_EQ(system_.runs().at(1).argv[4], first.argv[4]);

  EXPECT_THAT(Details(Run(R"(import: "numpy")").status),
              HasSubstr("provides no environment"));
  const absl::Status missing = Run(R"(import: "numpy")", "other").status;
  EXPECT_THAT(missing, HasDiagnosticId("check/import"));
}

TEST_F(CheckRunnerTest, Http) {
  EXPECT_OK(Run(R"(http { url: "http://h/x" })").status);
  EXPECT_EQ(http_.last.url, "http://h/x");
  http_.code = 503;
  EXPECT_THAT(Details(Run(R"(http { url: "http://u:p@h/x?q" })").status),
              HasSubstr("found status 503 from http://h/x\n"));
  EXPECT_OK(Run(R"(http { url: "http://h/" status: 503 })").status);
  http_.status = DiagnosticError(absl::StatusCode::kUnavailable, "net/connect",
                                 "h:80 refuses");
  const absl::Status status = Run(R"(http { url: "http://h/" })").status;
  EXPECT_THAT(status, HasDiagnosticId("check/http"));
  EXPECT_THAT(Details(status), HasSubstr("found h:80 refuses"));
}

TEST_F(CheckRunnerTest, TlsIsAboutTheCertificate) {
  struct Case {
    const char* id;
    bool holds;
  };
  for (const Case& c : {
           Case{"", true},
           Case{"net/protocol", true},  // no HTTP behind it, such as IMAP
           Case{"net/tls-issuer", false},
           Case{"net/tls", false},
           Case{"net/connect", false},
           Case{"net/dns", false},
           Case{"net/timeout", false},
       }) {
    http_.status = absl::OkStatus();
    if (*c.id != '\0') {
      http_.status =
          DiagnosticError(absl::StatusCode::kFailedPrecondition, c.id, "x");
    }
    http_.code = 404;
    const CheckOutcome outcome = Run(R"(tls { host: "h" port: 993 })");
    EXPECT_EQ(http_.last.url, "https://h:993/");
    EXPECT_EQ(outcome.status.ok(), c.holds) << c.id;
    if (!c.holds) {
      EXPECT_THAT(outcome.status, HasDiagnosticId("check/tls"));
    }
  }
}

TEST_F(CheckRunnerTest, Facts) {
  facts_.AddFile("/etc/motd", "hello\n", 0644);
  facts_.AddVariable("LANG", "C");
  struct Case {
    const char* fact;
    bool holds;
  };
  for (const Case& c : {
           Case{R"(reader { variable { name: "LANG" } }
                   equals { variable { value: "C" } })",
                true},
           Case{R"(reader { variable { name: "LANG" } }
                   equals { variable { value: "de" } })",
                false},
           // Of a path only what is set is compared.
           Case{R"(reader { metadata { path: "/etc/motd" } }
                   equals { metadata { mode: 0644 } })",
                true},
           Case{R"(reader { metadata { path: "/etc/motd" } }
                   equals { metadata { mode: 0600 } })",
                false},
       }) {
    const absl::Status status =
        Run(absl::StrCat("fact { ", c.fact, " }")).status;
    EXPECT_EQ(status.ok(), c.holds) << c.fact;
    if (!c.holds) {
      EXPECT_THAT(status, HasDiagnosticId("check/fact"));
    }
  }
}

TEST_F(CheckRunnerTest, Behaviour) {
  system_.AddDirectory("/plan/data");
  EXPECT_OK(Run(R"(behaviour { directory: "data" symlinks: true locks: true })")
                .status);
  // No script is for the probe, so nothing can be executed there.
  const absl::Status status =
      Run(R"(behaviour { directory: "data" symlinks: true executables: true })")
          .status;
  EXPECT_THAT(status, HasDiagnosticId("check/behaviour"));
  EXPECT_THAT(Details(status),
              "expected executable files\nfound no executable files\n");
  EXPECT_OK(
      Run(R"(behaviour { directory: "data" executables: false })").status);
  EXPECT_THAT(Run(R"(behaviour { directory: "none" })").status,
              HasDiagnosticId("check/behaviour"));
}

// ---- waiting ----

TEST_F(CheckRunnerTest, IsRepeatedUntilItHolds) {
  int starts = 0;
  system_.AddScript({"/bin/ready"}, [&](const ProcessSpec&) {
    ProcessResult result;
    result.status = ++starts < 4 ? 1 : 0;
    return result;
  });
  const CheckOutcome outcome =
      Run(R"(command { argv: "/bin/ready" } deadline_s: 30)");
  EXPECT_OK(outcome.status);
  EXPECT_EQ(outcome.tries, 4);
}

TEST_F(CheckRunnerTest, EndsWithItsDeadline) {
  system_.AddCommand({"/bin/never"}, "", 1);
  const absl::Duration before = system_.MonotonicClock();
  const CheckOutcome outcome =
      Run(R"(command { argv: "/bin/never" } deadline_s: 30)");
  EXPECT_THAT(outcome.status, HasDiagnosticId("check/command"));
  EXPECT_GT(outcome.tries, 10);
  const absl::Duration took = system_.MonotonicClock() - before;
  EXPECT_LE(took, absl::Seconds(30));
  EXPECT_GT(took, absl::Seconds(27));
}

TEST_F(CheckRunnerTest, AFileIsNotWaitedFor) {
  EXPECT_EQ(Run(R"(file { path: "none" } deadline_s: 30)").tries, 1);
}

TEST_F(CheckRunnerTest, AStopRequestEndsTheWait) {
  system_.AddCommand({"/bin/never"}, "", 1);
  system_.RequestStopInWait(2);
  const CheckOutcome outcome =
      Run(R"(command { argv: "/bin/never" } deadline_s: 3600)");
  EXPECT_THAT(outcome.status, StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(outcome.tries, 1);
}

// ---- for real ----

class LocalCheckTest : public testing::Test {
 protected:
  absl::Status Run(absl::string_view check) {
    return CheckRunner(*system_, facts_, -1)
        .Run(ParseText<Check>(check), ".venv", NormalPath(folder_.path()))
        .status;
  }

  TemporaryFolder folder_;
  std::unique_ptr<System> system_ = NewLocalSystem();
  FakeFacts facts_;
};

TEST_F(LocalCheckTest, ImportsWithTheInterpreterOfTheEnvironment) {
  folder_.Write(".venv/bin/x", "");
  ASSERT_EQ(symlink("/usr/bin/python3",
                    (folder_.path() + "/.venv/bin/python").c_str()),
            0);
  // Found by neither the working directory nor anything else.
  folder_.Write("bait.py", "");
  EXPECT_OK(Run(R"(import: "json.decoder")"));
  const absl::Status status = Run(R"(import: "bait")");
  EXPECT_THAT(status, HasDiagnosticId("check/import"));
  EXPECT_EQ(Details(status),
            "at .venv/bin/python\n"
            "found ModuleNotFoundError: No module named 'bait'\n");
}

TEST_F(LocalCheckTest, APortThatListensAnswers) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* any = reinterpret_cast<struct sockaddr*>(&address);
  ASSERT_EQ(bind(listener, any, size), 0);
  ASSERT_EQ(getsockname(listener, any, &size), 0);
  const std::string check = absl::StrCat(
      "tcp { host: '127.0.0.1' port: ", ntohs(address.sin_port), " }");
  const absl::Status closed = Run(check);
  EXPECT_THAT(closed, HasDiagnosticId("check/tcp"));
  EXPECT_THAT(Details(closed), HasSubstr("Connection refused"));
  ASSERT_EQ(listen(listener, 1), 0);
  EXPECT_OK(Run(check));
  close(listener);
}

}  // namespace
}  // namespace provision
