#include "tools/crash/tracer.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using Kind = Fault::Kind;

// exec, open, write and fsync of the ledger, the same of the file, rename.
constexpr int kCallsOfOneEffect = 8;

class TracerTest : public ::testing::Test {
 protected:
  TracerTest() : folder_(absl::StrCat(::testing::TempDir(), "tracer")) {
    EXPECT_EQ(
        system(absl::StrCat("rm -rf ", folder_, "; mkdir ", folder_).c_str()),
        0);
  }

  TraceResult Run(const Fault& fault, bool keep_trace = false) {
    unlink(Path("ledger").c_str());
    unlink(Path("file").c_str());
    unlink(Path("file.new").c_str());
    absl::StatusOr<TraceResult> result =
        Trace({.argv = {absl::StrCat(getenv("TEST_SRCDIR"), "/",
                                     getenv("TEST_WORKSPACE"),
                                     "/tools/crash/crash_child"),
                        Path("ledger"), "name", "effect", Path("file")},
               .directory = folder_,
               .fault = fault,
               .keep_trace = keep_trace});
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *std::move(result) : TraceResult();
  }

  std::string Path(const char* name) const {
    return absl::StrCat(folder_, "/", name);
  }
  std::string Content(const char* name) const {
    std::ifstream file(Path(name));
    std::stringstream content;
    content << file.rdbuf();
    return file ? content.str() : "absent";
  }

  const std::string folder_;
};

TEST_F(TracerTest, CountsWithoutAFault) {
  const TraceResult result = Run({});
  EXPECT_EQ(result.calls, kCallsOfOneEffect);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_FALSE(result.fired);
  EXPECT_EQ(Content("file"), "name");
}

TEST_F(TracerTest, TheTraceNamesCallsPathsAndResults) {
  const TraceResult result = Run({}, /*keep_trace=*/true);
  std::vector<std::string> changes;
  for (const TracedCall& call : result.trace) {
    if (call.number > 1) {
      changes.push_back(absl::StrCat(call.call->name, " ", call.path));
      EXPECT_TRUE(call.ok()) << call.Text();
    }
  }
  EXPECT_THAT(changes, ::testing::ElementsAre(
                           absl::StrCat("openat ", Path("ledger")),
                           absl::StrCat("write ", Path("ledger")),
                           absl::StrCat("fsync ", Path("ledger")),
                           absl::StrCat("openat ", Path("file.new")),
                           absl::StrCat("write ", Path("file.new")),
                           absl::StrCat("fsync ", Path("file.new")),
                           absl::StrCat("rename ", Path("file.new"))));
}

TEST_F(TracerTest, ANameOfADescriptorIsWhatItIsOpenOn) {
  const std::string command = absl::StrCat(
      ": > ", Path("file"), "; chmod 600 /proc/self/fd/3 3<", Path("file"));
  absl::StatusOr<TraceResult> result =
      Trace({.argv = {"/bin/sh", "-c", command},
             .environment = {"PATH=/bin"},
             .keep_trace = true});
  ASSERT_OK(result);
  const auto chmod = absl::c_find_if(result->trace, [](const TracedCall& call) {
    return call.call->kind == MutatingCall::Kind::kAttributes;
  });
  ASSERT_NE(chmod, result->trace.end());
  EXPECT_EQ(chmod->path, Path("file"));
  EXPECT_GT(chmod->number, 0);
  EXPECT_EQ(chmod->after.mode, 0600u);
}

TEST_F(TracerTest, KillsBeforeAndAfterTheCall) {
  TraceResult result = Run({.kind = Kind::kKillBefore, .at = 6});
  EXPECT_TRUE(result.killed);
  EXPECT_EQ(result.end_signal, SIGKILL);
  EXPECT_EQ(result.calls, 6);
  EXPECT_EQ(Content("file.new"), "");
  result = Run({.kind = Kind::kKillAfter, .at = 6});
  EXPECT_TRUE(result.killed);
  EXPECT_EQ(Content("file.new"), "name");
  result = Run({.kind = Kind::kKillAfter, .at = 9});
  EXPECT_FALSE(result.fired);
  EXPECT_EQ(result.exit_code, 0);
}

TEST_F(TracerTest, TearsAWriteAndNothingElse) {
  TraceResult result = Run({.kind = Kind::kTorn, .at = 6, .percent = 50});
  EXPECT_TRUE(result.killed);
  EXPECT_EQ(Content("file.new"), "na");
  result = Run({.kind = Kind::kTorn, .at = 6, .percent = 99});
  EXPECT_EQ(Content("file.new"), "nam");
  result = Run({.kind = Kind::kTorn, .at = 5, .percent = 50});
  EXPECT_FALSE(result.fired);
  EXPECT_EQ(Content("file"), "name");
}

TEST_F(TracerTest, FailsACallOnceOrFromThereOn) {
  TraceResult result =
      Run({.kind = Kind::kErrno, .at = 6, .error_number = ENOSPC});
  EXPECT_TRUE(result.fired);
  EXPECT_FALSE(result.killed);
  EXPECT_EQ(result.exit_code, 74);
  EXPECT_EQ(Content("file.new"), "absent") << "the child cleans up";
  result = Run({.kind = Kind::kErrno, .at = 1, .error_number = EIO});
  EXPECT_EQ(result.exit_code, 127);
  result =
      Run({.kind = Kind::kErrno, .at = 2, .error_number = EIO, .sticky = true},
          /*keep_trace=*/true);
  EXPECT_EQ(result.exit_code, 74);
  EXPECT_EQ(Content("ledger"), "absent");
  EXPECT_EQ(result.trace.back().result, -EIO);
}

TEST_F(TracerTest, AShortWriteGoesOn) {
  const TraceResult result =
      Run({.kind = Kind::kShort, .at = 6, .percent = 50}, /*keep_trace=*/true);
  EXPECT_TRUE(result.fired);
  EXPECT_EQ(result.exit_code, 74) << "the child does not write the rest";
  const auto cut = absl::c_find_if(
      result.trace, [](const TracedCall& call) { return call.number == 6; });
  ASSERT_NE(cut, result.trace.end());
  EXPECT_EQ(cut->result, 2);
}

TEST_F(TracerTest, SendsASignal) {
  const TraceResult result =
      Run({.kind = Kind::kSignal, .at = 5, .signal = SIGTERM});
  EXPECT_TRUE(result.fired);
  EXPECT_FALSE(result.killed);
  EXPECT_EQ(result.end_signal, SIGTERM);
}

TEST_F(TracerTest, FollowsTheWholeTree) {
  const std::string script =
      absl::StrCat("(echo a > ", Path("file"), "); /bin/mkdir ", Path("b"),
                   " & wait; exec /bin/rmdir ", Path("b"));
  const TraceOptions options = {.argv = {"/bin/sh", "-c", script},
                                .directory = folder_};
  absl::StatusOr<TraceResult> result = Trace(options);
  ASSERT_TRUE(result.ok());
  // Three execs, an open and a write, mkdir, rmdir.
  EXPECT_EQ(result->calls, 6) << "`echo` writes to descriptor 1";
  EXPECT_EQ(result->exit_code, 0);
  for (int n = 1; n <= 6; ++n) {
    TraceOptions killed = options;
    killed.fault = {.kind = Kind::kKillAfter, .at = n};
    rmdir(Path("b").c_str());
    result = Trace(killed);
    ASSERT_TRUE(result.ok());
    EXPECT_TRUE(result->killed) << n;
    EXPECT_EQ(access(Path("b").c_str(), F_OK) == 0, n == 4 || n == 5) << n;
  }
}

TEST_F(TracerTest, WhatHangsIsEnded) {
  absl::StatusOr<TraceResult> result =
      Trace({.argv = {"/bin/sh", "-c", "while :; do :; done"},
             .deadline = absl::Milliseconds(200)});
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->overdue);
  EXPECT_FALSE(result->fired);
  EXPECT_EQ(result->end_signal, SIGKILL);
}

TEST_F(TracerTest, WhatCannotStartIsAnError) {
  const absl::StatusOr<TraceResult> result =
      Trace({.argv = {"/bin/true"}, .directory = Path("nowhere")});
  EXPECT_EQ(result.status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(FaultTest, SaysWhatItIs) {
  EXPECT_EQ((Fault{.kind = Kind::kKillBefore, .at = 3}).Text(),
            "killed before call 3");
  EXPECT_EQ(
      (Fault{
           .kind = Kind::kErrno, .at = 3, .error_number = EIO, .sticky = true})
          .Text(),
      "EIO in call 3 and all later ones");
  EXPECT_EQ((Fault{.kind = Kind::kSignal, .at = 1, .signal = SIGINT}).Text(),
            "SIGINT at call 1");
}

}  // namespace
}  // namespace provision
