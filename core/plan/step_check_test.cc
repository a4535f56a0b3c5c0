#include "core/plan/step_check.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

// The fields that are wrong, as "id field".
std::vector<std::string> Wrong(absl::string_view fields) {
  CheckedStep step;
  step.id = "a";
  step.path = "step[0]";
  step.step = ParseText<Step>(fields);
  std::vector<Diagnostic> diagnostics;
  CheckCommonFields(step, &diagnostics);
  std::vector<std::string> wrong;
  for (const Diagnostic& diagnostic : diagnostics) {
    EXPECT_EQ(diagnostic.severity(), Diagnostic::ERROR);
    EXPECT_EQ(diagnostic.step(), "a");
    EXPECT_GT(diagnostic.detail_size(), 0);
    wrong.push_back(absl::StrCat(diagnostic.id(), " ", diagnostic.field()));
  }
  return wrong;
}

TEST(CheckCommonFieldsTest, RangesHaveEnds) {
  struct Case {
    const char* right;
    const char* wrong;
    const char* field;
  };
  for (const Case& c : {
           Case{"retry { attempts: 1 }", "retry { attempts: 0 }",
                "retry.attempts"},
           Case{"retry { attempts: 20 }", "retry { attempts: 21 }",
                "retry.attempts"},
           Case{"retry { backoff_s: 0 }", "retry { backoff_s: -1 }",
                "retry.backoff_s"},
           Case{"retry { backoff_s: 3600 }", "retry { backoff_s: 3601 }",
                "retry.backoff_s"},
           Case{"timeout_s: 1", "timeout_s: 0", "timeout_s"},
           Case{"timeout_s: 604800", "timeout_s: 604801", "timeout_s"},
       }) {
    EXPECT_THAT(Wrong(c.right), testing::IsEmpty()) << c.right;
    EXPECT_THAT(Wrong(c.wrong), testing::ElementsAre(absl::StrCat(
                                    "plan/range step[0].", c.field)))
        << c.wrong;
  }
}

TEST(CheckCommonFieldsTest, PlatformsArePatterns) {
  for (const char* pattern :
       {"debian-12/*", "linux/amd64", "ubuntu:>=22.04", "debian-like:*"}) {
    EXPECT_THAT(Wrong(absl::StrCat("when { platform: \"", pattern, "\" }")),
                testing::IsEmpty())
        << pattern;
  }
  EXPECT_THAT(Wrong("when { platform: \"x\" platform: \"\" }"),
              testing::ElementsAre("plan/bad-value step[0].when.platform[1]"));
}

TEST(CheckCommonFieldsTest, ChecksHaveToBePossible) {
  struct Case {
    const char* check;
    const char* field;  // within verify[0]
  };
  for (const Case& c : {
           Case{"", ""},
           Case{"import: \"\"", ".import"},
           Case{"import: \"os; print\"", ".import"},
           Case{"import: \"a..b\"", ".import"},
           Case{"file { }", ".file.path"},
           Case{"file { path: \"a\" mode: \"0888\" }", ".file.mode"},
           Case{"file { path: \"a\" mode: \"rw\" }", ".file.mode"},
           Case{"file { path: \"a\" sha256: \"abc\" }", ".file.sha256"},
           Case{"command { }", ".command.argv"},
           Case{"command { argv: \"a\" output: \"(\" }", ".command.output"},
           Case{"command { argv: \"a\" exit_status: 256 }",
                ".command.exit_status"},
           Case{"tcp { port: 1 }", ".tcp.host"},
           Case{"tcp { host: \"h\" }", ".tcp.port"},
           Case{"tls { host: \"h\" port: 65536 }", ".tls.port"},
           Case{"http { url: \"ftp://h\" }", ".http.url"},
           Case{"http { url: \"http://h\" status: 99 }", ".http.status"},
           Case{"fact { equals { } }", ".fact.reader"},
           Case{"fact { reader { } }", ".fact.equals"},
           Case{"behaviour { }", ".behaviour.directory"},
           Case{"import: \"a\" deadline_s: -1", ".deadline_s"},
       }) {
    const std::vector<std::string> wrong =
        Wrong(absl::StrCat("verify { ", c.check, " }"));
    ASSERT_EQ(wrong.size(), 1u) << c.check;
    EXPECT_THAT(wrong[0],
                testing::EndsWith(absl::StrCat(" step[0].verify[0]", c.field)));
  }
}

TEST(CheckCommonFieldsTest, ModesAreOctal) {
  for (const char* mode : {"0", "644", "0644", "1777", "01777"}) {
    EXPECT_THAT(Wrong(absl::StrCat("verify { file { path: \"a\" mode: \"", mode,
                                   "\" } }")),
                testing::IsEmpty())
        << mode;
  }
  for (const char* mode : {"", "8", "11777", "001777", "0x1ff"}) {
    EXPECT_EQ(Wrong(absl::StrCat("verify { file { path: \"a\" mode: \"", mode,
                                 "\" } }"))
                  .size(),
              1u)
        << mode;
  }
}

}  // namespace
}  // namespace provision
