#include "core/cli/diagnostic_text.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

std::string Show(absl::string_view text, RenderOptions options = {}) {
  Diagnostic diagnostic;
  testing_internal::ParseTextInto(text, &diagnostic);
  return DiagnosticText(diagnostic, TerminalStyle(options));
}

// cli.md 4.1, the failing step.
TEST(DiagnosticTextTest, AStepThatFailed) {
  EXPECT_EQ(Show(R"pb(
              severity: ERROR
              id: "net/proxy-auth"
              step: "packages"
              message: "fetch certifi: proxy wants credentials"
              detail { label: "at" text: "corp.textproto:13:3, action 1 of 7" }
              detail { label: "found" text: "407 from proxy.corp.example:3128" }
              detail { label: "because" text: "407 is not retried" }
              next: "add credentials { env: \"PROXY_LOGIN\" } to the proxy step"
            )pb"),
            "error: packages: fetch certifi: proxy wants credentials "
            "[net/proxy-auth]\n"
            "  at       corp.textproto:13:3, action 1 of 7\n"
            "  found    407 from proxy.corp.example:3128\n"
            "  because  407 is not retried\n"
            "  next     add credentials { env: \"PROXY_LOGIN\" } to the proxy "
            "step\n");
}

// cli.md 4.2.
TEST(DiagnosticTextTest, ATypoIsUnderlined) {
  EXPECT_EQ(Show(R"pb(
              id: "plan/unknown-step"
              place {
                file: "plan.textproto"
                line: 10
                column: 10
                length: 8
                source: "  after: \"pyhton\""
              }
              message: "no step is called \"pyhton\""
              suggestion: "python"
            )pb"),
            "error: plan.textproto:10:10: no step is called \"pyhton\" "
            "[plan/unknown-step]\n"
            "   10 |   after: \"pyhton\"\n"
            "      |          ^~~~~~~~ did you mean \"python\"?\n");
  EXPECT_EQ(
      Show(R"pb(
        id: "plan/unknown-field"
        place { file: "p" line: 7 column: 5 length: 3 source: "  { rot: 1 }" }
        message: "no such field: rot"
        suggestion: "root"
        next: "provision explain python"
      )pb"),
      "error: p:7:5: no such field: rot [plan/unknown-field]\n"
      "    7 |   { rot: 1 }\n"
      "      |     ^~~ did you mean root?\n"
      "  next     provision explain python\n");
}

TEST(DiagnosticTextTest, TheUnderlineCountsColumnsNotBytes) {
  EXPECT_EQ(
      Show(R"pb(
        id: "a/b"
        place { file: "p" line: 1 column: 6 length: 2 source: "\"日é\" 日x\t" }
        message: "m"
      )pb"),
      "error: p:1:6: m [a/b]\n"
      "    1 | \"日é\" 日x \n"
      "      |       ^~~\n");
}

TEST(DiagnosticTextTest, PlacesAsFarAsTheyAreKnown) {
  EXPECT_EQ(Show(R"pb(id: "a/b" message: "m")pb"), "error: m [a/b]\n");
  EXPECT_EQ(Show(R"pb(id: "a/b"
                      message: "m"
                      place { file: "f" }
                      step: "s")pb"),
            "error: f: m [a/b]\n");
  EXPECT_EQ(Show(R"pb(id: "a/b"
                      message: "m"
                      place { file: "f" line: 3 })pb"),
            "error: f:3: m [a/b]\n");
  EXPECT_EQ(Show(R"pb(severity: WARNING id: "a/b" message: "m" step: "s")pb"),
            "warning: s: m [a/b]\n");
  EXPECT_EQ(Show(R"pb(severity: NOTE message: "m" suggestion: "n")pb"),
            "note: m\n  nearest  n\n");
}

TEST(DiagnosticTextTest, LabelsAreAsWideAsTheLongest) {
  EXPECT_EQ(Show(R"pb(
              message: "m"
              detail { label: "expected" text: "a" }
              detail { label: "tried" text: "b" }
              detail { label: "tried" text: "c" }
              next: "d"
            )pb"),
            "error: m\n"
            "  expected  a\n"
            "  tried     b\n"
            "            c\n"
            "  next      d\n");
}

TEST(DiagnosticTextTest, OutsideTextIsEscapedAndDetailsAreWrapped) {
  RenderOptions options;
  options.terminal = true;
  options.columns = 40;
  options.color = true;
  EXPECT_EQ(
      Show(R"pb(
             id: "a/b"
             message: "m\x1b[2J\xff"
             detail { label: "found" text: "one two three four five six seven" }
             next: "provision a command that is longer than the line"
           )pb",
           options),
      "\x1b[31merror:\x1b[0m m\\x1b[2J\\xff \x1b[2m[a/b]\x1b[0m\n"
      "  found    one two three four five six\n"
      "           seven\n"
      "  next     provision a command that is longer than the line\n");
}

TEST(DiagnosticTextTest, TheHomeIsATilde) {
  RenderOptions options;
  options.home = "/home/ada";
  EXPECT_EQ(Show(R"pb(message: "m"
                      place { file: "/home/ada/p" })pb",
                 options),
            "error: ~/p: m\n");
  EXPECT_EQ(Show(R"pb(message: "m"
                      place { file: "/home/adam/p" })pb",
                 options),
            "error: /home/adam/p: m\n");
}

}  // namespace
}  // namespace provision
