#include "core/cli/terminal_renderer.h"

#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "core/cli/display_text.h"
#include "core/cli/testing/event_script.pb.h"
#include "core/cli/testing/fake_console.h"
#include "core/cli/testing/screen.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using Detail = RenderOptions::Detail;
using Progress = RenderOptions::Progress;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string ReadSample(absl::string_view name) {
  std::ifstream file(absl::StrCat("core/cli/testdata/samples/", name));
  EXPECT_TRUE(file.is_open()) << name;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

RenderOptions Terminal() {
  RenderOptions options;
  options.terminal = true;
  options.progress = Progress::kLive;
  options.home = "/home/ada";
  return options;
}

RenderOptions Pipe() {
  RenderOptions options;
  options.progress = Progress::kLines;
  options.home = "/home/ada";
  return options;
}

// Plays a script to a renderer; `console` is what it wrote when the script has
// ended, the live lines still there.
void Play(const EventScript& script, const RenderOptions& options,
          FakeConsole* console) {
  FakeConsole with_the_end;
  absl::Duration now;
  {
    TerminalRenderer renderer(options, with_the_end, [&now] { return now; });
    for (const EventScript::Item& item : script.item()) {
      if (item.has_at_ms()) now = absl::Milliseconds(item.at_ms());
      if (item.has_event()) {
        renderer.Emit(item.event());
      } else {
        renderer.Tick();
      }
    }
    *console = with_the_end;
  }
  Screen screen;
  screen.Write(with_the_end.error);
  // Whatever happens, nothing drawn is left behind.
  EXPECT_THAT(screen.Text(), Not(HasSubstr("━")));
}

EventScript ReadScript(absl::string_view name) {
  EventScript script;
  testing_internal::ParseTextInto(
      ReadSample(absl::StrCat(name, ".events.textproto")), &script);
  return script;
}

EventScript Script(absl::string_view text) {
  EventScript script;
  testing_internal::ParseTextInto(text, &script);
  return script;
}

std::string Seen(const FakeConsole& console) {
  Screen screen;
  screen.Write(console.both);
  return screen.Text();
}

// The samples of cli.md 4, as a person sees them in a terminal.
TEST(TerminalRendererTest, SamplesInATerminal) {
  const struct {
    absl::string_view events, sample;
    bool quiet;
  } kCases[] = {{"plan", "plan.txt", false},
                {"apply_live", "apply_live.txt", false},
                {"apply", "apply.txt", false},
                {"again", "again.txt", false},
                {"after_kill", "after_kill.txt", false},
                {"failing", "failing.txt", false},
                {"typo", "typo.txt", false},
                {"ladder", "ladder.txt", true},
                {"irreversible", "irreversible.txt", false}};
  for (const auto& c : kCases) {
    SCOPED_TRACE(std::string(c.sample));
    RenderOptions options = Terminal();
    options.quiet = c.quiet;
    FakeConsole console;
    Play(ReadScript(c.events), options, &console);
    EXPECT_EQ(Seen(console), ReadSample(c.sample));
  }
}

// Off the terminal there is no ESC and no CR, and nothing is shortened.
TEST(TerminalRendererTest, SamplesInAPipe) {
  const struct {
    absl::string_view events, sample;
    bool quiet;
  } kCases[] = {{"plan", "plan.txt", false},
                {"apply_pipe", "apply_pipe.txt", false},
                {"again", "again.txt", false},
                {"after_kill", "after_kill.txt", false},
                {"failing", "failing.txt", false},
                {"typo", "typo.txt", false},
                {"ladder", "ladder.txt", true},
                {"irreversible", "irreversible.txt", false}};
  for (const auto& c : kCases) {
    SCOPED_TRACE(std::string(c.sample));
    RenderOptions options = Pipe();
    options.quiet = c.quiet;
    FakeConsole console;
    Play(ReadScript(c.events), options, &console);
    EXPECT_THAT(console.both, Not(HasSubstr("\x1b")));
    EXPECT_THAT(console.both, Not(HasSubstr("\r")));
    EXPECT_EQ(console.both,
              absl::StrReplaceAll(
                  ReadSample(c.sample),
                  {{"~/.local/…/provision/python/3.11.7    3,412",
                    "~/.local/share/provision/python/3.11.7  3,412"}}));
  }
}

TEST(TerminalRendererTest, TheReportIsOnStandardOutputErrorsAreOnTheOther) {
  FakeConsole console;
  Play(ReadScript("failing"), Pipe(), &console);
  const std::string sample = ReadSample("failing.txt");
  const size_t error = sample.find("\nerror:");
  const size_t summary = sample.find("\nStopped:");
  EXPECT_EQ(console.error, sample.substr(error, summary - error));
  EXPECT_EQ(console.output, sample.substr(0, error) + sample.substr(summary));

  console = FakeConsole();
  Play(ReadScript("typo"), Pipe(), &console);
  EXPECT_EQ(console.output, "");
  EXPECT_EQ(console.error, ReadSample("typo.txt"));
}

// The proposal and the engine both say it.
TEST(TerminalRendererTest, APreviewTellsARefusalOnceBelowTheSteps) {
  const EventScript script = Script(R"pb(
    item { event { run_started { command: "plan" step_name: "a" } } }
    item {
      event {
        step: "a"
        step_planned {
          state: REFUSED
          proposal {
            title: "a file"
            diagnostic { severity: ERROR id: "x/y" message: "in the way" }
          }
        }
      }
    }
    item {
      event {
        diagnostic { severity: ERROR id: "x/y" message: "in the way" step: "a" }
      }
    }
    item { event { summary { exit: 1 refused: 1 } } }
  )pb");
  FakeConsole console;
  Play(script, Pipe(), &console);
  EXPECT_EQ(console.error, "\nerror: a: in the way [x/y]\n");
  EXPECT_THAT(console.both, StartsWith("✗  a  refused"));
}

// First of all where: in the plan, and in the step.
TEST(TerminalRendererTest, AFailureBeginsWithItsPlace) {
  const EventScript script = Script(R"pb(
    item { event { run_started { command: "apply" step_name: "a" } } }
    item {
      event {
        step: "a"
        step_failed {
          text: "write b"
          diagnostic {
            severity: ERROR
            id: "host/read-only"
            message: "create b: Read-only file system"
            place { file: "plan.textproto" line: 9 column: 3 }
            detail { label: "found" text: "a disk" }
            detail { label: "at" text: "action 1 of 2" }
          }
        }
      }
    }
    item { event { summary { exit: 1 } } }
  )pb");
  FakeConsole console;
  Play(script, Pipe(), &console);
  EXPECT_THAT(console.error,
              HasSubstr("[host/read-only]\n"
                        "  at       plan.textproto:9:3, action 1 of 2\n"
                        "  found    a disk\n"));
}

TEST(TerminalRendererTest, AsciiHasNoOtherCharacter) {
  RenderOptions options = Terminal();
  options.ascii = true;
  FakeConsole console;
  Play(ReadScript("failing"), options, &console);
  EXPECT_THAT(Seen(console), StartsWith(ReadSample("failing_ascii.txt")));
  for (absl::string_view events : {"plan", "apply_live", "failing", "ladder"}) {
    FakeConsole other;
    Play(ReadScript(events), options, &other);
    for (char c : other.both) EXPECT_LT(static_cast<unsigned char>(c), 0x80);
  }
}

// P9: colour carries nothing alone.
TEST(TerminalRendererTest, WithoutColourTheWordsAreTheSame) {
  for (absl::string_view events :
       {"plan", "apply", "failing", "typo", "irreversible"}) {
    RenderOptions options = Terminal();
    FakeConsole plain, coloured;
    Play(ReadScript(events), options, &plain);
    options.color = true;
    Play(ReadScript(events), options, &coloured);
    EXPECT_THAT(coloured.both, HasSubstr("\x1b["));
    EXPECT_EQ(Seen(coloured), Seen(plain));
  }
}

// P8: a step of one hour adds nine lines to a pipe.
TEST(TerminalRendererTest, AWaitingStepSpeaksEverLessOften) {
  EventScript script = Script(R"pb(
    item { event { run_started { command: "apply" step_name: "a" } } }
    item {
      event {
        step: "a"
        step_started {}
      }
    }
    item {
      event {
        step: "a"
        waiting { text: "for the index" }
      }
    }
  )pb");
  for (int s = 1; s <= 3600; ++s) script.add_item()->set_at_ms(s * 1000);
  FakeConsole console;
  Play(script, Pipe(), &console);
  EXPECT_EQ(console.output,
            "   a  begins\n"
            "   a  waits       for the index"
            "                                             10 s\n"
            "   a  waits       for the index"
            "                                             20 s\n"
            "   a  waits       for the index"
            "                                             40 s\n"
            "   a  waits       for the index"
            "                                       1 min 20 s\n"
            "   a  waits       for the index"
            "                                       2 min 40 s\n"
            "   a  waits       for the index"
            "                                       5 min 20 s\n"
            "   a  waits       for the index"
            "                                      10 min 40 s\n"
            "   a  waits       for the index"
            "                                      21 min 20 s\n"
            "   a  waits       for the index"
            "                                      42 min 40 s\n");
}

TEST(TerminalRendererTest, ASlowStepTellsWhatItDoes) {
  FakeConsole console;
  Play(Script(R"pb(
         item { event { run_started { command: "apply" step_name: "a" } } }
         item {
           event {
             step: "a"
             step_started {}
           }
         }
         item {
           event {
             step: "a"
             action_started { line { verb: "run" object: "make all" } }
           }
         }
         item { at_ms: 12000 }
         item {
           event {
             step: "a"
             progress { done: 5000000 text: "2 of 3" }
           }
         }
         item { at_ms: 95000 }
       )pb"),
       Pipe(), &console);
  EXPECT_EQ(console.output,
            "   a  begins\n"
            "   a  running     make all"
            "                                                  10 s\n"
            "   a  running     5.0 MB, 2 of 3"
            "                                      1 min 20 s\n");
}

TEST(TerminalRendererTest, WhatRunsAtOnceIsToldTogether) {
  EventScript script = Script(R"pb(
    item { event { run_started { command: "apply" step_name: "a" } } }
    item {
      event {
        step: "a"
        step_started {}
      }
    }
    item {
      event {
        step: "a"
        action_started {
          action: 1
          line { verb: "fetch" object: "x" }
        }
      }
    }
    item {
      event {
        step: "a"
        action_started {
          action: 2
          line { verb: "fetch" object: "y" }
        }
      }
    }
    item {
      event {
        step: "a"
        progress { action: 1 done: 1000000 total: 9000000 text: "x" }
      }
    }
    item {
      event {
        step: "a"
        progress { action: 2 done: 2000000 total: 9000000 text: "y" }
      }
    }
    item { at_ms: 12000 }
  )pb");
  FakeConsole console;
  Play(script, Pipe(), &console);
  EXPECT_THAT(console.output,
              HasSubstr("fetching    3.0 MB, 2 at once: x, y "));
  script.MergeFrom(Script(R"pb(
    item {
      event {
        step: "a"
        action_done { action: 1 outcome: COMMITTED }
      }
    }
    item { at_ms: 95000 }
  )pb"));
  FakeConsole after;
  Play(script, Pipe(), &after);
  EXPECT_THAT(after.output, HasSubstr("fetching    2.0 of 9.0 MB, y "));
}

TEST(TerminalRendererTest, TheLivePartHasFourLinesAtMost) {
  EventScript script = Script(R"pb(
    item { event { run_started { command: "apply" step_name: "s1" } } }
  )pb");
  for (int i = 1; i <= 6; ++i) {
    Event* event = script.add_item()->mutable_event();
    event->set_step(absl::StrCat("s", i));
    event->mutable_step_started();
  }
  FakeConsole console;
  Play(script, Terminal(), &console);
  EXPECT_EQ(Seen(console),
            "   s1  at work                                       "
            "                     0.00 s\n"
            "   s2  at work                                       "
            "                     0.00 s\n"
            "   s3  at work                                       "
            "                     0.00 s\n"
            "   and 3 more at work\n");
  EXPECT_EQ(console.output, "");
}

TEST(TerminalRendererTest, AWaitIsShownLiveAfterTwoSeconds) {
  EventScript script = Script(R"pb(
    item { event { run_started { command: "apply" step_name: "a" } } }
    item {
      event {
        step: "a"
        step_started {}
      }
    }
    item {
      event {
        step: "a"
        waiting { text: "for the lock" }
      }
    }
    item { at_ms: 1900 }
  )pb");
  FakeConsole console;
  Play(script, Terminal(), &console);
  EXPECT_THAT(Seen(console), Not(HasSubstr("for the lock")));
  script.add_item()->set_at_ms(2000);
  console = FakeConsole();
  Play(script, Terminal(), &console);
  EXPECT_THAT(Seen(console), HasSubstr("   a  waits       for the lock "));
}

TEST(TerminalRendererTest, ARateFollowsTheBytes) {
  FakeConsole console;
  Play(Script(R"pb(
         item { event { run_started { command: "apply" step_name: "a" } } }
         item {
           event {
             step: "a"
             step_started {}
           }
         }
         item {
           event {
             step: "a"
             action_started { line { verb: "fetch" object: "numpy" } }
           }
         }
         item {
           at_ms: 1000
           event {
             step: "a"
             progress { done: 1000000 total: 18800000 text: "numpy" }
           }
         }
         item {
           at_ms: 5000
           event {
             step: "a"
             progress { done: 11000000 total: 18800000 text: "numpy" }
           }
         }
         item { at_ms: 10000 }
       )pb"),
       Pipe(), &console);
  EXPECT_THAT(console.output,
              HasSubstr("   a  fetching    11.0 of 18.8 MB, 2.5 MB/s, numpy"));
}

// A line that ran over the edge could not be drawn again.
TEST(TerminalRendererTest, LiveLinesFitANarrowTerminal) {
  EventScript script = Script(R"pb(
    item { event { run_started { command: "apply" } } }
    item {
      event {
        step: "a-step-with-a-long-name"
        step_started {}
      }
    }
    item {
      event {
        step: "a-step-with-a-long-name"
        action_started { line { verb: "fetch" object: "numpy" } }
      }
    }
    item {
      event {
        step: "a-step-with-a-long-name"
        progress { done: 1000000 total: 18800000 text: "numpy" }
      }
    }
  )pb");
  for (int columns : {20, 40, 60, 80}) {
    RenderOptions options = Terminal();
    options.columns = columns;
    FakeConsole console;
    Play(script, options, &console);
    for (absl::string_view line : absl::StrSplit(Seen(console), '\n')) {
      EXPECT_LE(DisplayWidth(line), static_cast<size_t>(columns)) << line;
    }
    EXPECT_THAT(Seen(console),
                HasSubstr(columns == 20 ? "a-step" : "fetching"));
  }
}

// The line that asks stays whole, whatever other steps do meanwhile.
TEST(TerminalRendererTest, NothingIsWrittenWhileSomebodyIsAsked) {
  const EventScript script = Script(R"pb(
    item { event { run_started { command: "apply" step_name: "a" } } }
    item {
      event {
        step: "a"
        step_started {}
      }
    }
    item {
      event {
        step: "b"
        step_done { result: CHANGED text: "b is made" }
      }
    }
  )pb");
  FakeConsole console;
  TerminalRenderer renderer(Terminal(), console,
                            [] { return absl::ZeroDuration(); });
  renderer.Emit(script.item(0).event());
  renderer.Emit(script.item(1).event());
  EXPECT_THAT(Seen(console), HasSubstr("at work"));
  renderer.BeginQuestion();
  EXPECT_EQ(Seen(console), "") << "the live line is gone";
  const std::string before = console.both;
  renderer.Emit(script.item(2).event());
  renderer.Tick();
  EXPECT_EQ(console.both, before);
  renderer.EndQuestion();
  EXPECT_THAT(Seen(console),
              StartsWith("✓  b  changed     b is made\n   a  at"));
}

TEST(TerminalRendererTest, ARungThatWasRefusedIsToldOfWhatWasDone) {
  const EventScript script = Script(R"pb(
    item { event { run_started { command: "apply" step_name: "python" } } }
    item {
      event {
        step: "python"
        step_done {
          result: CHANGED
          text: "3.11.2 by rung SYSTEM"
          refused { rung: "EXACT" reason: "no mirror" evidence: "none" }
          refused { rung: "RELAXED_PATCH" reason: "not allowed" }
        }
      }
    }
  )pb");
  constexpr absl::string_view kRefused =
      "     EXACT          refused  no mirror\n"
      "     RELAXED_PATCH  refused  not allowed\n";
  RenderOptions options = Pipe();
  FakeConsole normal, brief, full;
  Play(script, options, &normal);
  EXPECT_THAT(normal.output, EndsWith(kRefused));
  options.detail = Detail::kShort;
  Play(script, options, &brief);
  EXPECT_THAT(brief.output, Not(HasSubstr("refused")));
  options.detail = Detail::kFull;
  Play(script, options, &full);
  EXPECT_THAT(full.output,
              HasSubstr("no mirror\n                             none\n"));
}

// P8: a thousand converged steps are three lines.
TEST(TerminalRendererTest, ManyConvergedStepsAreOneLine) {
  EventScript script = Script(R"pb(
    item { event { run_started { command: "apply" steps: 1000 } } }
  )pb");
  for (int i = 0; i < 1000; ++i) {
    Event* event = script.add_item()->mutable_event();
    event->set_step("s");
    event->mutable_step_done()->set_result(Event::StepDone::ALREADY_SO);
  }
  Event::Summary* summary =
      script.add_item()->mutable_event()->mutable_summary();
  summary->set_exit(0);
  summary->set_already_so(1000);
  FakeConsole console;
  Play(script, Pipe(), &console);
  EXPECT_EQ(console.output,
            "✓  1,000 steps already so\n"
            "\n"
            "Converged: nothing to do. 0 actions.\n");
}

TEST(TerminalRendererTest, EveryEndOfAStepHasItsWord) {
  FakeConsole console;
  Play(Script(R"pb(
         item { event { run_started { command: "apply" steps: 9 } } }
         item {
           event {
             step: "a"
             step_done { result: SKIPPED text: "not for linux" }
           }
         }
         item {
           event {
             step: "b"
             step_done { result: DONE_ONCE text: "done once" }
           }
         }
         item {
           event {
             step: "c"
             step_done { result: ASSUMED }
           }
         }
         item {
           event {
             step: "d"
             step_failed { text: "t" exit: 4 }
           }
         }
         item {
           event {
             step: "e"
             step_failed { text: "t" exit: 7 }
           }
         }
         item {
           event {
             step: "f"
             step_failed { text: "t" exit: 8 }
           }
         }
         item {
           event {
             step: "g"
             step_failed { text: "t" exit: 1 rolled_back: true }
           }
         }
         item {
           event {
             step: "h"
             drift { text: "mode is 0777" }
           }
         }
         item { event { follow_up { name: "i" due: true } } }
         item { event { follow_up { name: "j" done: true } } }
       )pb"),
       Pipe(), &console);
  EXPECT_EQ(console.output,
            "·  a  skipped     not for linux\n"
            "✓  b  already so  done once\n"
            "!  c  assumed\n"
            "!  d  in doubt    t\n"
            "!  e  needs root  t\n"
            "!  f  reboot      t\n"
            "✗  g  failed      t, rolled back\n"
            "!  h  drift       mode is 0777\n"
            "!  i  due         follow-up, at the next apply\n"
            "✓  j  done        follow-up\n");
}

// P2: the action lines of `plan` are those of `apply --detail=full`.
TEST(TerminalRendererTest, PreviewAndRunUseTheSameLines) {
  const EventScript plan = ReadScript("irreversible");
  EventScript apply = Script(R"pb(
    item { event { run_started { command: "apply" } } }
  )pb");
  for (const EventScript::Item& item : plan.item()) {
    if (!item.event().has_step_planned()) continue;
    Event event;
    event.set_step(item.event().step());
    event.mutable_step_started();
    *apply.add_item()->mutable_event() = event;
    for (const auto& line : item.event().step_planned().line()) {
      *event.mutable_action_started()->mutable_line() = line;
      *apply.add_item()->mutable_event() = event;
    }
    event.mutable_step_done()->set_result(Event::StepDone::CHANGED);
    *apply.add_item()->mutable_event() = event;
  }
  RenderOptions options = Pipe();
  options.detail = Detail::kFull;
  FakeConsole preview, run;
  Play(plan, options, &preview);
  Play(apply, options, &run);
  const auto action_lines = [](absl::string_view text) {
    std::vector<std::string> lines;
    for (absl::string_view line : absl::StrSplit(text, '\n')) {
      // Consent belongs to the plan, not to an action.
      if (absl::StartsWith(line, "     ") &&
          !absl::StartsWith(line, "     consent")) {
        lines.emplace_back(line);
      }
    }
    return lines;
  };
  EXPECT_EQ(action_lines(run.output), action_lines(preview.output));
  EXPECT_EQ(action_lines(run.output).size(), 9u);
}

TEST(TerminalRendererTest, ARemarkStandsBelowItsStep) {
  FakeConsole console;
  Play(Script(R"pb(
         item { event { run_started { command: "plan" step_name: "a" } } }
         item {
           event {
             step: "a"
             step_planned {
               state: CHANGE
               proposal {
                 title: "run make"
                 fidelity: EXACT
                 diagnostic { severity: NOTE message: "only its exit status" }
                 diagnostic { severity: WARNING message: "it is old" }
               }
             }
           }
         }
         item { event { summary { to_change: 1 exit: 2 } } }
       )pb"),
       Pipe(), &console);
  EXPECT_THAT(console.output, HasSubstr("     note     only its exit status\n"
                                        "     warning  it is old\n"));
}

TEST(TerminalRendererTest, DetailIsAsAsked) {
  RenderOptions options = Pipe();
  options.detail = Detail::kFull;
  FakeConsole console;
  Play(ReadScript("plan"), options, &console);
  EXPECT_THAT(console.output, HasSubstr("     reads    file /etc/os-release"));
  EXPECT_THAT(console.output, HasSubstr("     because  automatic edges"));
  EXPECT_THAT(console.output,
              HasSubstr("     else     SYSTEM: the system's Python"));
  options.detail = Detail::kShort;
  console = FakeConsole();
  Play(ReadScript("plan"), options, &console);
  EXPECT_THAT(console.output, HasSubstr("+  python    new  exact"));
  EXPECT_THAT(console.output, Not(HasSubstr("fetch    ")));
}

TEST(TerminalRendererTest, SilentSaysNothingAndQuietOnlyWhatChanged) {
  RenderOptions options = Terminal();
  options.quiet = true;
  FakeConsole console;
  Play(ReadScript("again"), options, &console);
  EXPECT_EQ(console.both, "");
  console = FakeConsole();
  Play(ReadScript("apply"), options, &console);
  EXPECT_EQ(Seen(console),
            "✓  python    changed     3.11.7 by rung EXACT"
            "                              6.1 s\n"
            "✓  packages  changed     6 installed, import numpy.linalg"
            "                  5.4 s\n");
  options.silent = true;
  console = FakeConsole();
  Play(ReadScript("failing"), options, &console);
  EXPECT_EQ(console.both, "");
}

TEST(TerminalRendererTest, HostileTextNeverReachesTheTerminal) {
  for (const RenderOptions& options : {Terminal(), Pipe()}) {
    FakeConsole console;
    Play(Script(R"pb(
           item {
             event { run_started { command: "plan" plan: "\x1b]0;owned\x07" } }
           }
           item {
             event {
               step: "s\x1b[2J"
               step_planned {
                 proposal {
                   title: "t\r\n"
                   refused { rung: "R\x9b" reason: "\x1b[1A" evidence: "\x08" }
                   assumes { text: "\xe2\x80\xae" }
                 }
                 line {
                   verb: "run"
                   object: "o\x1b[31m"
                   note: "n\x1b"
                   diff: "+\x1b"
                   destroys: "d\x1b"
                 }
                 check: "c\x1b"
               }
             }
           }
           item { event { diagnostic { message: "m\x1b[2J" } } }
           item {
             event { summary { exit: 1 next: "x\x1b" next_note: "y\x1b" } }
           }
         )pb"),
         options, &console);
    EXPECT_THAT(console.both, Not(HasSubstr("\x1b")));
    EXPECT_THAT(console.both, Not(HasSubstr("\r")));
    EXPECT_THAT(console.both, Not(HasSubstr("\xe2\x80\xae")));
    EXPECT_THAT(console.both, HasSubstr("s\\x1b[2J"));
  }
}

}  // namespace
}  // namespace provision
