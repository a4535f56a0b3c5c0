// The promise of reliability.md G1 on a host in memory: killed at any host
// operation, with or without the loss of what was not synced, the same command
// converges, repeats nothing that was committed once, and can be undone.

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/base/crypto.h"
#include "core/engine/engine_fixture.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

constexpr char kArchive[] = "top/a=one\ntop/b/c=two\nd=three";
constexpr char kWheel[] = "demo/a.py=one\nshared/b.py=two\nbin/go=go";

struct Reference {
  const char* name;
  const char* plan;
};

const Reference kPlans[] = {
    {"files", R"pb(
       step {
         name: "a"
         [provision.scripted] {
           file { path: "/srv/new/deep/a" content: "A" }
           file { path: "/srv/old" content: "replaced" }
         }
       }
       step {
         name: "b"
         after: "a"
         [provision.scripted] { file { path: "/srv/b" content: "B" } }
       })pb"},
    {"every kind", R"pb(
       step {
         name: "kinds"
         [provision.scripted] {
           until: "/srv/last"
           proposal {
             action { make_directory { path: "/srv/dir" mode: 0x1c0 } }
             action { link { path: "/srv/link" target: "old" } }
             action { remove { path: "/srv/gone" } }
             action { write_file { path: "/srv/old" content: "new" } }
             action { write_file { path: "/srv/last" content: "L" } }
           }
         }
       })pb"},
    {"commands", R"pb(
       step {
         name: "once"
         [provision.scripted] {
           proposal {
             action {
               run { argv: "/bin/effect" argv: "once" }
               repeat_class: RUN_ONCE
             }
           }
         }
       }
       step {
         name: "again"
         after: "once"
         [provision.scripted] {
           until: "/srv/effect-again"
           proposal {
             action {
               run { argv: "/bin/effect" argv: "again" }
               repeat_class: CONVERGENT
               output: "/srv"
             }
           }
         }
       })pb"},
    {"ladder", R"pb(
       step {
         name: "ladder"
         [provision.scripted] {
           until: "/srv/done"
           proposal {
             title: "it"
             rung {
               name: "FIRST"
               action { write_file { path: "/srv/old" content: "try" } }
               action {
                 run { argv: "/bin/fails" }
                 repeat_class: CONVERGENT
               }
             }
             rung {
               name: "SECOND"
               action { write_file { path: "/srv/done" content: "2" } }
             }
           }
         }
       })pb"},
    {"follow-up", R"pb(
       step {
         name: "conf"
         [provision.scripted] {
           file { path: "/srv/conf" content: "C" }
           proposal {
             on_change {
               name: "restart"
               watch_path: "/srv/conf"
               action {
                 run { argv: "/bin/effect" argv: "restart" }
                 repeat_class: CONVERGENT
               }
             }
           }
         }
       })pb"},
    {"failing check", R"pb(
       step {
         name: "checked"
         [provision.scripted] {
           until: "/srv/done"
           proposal {
             title: "it"
             rung {
               name: "FIRST"
               action { write_file { path: "/srv/done" content: "broken" } }
               check { file { path: "/srv/proof" } }
             }
             rung {
               name: "SECOND"
               action { write_file { path: "/srv/done" content: "2" } }
               check { file { path: "/srv/done" } }
             }
           }
         }
       })pb"},
    {"group", R"pb(
       step {
         name: "many"
         [provision.scripted] {
           until: "/srv/dir/4"
           proposal {
             action { make_directory { path: "/srv/dir" mode: 0x1c0 } }
             action { link { path: "/srv/link" target: "old" } }
             action { remove { path: "/srv/gone" } }
             action { write_file { path: "/srv/old" content: "new" } }
             action { write_file { path: "/srv/1" content: "1" } }
             action { write_file { path: "/srv/2" content: "2" } }
             action { write_file { path: "/mnt/3" content: "3" } }
             action { write_file { path: "/srv/last" content: "L" } }
             action { write_file { path: "/srv/dir/4" content: "4" } }
           }
         }
       })pb"},
    {"artifact", R"pb(
       step {
         name: "unpacked"
         [provision.scripted] {
           until: "/srv/py"
           proposal {
             action {
               fetch {
                 url: "file:///mirror/archive"
                 sha256: "ARCHIVE"
                 size: 29
               }
             }
             action {
               unpack {
                 sha256: "ARCHIVE"
                 destination: "/srv/py"
                 prefix: "top/"
               }
             }
           }
         }
       })pb"},
    {"wheels", R"pb(
       step {
         name: "installed"
         [provision.scripted] {
           until: "/srv/env/bin/go"
           proposal {
             action {
               fetch { url: "file:///mirror/wheel" sha256: "WHEEL" size: 39 }
             }
             action {
               install_wheels {
                 environment: "/srv/env"
                 site_packages: "lib/site"
                 python_version: "3.11.7"
                 tag: "py3-none-any"
                 wheel { sha256: "WHEEL" file: "demo-1.0-py3-none-any.whl" }
               }
             }
           }
         }
       })pb"},
    {"unsafe with an inverse", R"pb(
       step {
         name: "unsafe"
         [provision.scripted] {
           until: "/srv/effect-unsafe"
           proposal {
             action {
               run {
                 argv: "/bin/effect"
                 argv: "unsafe"
                 undo_argv: "/bin/undo"
                 undo_argv: "unsafe"
               }
               repeat_class: UNSAFE_TO_REPEAT
               output: "/srv"
             }
           }
         }
       })pb"},
    {"steps of one file", R"pb(
       step {
         name: "1"
         [provision.scripted] { file { path: "/srv/old" content: "new" } }
       }
       step {
         name: "2"
         [provision.scripted] { file { path: "/srv/2" content: "2" } }
       }
       step {
         name: "3"
         [provision.scripted] {
           until: "/srv/dir/3"
           proposal {
             action { make_directory { path: "/srv/dir" mode: 0x1c0 } }
             action { write_file { path: "/srv/dir/3" content: "3" } }
           }
         }
       }
       step {
         name: "4"
         [provision.scripted] { file { path: "/mnt/4" content: "4" } }
       }
       step {
         name: "5"
         [provision.scripted] { file { path: "/srv/5" content: "5" } }
       }
       step {
         name: "6"
         [provision.scripted] { file { path: "/srv/6" content: "6" } }
       }
       step {
         name: "7"
         [provision.scripted] { file { path: "/srv/7" content: "7" } }
       }
       step {
         name: "8"
         [provision.scripted] { file { path: "/srv/8" content: "8" } }
       }
       step {
         name: "after"
         after: [ "1", "8" ]
         [provision.scripted] { file { path: "/srv/9" content: "9" } }
       })pb"},
};

// Those that tests name.
constexpr int kFiles = 0;
constexpr int kEveryKind = 1;
constexpr int kCommands = 2;
constexpr int kLadder = 3;
constexpr int kGroup = 6;
constexpr int kArtifact = 7;
constexpr int kWheels = 8;
constexpr int kUnsafe = 9;
constexpr int kSteps = 10;

std::string PlanOf(const Reference& reference) {
  return absl::StrReplaceAll(reference.plan, {{"ARCHIVE", Sha256Hex(kArchive)},
                                              {"WHEEL", Sha256Hex(kWheel)}});
}

// A host on which effects of commands can be counted: each start leaves one
// line that no crash takes back.
class Host {
 public:
  Host() {
    system_.AddDirectory("/srv");
    system_.AddFile("/srv/old", "as it was", 0600);
    system_.AddFile("/srv/gone", "to be removed");
    system_.AddMount("/mnt");
    system_.AddFile("/mirror/archive", kArchive);
    system_.AddFile("/mirror/wheel", kWheel);
    system_.AddFile("/srv/env/pyvenv.cfg", "home = /usr/bin\n");
    system_.AddFile("/srv/env/lib/site/shared/mine.py", "mine");
    system_.AddFile("/etc/machine-id", "0123456789abcdef\n");
    system_.AddFile("/proc/sys/kernel/random/boot_id", "boot\n");
    system_.AddCommand({"/bin/fails"}, "no", 1);
    system_.AddScript({"/bin/effect"}, [this](const ProcessSpec& spec) {
      ++starts_[spec.argv.back()];
      system_.AddFile(absl::StrCat("/srv/effect-", spec.argv.back()), "");
      return ProcessResult();
    });
    system_.AddScript({"/bin/undo"}, [this](const ProcessSpec& spec) {
      system_.RemoveTree(absl::StrCat("/srv/effect-", spec.argv.back()));
      return ProcessResult();
    });
  }

  FakeSystem& system() { return system_; }
  const std::map<std::string, int>& starts() const { return starts_; }
  std::map<std::string, std::string> Files() {
    std::map<std::string, std::string> files = system_.Snapshot("/srv");
    files.merge(system_.Snapshot("/mnt"));
    return files;
  }

 private:
  FakeSystem system_;
  std::map<std::string, int> starts_;
};

// What the plan leads to when nobody disturbs it.
std::map<std::string, std::string> Undisturbed(const Reference& reference) {
  Host host;
  EngineFixture engine(host.system());
  EXPECT_EQ(engine.Apply(PlanOf(reference)), ExitCode::kConverged)
      << reference.name;
  return host.Files();
}

// Applies until it converges; a foreign change may cost one run.
void Converge(EngineFixture& engine, const std::string& plan) {
  ExitCode exit = engine.Apply(plan);
  ASSERT_EQ(exit, ExitCode::kConverged)
      << ::testing::PrintToString(engine.ends())
      << ::testing::PrintToString(engine.errors());
}

enum class Loss { kNone, kUnsynced };

void Sweep(const Reference& reference, CrashMode mode, Loss loss,
           bool trust_journal) {
  const auto wanted = Undisturbed(reference);
  for (int n = 1;; ++n) {
    SCOPED_TRACE(absl::StrCat(reference.name, ", killed at operation ", n,
                              loss == Loss::kNone ? "" : ", power cut",
                              trust_journal ? ", journal trusted" : ""));
    Host host;
    EngineFixture engine(host.system());
    engine.options.trust_journal = trust_journal;
    host.system().CrashAt(n, mode);
    engine.Apply(PlanOf(reference));
    if (!host.system().crashed()) break;
    loss == Loss::kNone ? host.system().Restart() : host.system().PowerCut();
    ASSERT_NO_FATAL_FAILURE(Converge(engine, PlanOf(reference)));
    EXPECT_EQ(host.Files(), wanted);
    ASSERT_NO_FATAL_FAILURE(Converge(engine, PlanOf(reference)));
    EXPECT_EQ(engine.summary().actions(), 0) << "a second run does nothing";
    for (const auto& [effect, count] : host.starts()) {
      // One start may have been cut; what was committed is never repeated.
      EXPECT_LE(count, 2) << effect;
    }
    if (::testing::Test::HasFailure()) break;
  }
}

TEST(CrashTest, KilledAtAnyOperationItConverges) {
  for (const Reference& reference : kPlans) {
    for (const CrashMode mode : {CrashMode::kBefore, CrashMode::kDuring}) {
      Sweep(reference, mode, Loss::kNone, /*trust_journal=*/false);
    }
  }
}

TEST(CrashTest, ACommitNeverLies) {
  for (const Reference& reference : kPlans) {
    for (const CrashMode mode : {CrashMode::kBefore, CrashMode::kDuring}) {
      Sweep(reference, mode, Loss::kNone, /*trust_journal=*/true);
    }
  }
}

TEST(CrashTest, APowerCutTakesNothingThatWasCommitted) {
  for (const Reference& reference : kPlans) {
    Sweep(reference, CrashMode::kDuring, Loss::kUnsynced,
          /*trust_journal=*/true);
  }
}

// What a killed run did is only in the page cache: the run that adopts it has
// to make it durable.
TEST(CrashTest, WhatWasAdoptedSurvivesAPowerCut) {
  for (const Reference& reference : kPlans) {
    const auto wanted = Undisturbed(reference);
    for (int n = 1;; ++n) {
      SCOPED_TRACE(absl::StrCat(reference.name, ", killed at operation ", n));
      Host host;
      EngineFixture engine(host.system());
      host.system().CrashAt(n, CrashMode::kBefore);
      engine.Apply(PlanOf(reference));
      if (!host.system().crashed()) break;
      host.system().Restart();
      ASSERT_NO_FATAL_FAILURE(Converge(engine, PlanOf(reference)));
      host.system().PowerCut();
      ASSERT_EQ(host.Files(), wanted);
    }
  }
}

// Killed at `first`, and the same command at `second`. False: one of them was
// not reached.
bool KillTwice(const Reference& reference, int first, int second, Loss loss,
               const std::map<std::string, std::string>& wanted,
               bool* first_fired) {
  SCOPED_TRACE(absl::StrCat(reference.name, ", killed at ", first, " and at ",
                            second, loss == Loss::kNone ? "" : ", power cut"));
  Host host;
  EngineFixture engine(host.system());
  const auto restart = [&] {
    loss == Loss::kNone ? host.system().Restart() : host.system().PowerCut();
  };
  host.system().CrashAt(first);
  engine.Apply(PlanOf(reference));
  *first_fired = host.system().crashed();
  if (!*first_fired) return false;
  restart();
  host.system().CrashAt(second);
  engine.Apply(PlanOf(reference));
  const bool second_fired = host.system().crashed();
  restart();
  Converge(engine, PlanOf(reference));
  EXPECT_EQ(host.Files(), wanted);
  return second_fired && !::testing::Test::HasFailure();
}

TEST(CrashTest, KilledTwiceItConverges) {
  for (const int plan :
       {kCommands, kLadder, kGroup, kArtifact, kWheels, kUnsafe, kSteps}) {
    const auto wanted = Undisturbed(kPlans[plan]);
    for (const Loss loss : {Loss::kNone, Loss::kUnsynced}) {
      bool more = true;
      for (int first = 1; more && !HasFailure(); first += 6) {
        int second = 1 + first % 11;
        while (KillTwice(kPlans[plan], first, second, loss, wanted, &more)) {
          second += 11;
        }
      }
    }
  }
}

// Nothing is left to perform, but what was performed does not hold.
TEST(CrashTest, AKillMakesNoFailingCheckPass) {
  constexpr char kPlan[] = R"pb(
    step {
      name: "s"
      [provision.scripted] {
        until: "/srv/made"
        proposal {
          action { write_file { path: "/srv/made" content: "M" } }
          check { file { path: "/srv/proof" } }
        }
      }
    }
  )pb";
  for (int n = 1;; ++n) {
    SCOPED_TRACE(absl::StrCat("killed at operation ", n));
    Host host;
    EngineFixture engine(host.system());
    host.system().CrashAt(n);
    engine.Apply(kPlan);
    if (!host.system().crashed()) break;
    host.system().Restart();
    for (int again = 0; again < 2; ++again) {
      ASSERT_EQ(engine.Apply(kPlan), ExitCode::kStopped);
      EXPECT_EQ(engine.ends(), std::vector<std::string>{"s failed check/file"});
    }
    host.system().AddFile("/srv/proof", "");
    ASSERT_NO_FATAL_FAILURE(Converge(engine, kPlan));
  }
}

TEST(CrashTest, RollbackBringsBackWhatWas) {
  for (const Reference& reference :
       {kPlans[kFiles], kPlans[kEveryKind], kPlans[kLadder], kPlans[kGroup],
        kPlans[kArtifact], kPlans[kWheels], kPlans[kSteps]}) {
    for (int n = 1;; ++n) {
      SCOPED_TRACE(absl::StrCat(reference.name, ", rollback killed at ", n));
      Host host;
      const auto before = host.Files();
      EngineFixture engine(host.system());
      ASSERT_NO_FATAL_FAILURE(Converge(engine, PlanOf(reference)));
      host.system().CrashAt(n);
      ExitCode exit = engine.Rollback();
      const bool fired = host.system().crashed();
      if (fired) {
        host.system().PowerCut();
        exit = engine.Rollback();
      }
      EXPECT_EQ(exit, ExitCode::kConverged)
          << ::testing::PrintToString(engine.errors());
      EXPECT_EQ(host.Files(), before);
      if (!fired || HasFailure()) break;
    }
  }
}

TEST(CrashTest, AKilledRunIsRolledBackToo) {
  for (const int plan : {kEveryKind, kGroup, kSteps}) {
    for (int n = 1;; ++n) {
      SCOPED_TRACE(absl::StrCat(kPlans[plan].name, ", apply killed at ", n));
      Host host;
      const auto before = host.Files();
      EngineFixture engine(host.system());
      host.system().CrashAt(n);
      engine.Apply(PlanOf(kPlans[plan]));
      if (!host.system().crashed()) break;
      host.system().Restart();
      if (host.system().Snapshot("/state/runs").size() <= 1) continue;
      const ExitCode exit = engine.Rollback();
      if (exit == ExitCode::kFailed) continue;  // it never began
      EXPECT_EQ(exit, ExitCode::kConverged);
      EXPECT_EQ(host.Files(), before);
      if (HasFailure()) break;
    }
  }
}

// Without an inverse only a person can tell: it is never started again
// unasked, and each of the two answers leads to the end.
TEST(CrashTest, WhatIsUnsafeToRepeatIsNeverRepeatedUnasked) {
  constexpr char kPlan[] = R"pb(
    step {
      name: "unsafe"
      [provision.scripted] {
        until: "/srv/effect-unsafe"
        proposal {
          action {
            run { argv: "/bin/effect" argv: "unsafe" }
            repeat_class: UNSAFE_TO_REPEAT
            output: "/srv"
          }
        }
      }
    }
  )pb";
  int doubts = 0;
  for (const bool redo : {false, true}) {
    for (const CrashMode mode : {CrashMode::kBefore, CrashMode::kDuring}) {
      for (int n = 1;; ++n) {
        SCOPED_TRACE(absl::StrCat("killed at ", n, redo ? ", redo" : ""));
        Host host;
        EngineFixture engine(host.system());
        host.system().CrashAt(n, mode);
        engine.Apply(kPlan);
        if (!host.system().crashed()) break;
        host.system().Restart();
        ExitCode exit = engine.Apply(kPlan);
        const auto started = host.starts().find("unsafe");
        const int starts = started == host.starts().end() ? 0 : started->second;
        EXPECT_LE(starts, 1);
        if (exit == ExitCode::kInDoubt) {
          ++doubts;
          (redo ? engine.options.redo
                : engine.options.assume_done) = {"unsafe"};
          exit = engine.Apply(kPlan);
        }
        EXPECT_EQ(exit, ExitCode::kConverged);
        engine.options.redo.clear();
        engine.options.assume_done.clear();
        if (redo) Converge(engine, kPlan);
        if (HasFailure()) return;
      }
    }
  }
  EXPECT_GT(doubts, 0);
}

}  // namespace
}  // namespace provision
