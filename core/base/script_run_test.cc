#include "core/base/script_run.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "core/base/descriptor.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::HasSubstr;

absl::StatusOr<std::string> RunScript(const std::string& script,
                                      const std::string& input,
                                      size_t most_bytes = 64 << 20) {
  std::string path = absl::StrCat(testing::TempDir(), "/script.XXXXXX");
  Descriptor writing(mkstemp(path.data()));
  EXPECT_EQ(WriteWholly(writing.get(), absl::StrCat("#!/bin/sh\n", script)), 0);
  EXPECT_EQ(fchmod(writing.get(), 0700), 0);
  // One that is open for writing is not executed.
  const Descriptor opened(open(path.c_str(), O_RDONLY));
  writing.Close();
  // Above those of the frames.
  const Descriptor reading(fcntl(opened.get(), F_DUPFD, 10));
  return RunHeldScript(reading.get(), input, most_bytes);
}

TEST(ScriptRunTest, WhatFitsNoPipeGoesThroughBothWays) {
  const std::string much(4 << 20, 'x');
  EXPECT_THAT(RunScript("cat", much), IsOkAndHolds(much));
}

TEST(ScriptRunTest, ItMayAnswerWithoutReading) {
  EXPECT_THAT(RunScript("echo yes", std::string(4 << 20, 'x')),
              IsOkAndHolds(std::string("yes\n")));
}

TEST(ScriptRunTest, SaysHowItFailed) {
  EXPECT_THAT(RunScript("exit 3", ""),
              StatusIs(absl::StatusCode::kUnknown, HasSubstr("status 3")));
  EXPECT_THAT(RunScript("kill -9 $$", ""),
              StatusIs(absl::StatusCode::kUnknown, HasSubstr("signal 9")));
  EXPECT_THAT(RunScript("exec yes", "", 1 << 20),
              StatusIs(absl::StatusCode::kOutOfRange));
}

}  // namespace
}  // namespace provision
