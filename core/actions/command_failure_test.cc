#include "core/actions/command_failure.h"

#include "absl/strings/str_cat.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using Outcome = ProcessResult::Outcome;

ProcessResult Result(Outcome outcome, int status) {
  ProcessResult result;
  result.outcome = outcome;
  result.status = status;
  return result;
}

TEST(CommandFailureTest, SaysHowItEnded) {
  struct Case {
    Outcome outcome;
    int status;
    const char* text;
  };
  for (const Case& c : {
           Case{Outcome::kExited, 2, "exit status 2"},
           Case{Outcome::kSignaled, 137, "killed by signal 9 (SIGKILL)"},
           Case{Outcome::kSignaled, 128 + 40, "killed by signal 40"},
           Case{Outcome::kDeadline, 143, "no end within 1m30s"},
           Case{Outcome::kStopped, 143, "stopped on request"},
       }) {
    EXPECT_EQ(HowItEnded(Result(c.outcome, c.status), absl::Seconds(90)),
              c.text);
  }
}

TEST(CommandFailureTest, QuotesWhatAShellWouldTakeApart) {
  EXPECT_EQ(CommandText({"/usr/bin/uv", "pip", "a>=1", "it's", "", "x y"}),
            "/usr/bin/uv pip 'a>=1' 'it'\\''s' '' 'x y'");
}

constexpr char kRun[] = R"pb(
  failure {
    pattern: "No matching distribution found for (\\S+)"
    id: "python_packages/no-wheel"
    message: "no version of \\1 is on offer"
    because: "\\0; there is no \\2 group, and no \\9"
    next: "name another version of \\1"
    next: "a\\b"
  }
  failure {
    pattern: "(?i)connection (reset|refused)"
    id: "net/refused"
    message: "the index does not answer: \\1"
    transient: true
  }
  failure { pattern: "(" id: "x/y" message: "never" }
)pb";

TEST(CommandFailureTest, TheFirstPatternThatIsFoundExplains) {
  const provision::Run run = ParseText<provision::Run>(kRun);
  ProcessResult result = Result(Outcome::kExited, 1);
  result.standard_output = "Connection refused\n";
  result.standard_error =
      "ERROR: No matching distribution found for numpy==9\n";
  const absl::Status status =
      CommandFailure(run, "uv pip", result, absl::Hours(1));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(
      DiagnosticFromStatus(status), EqualsProto(R"pb(
        severity: ERROR
        id: "python_packages/no-wheel"
        message: "no version of numpy==9 is on offer"
        detail { label: "at" text: "uv pip: exit status 1" }
        detail {
          label: "found"
          text: "ERROR: No matching distribution found for numpy==9"
        }
        detail {
          label: "because"
          text: "No matching distribution found for numpy==9; there is no  group, and no "
        }
        next: "name another version of numpy==9"
        next: "a\\b"
      )pb"));

  result.standard_error = "";
  EXPECT_THAT(CommandFailure(run, "uv pip", result, absl::Hours(1)),
              testing::AllOf(StatusIs(absl::StatusCode::kUnavailable,
                                      "the index does not answer: refused"),
                             HasDiagnosticId("net/refused")));
}

TEST(CommandFailureTest, WithoutAPatternTheLastLinesTell) {
  ProcessResult result = Result(Outcome::kExited, 3);
  result.standard_output = "out\n";
  for (int i = 1; i <= 7; ++i) {
    absl::StrAppend(&result.standard_error, "line ", i, "\n\n");
  }
  const absl::Status status = CommandFailure(ParseText<provision::Run>(kRun),
                                             "make", result, absl::Hours(1));
  EXPECT_THAT(status, HasDiagnosticId("run/failed"));
  const Diagnostic diagnostic = DiagnosticFromStatus(status);
  EXPECT_EQ(diagnostic.message(), "make: exit status 3");
  ASSERT_EQ(diagnostic.detail_size(), 6);
  EXPECT_THAT(diagnostic.detail(0).text(),
              testing::HasSubstr("pattern ( is no RE2"));
  EXPECT_EQ(diagnostic.detail(1).text(), "line 3");
  EXPECT_EQ(diagnostic.detail(5).text(), "line 7");

  result.standard_error = "\n";
  EXPECT_EQ(DiagnosticFromStatus(CommandFailure(provision::Run(), "make",
                                                result, absl::Hours(1)))
                .detail(0)
                .text(),
            "out");
}

TEST(CommandFailureTest, LimitsStopsAndDeadlinesComeBeforePatterns) {
  const provision::Run run = ParseText<provision::Run>(kRun);
  ProcessResult result = Result(Outcome::kSignaled, 137);
  result.standard_error = "No matching distribution found for x";
  result.out_of_memory = true;
  result.limits_read_back.memory_bytes = 64 << 20;
  EXPECT_THAT(CommandFailure(run, "c", result, absl::Hours(1)),
              testing::AllOf(StatusIs(absl::StatusCode::kResourceExhausted),
                             HasDiagnosticId("limits/out-of-memory")));
  result.out_of_memory = false;
  result.outcome = Outcome::kStopped;
  EXPECT_THAT(CommandFailure(run, "c", result, absl::Hours(1)),
              testing::AllOf(StatusIs(absl::StatusCode::kCancelled),
                             HasDiagnosticId("run/stopped")));
  result.outcome = Outcome::kDeadline;
  EXPECT_THAT(CommandFailure(run, "c", result, absl::Hours(1)),
              testing::AllOf(StatusIs(absl::StatusCode::kDeadlineExceeded,
                                      "c: no end within 1h"),
                             HasDiagnosticId("run/deadline")));
}

}  // namespace
}  // namespace provision
