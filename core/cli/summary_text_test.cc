#include "core/cli/summary_text.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

// P4: each exit code has its first word, and what comes last is what goes on.
TEST(SummaryTextTest, EveryExitCodeHasItsVerdict) {
  const struct {
    absl::string_view summary;
    bool preview;
    absl::string_view text;
  } kCases[] = {
      {"exit: 0", false, "Converged: nothing to do. 0 actions.\n"},
      {"exit: 0 already_so: 3", true,
       "Converged: nothing to change, 3 already so.\n"},
      // A saved plan that is shown: nothing was asked of the host.
      {"exit: 0 to_change: 1 actions: 1", true,
       "1 to change, 0 already so. 1 action: 0 B to fetch, 0 B on disk.\n"},
      {"exit: 1 failed: 1 duration_ms: 60000", false,
       "Failed: 0 changed, 0 already so, 1 failed. 0 actions, 1 min 00 s. "
       "Exit 1.\n"},
      {"exit: 1 to_change: 2 refused: 1 actions: 1", true,
       "Failed: 2 to change, 0 already so, 1 refused. Exit 1. 1 action: 0 B to "
       "fetch, 0 B on disk.\n"},
      {"exit: 2 to_change: 1 unknown: 1 network: \"none\"", true,
       "1 to change, 0 already so, 1 unknown. 0 actions: 0 B to fetch, 0 B on "
       "disk.\nNetwork: none.\n"},
      {"exit: 3 failed: 1 blocked: 2 changed: 1 due: 1", false,
       "Stopped: 1 changed, 0 already so, 1 failed, 2 blocked, 1 due. 0 "
       "actions. Exit 3.\n"},
      {"exit: 4 in_doubt: 1 next: \"provision status\"", false,
       "In doubt: 0 changed, 0 already so, 1 in doubt. 0 actions. Exit "
       "4.\nnext: provision status\n"},
      {"exit: 5", false, "In use: nothing changed. Exit 5.\n"},
      {"exit: 6 journal: \"/home/ada/x\"", false,
       "Interrupted: 0 changed, 0 already so. 0 actions. Exit 6.\njournal: "
       "~/x\n"},
      {"exit: 7 next: \"a\" next: \"bcd\" next_note: \"one\" next_note: "
       "\"two\"",
       false,
       "Needs root: 0 changed, 0 already so. 0 actions. Exit 7.\n"
       "next: a                                  one\n"
       "      bcd                                two\n"},
      {"exit: 8", false,
       "Needs a reboot: 0 changed, 0 already so. 0 actions. Exit 8.\n"},
      {"exit: 64 refused: 1", false,
       "Refused: 1 error, nothing was read from the host. Exit 64.\n"},
      {"exit: 65 refused: 2", true,
       "Refused: 2 errors, nothing was read from the host. Exit 65.\n"},
      {"exit: 74", false,
       "Not durable: 0 changed, 0 already so. 0 actions. Exit 74.\n"},
      {"exit: 2 to_change: 1 approved_digest: \"sha256:ab\"", true,
       "1 to change, 0 already so. 0 actions: 0 B to fetch, 0 B on "
       "disk.\ndigest: sha256:ab\n"}};
  RenderOptions options;
  options.home = "/home/ada";
  const TerminalStyle style(options);
  for (const auto& c : kCases) {
    Event::Summary summary;
    testing_internal::ParseTextInto(c.summary, &summary);
    EXPECT_EQ(SummaryText(summary, c.preview, false, style), c.text)
        << c.summary;
  }
}

TEST(SummaryTextTest, ANoteThatHasNoRoomStandsBelowItsCommand) {
  Event::Summary summary;
  testing_internal::ParseTextInto(
      "exit: 7 next: \"sudo provision apply /home/ada/state/root-part.plan "
      "--approved sha256:0123\" next_note: \"does what needs root\" "
      "next: \"provision apply plan.textproto\" next_note: \"goes on\"",
      &summary);
  RenderOptions options;
  options.terminal = true;
  EXPECT_EQ(SummaryText(summary, false, false, TerminalStyle(options)),
            "Needs root: 0 changed, 0 already so. 0 actions. Exit 7.\n"
            "next: sudo provision apply /home/ada/state/root-part.plan "
            "--approved sha256:0123\n"
            "        does what needs root\n"
            "      provision apply plan.textproto     goes on\n");
}

TEST(SummaryTextTest, ATerminalGetsWholeSentencesToALine) {
  Event::Summary summary;
  testing_internal::ParseTextInto(
      "exit: 3 failed: 1 blocked: 2 changed: 1 due: 1", &summary);
  RenderOptions options;
  options.terminal = true;
  options.columns = 62;
  EXPECT_EQ(SummaryText(summary, false, false, TerminalStyle(options)),
            "Stopped: 1 changed, 0 already so, 1 failed, 2 blocked, 1 due.\n"
            "0 actions. Exit 3.\n");
}

TEST(SummaryTextTest, ConvergedSaysWhatElseIsUnfinished) {
  Event::Summary summary;
  testing_internal::ParseTextInto(
      "exit: 0 unfinished: \"run 7f3c2a91: failed in step b\" next: \"x\"",
      &summary);
  EXPECT_EQ(SummaryText(summary, false, false, TerminalStyle(RenderOptions{})),
            "Converged: nothing to do. 0 actions.\n"
            "unfinished: run 7f3c2a91: failed in step b\n"
            "next: x\n");
}

TEST(SummaryTextTest, ARefusalDoesNotClaimThatNothingWasRead) {
  Event::Summary summary;
  summary.set_exit(65);
  EXPECT_EQ(SummaryText(summary, false, true, TerminalStyle(RenderOptions{})),
            "Refused: nothing changed. Exit 65.\n");
}

}  // namespace
}  // namespace provision
