// The promise of reliability.md G1 on a host in memory: killed at any host
// operation, with or without the loss of what was not synced, the same command
// converges, repeats nothing that was committed once, and can be undone.

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/engine/engine_fixture.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

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
};

// A host on which effects of commands can be counted: each start leaves one
// line that no crash takes back.
class Host {
 public:
  Host() {
    system_.AddDirectory("/srv");
    system_.AddFile("/srv/old", "as it was", 0600);
    system_.AddFile("/srv/gone", "to be removed");
    system_.AddFile("/etc/machine-id", "0123456789abcdef\n");
    system_.AddFile("/proc/sys/kernel/random/boot_id", "boot\n");
    system_.AddCommand({"/bin/fails"}, "no", 1);
    system_.AddScript({"/bin/effect"}, [this](const ProcessSpec& spec) {
      ++starts_[spec.argv.back()];
      system_.AddFile(absl::StrCat("/srv/effect-", spec.argv.back()), "");
      return ProcessResult();
    });
  }

  FakeSystem& system() { return system_; }
  const std::map<std::string, int>& starts() const { return starts_; }
  std::map<std::string, std::string> Files() {
    return system_.Snapshot("/srv");
  }

 private:
  FakeSystem system_;
  std::map<std::string, int> starts_;
};

// What the plan leads to when nobody disturbs it.
std::map<std::string, std::string> Undisturbed(const Reference& reference) {
  Host host;
  EngineFixture engine(host.system());
  EXPECT_EQ(engine.Apply(reference.plan), ExitCode::kConverged)
      << reference.name;
  return host.Files();
}

// Applies until it converges; a foreign change may cost one run.
void Converge(EngineFixture& engine, const char* plan) {
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
    engine.Apply(reference.plan);
    if (!host.system().crashed()) break;
    loss == Loss::kNone ? host.system().Restart() : host.system().PowerCut();
    ASSERT_NO_FATAL_FAILURE(Converge(engine, reference.plan));
    EXPECT_EQ(host.Files(), wanted);
    ASSERT_NO_FATAL_FAILURE(Converge(engine, reference.plan));
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

TEST(CrashTest, KilledTwiceItConverges) {
  for (const Reference& reference : {kPlans[2], kPlans[3]}) {
    const auto wanted = Undisturbed(reference);
    for (int first = 1;; first += 4) {
      bool first_fired = false;
      for (int second = 1;; second += 5) {
        SCOPED_TRACE(absl::StrCat(reference.name, ", killed at ", first,
                                  " and at ", second));
        Host host;
        EngineFixture engine(host.system());
        host.system().CrashAt(first);
        engine.Apply(reference.plan);
        first_fired = host.system().crashed();
        if (!first_fired) break;
        host.system().Restart();
        host.system().CrashAt(second);
        engine.Apply(reference.plan);
        const bool second_fired = host.system().crashed();
        host.system().Restart();
        ASSERT_NO_FATAL_FAILURE(Converge(engine, reference.plan));
        EXPECT_EQ(host.Files(), wanted);
        if (!second_fired || HasFailure()) break;
      }
      if (!first_fired || HasFailure()) break;
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
  for (const Reference& reference : {kPlans[0], kPlans[1], kPlans[3]}) {
    for (int n = 1;; ++n) {
      SCOPED_TRACE(absl::StrCat(reference.name, ", rollback killed at ", n));
      Host host;
      const auto before = host.Files();
      EngineFixture engine(host.system());
      ASSERT_NO_FATAL_FAILURE(Converge(engine, reference.plan));
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
  for (int n = 1;; ++n) {
    SCOPED_TRACE(absl::StrCat("apply killed at ", n));
    Host host;
    const auto before = host.Files();
    EngineFixture engine(host.system());
    host.system().CrashAt(n);
    engine.Apply(kPlans[1].plan);
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

}  // namespace
}  // namespace provision
