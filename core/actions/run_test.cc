#include "core/actions/run.h"

#include "core/actions/secret_resolver.h"
#include "core/base/local_system.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

class NoFacts final : public FactReader {
 public:
  FactValue Read(const FactQuery& query) override {
    ADD_FAILURE() << "read " << query.ShortDebugString();
    return {};
  }
};

// A context on `system`, with undo/ in `state`.
struct Context {
  Context(System& system, absl::string_view state)
      : secrets(system, [] { return Secret("key"); }),
        undo(system.OpenDirectory(state).value()),
        context{.system = system,
                .undo = [this]() -> absl::StatusOr<Directory*> {
                  return undo.get();
                },
                .store = [this]() -> absl::StatusOr<Directory*> {
                  return undo.get();
                },
                .secrets = &secrets} {}

  SystemSecretResolver secrets;
  std::unique_ptr<Directory> undo;
  ActionContext context;
};

class RunTest : public testing::Test {
 protected:
  absl::Status Perform(const Action& action) {
    return handler_->Perform(action, {}, context_.context);
  }

  static FakeSystem& WithState(FakeSystem& system) {
    system.AddDirectory("/state");
    return system;
  }

  std::unique_ptr<ActionHandler> handler_ = NewRunHandler();
  FakeSystem system_;
  Context context_{WithState(system_), "/state"};
};

TEST_F(RunTest, ShowsTheCommand) {
  NoFacts facts;
  struct Case {
    const char* run;
    const char* object;
    const char* note;
  };
  for (const Case& c : {
           Case{R"(argv: "/usr/bin/podman" argv: "build" argv: "-t"
                   argv: "a b" argv: "/plan/.venv")",
                "podman build -t 'a b' .venv", ""},
           Case{R"(argv: "/plan/tool.sh" argv: "/planet")", "tool.sh /planet",
                ""},
           Case{R"(argv: "/usr/bin/uv" argv: "pip"
                   summary: "6 distributions in .venv")",
                "6 distributions in .venv", "uv pip"},
           Case{R"(argv: "/bin/up" undo_argv: "/bin/down" undo_argv: "x")",
                "up", "undo: down x"},
       }) {
    Action action;
    *action.mutable_run() = ParseText<provision::Run>(c.run);
    const Event::ActionLine line = handler_->Describe(action, facts, "/plan");
    EXPECT_EQ(line.verb(), "run");
    EXPECT_EQ(line.object(), c.object);
    EXPECT_EQ(line.note(), c.note);
  }
}

TEST_F(RunTest, TheCoreKnowsItsClass) {
  Action action = ParseText<Action>(R"pb(run { argv: "/bin/x" })pb");
  EXPECT_FALSE(handler_->atomic());
  EXPECT_EQ(handler_->reversibility(action), Action::NONE);
  EXPECT_EQ(handler_->repeat_class(action), Action::UNSAFE_TO_REPEAT);
  action.set_repeat_class(Action::RUN_ONCE);
  action.set_reversibility(Action::EXACT);  // says the proposal
  EXPECT_EQ(handler_->repeat_class(action), Action::RUN_ONCE);
  EXPECT_EQ(handler_->reversibility(action), Action::NONE);
  action.mutable_run()->add_undo_argv("/bin/y");
  EXPECT_EQ(handler_->reversibility(action), Action::DECLARED);
  EXPECT_THAT(handler_->AuditWanted(action, context_.context),
              IsOkAndHolds(Audit::kUnknown));
  EXPECT_THAT(handler_->AuditPrepared(action, {}, context_.context),
              IsOkAndHolds(Audit::kUnknown));
}

TEST_F(RunTest, HandsOverWhatTheActionSays) {
  system_.SetVariable("TOKEN", "canary");
  system_.SetVariable("LD_PRELOAD", "evil.so");
  system_.AddCommand({"/bin/x"}, "");
  const Action action = ParseText<Action>(R"pb(
    run {
      argv: "/bin/x"
      argv: "$HOME"
      directory: "/work"
      environment { name: "A" value: "1" }
      secret {
        name: "FD"
        reference { env: "TOKEN" }
      }
      secret {
        name: "PW"
        reference { env: "TOKEN" }
        variable: true
      }
      memory_bytes: 1000
      processes: 5
      deadline_s: 7
    }
    leaves_process: true
  )pb");
  context_.context.children_lock = 42;
  ASSERT_OK(Perform(action));
  const ProcessSpec spec = system_.runs().at(0);
  EXPECT_THAT(spec.argv, ElementsAre("/bin/x", "$HOME"));
  EXPECT_EQ(spec.directory, "/work");
  EXPECT_THAT(spec.environment,
              AllOf(Contains(Pair("A", "1")), Contains(Pair("FD", "3")),
                    Contains(Pair("PW", "canary")),
                    Not(Contains(Pair("LD_PRELOAD", "evil.so")))));
  EXPECT_THAT(spec.inputs, ElementsAre(Pair(3, "canary")));
  EXPECT_EQ(spec.limits.memory_bytes, 1000u);
  EXPECT_EQ(spec.limits.processes, 5u);
  EXPECT_EQ(spec.deadline, absl::Seconds(7));
  EXPECT_EQ(spec.inherited_lock, 42);
  EXPECT_TRUE(spec.leaves_process);
  EXPECT_TRUE(spec.no_network);
  EXPECT_TRUE(spec.no_new_privileges);
}

TEST_F(RunTest, OfflineIsStrongerThanTheAction) {
  system_.AddCommand({"/bin/x"}, "");
  const Action action =
      ParseText<Action>(R"pb(run { argv: "/bin/x" network: true })pb");
  ASSERT_OK(Perform(action));
  context_.context.offline = true;
  ASSERT_OK(Perform(action));
  EXPECT_FALSE(system_.runs().at(0).no_network);
  EXPECT_TRUE(system_.runs().at(1).no_network);
}

TEST_F(RunTest, WorksInAFolderOfItsOwn) {
  std::string folder;
  system_.AddScript({"/bin/x"}, [&](const ProcessSpec& spec) {
    folder = spec.directory;
    system_.AddFile(folder + "/left/behind", "x");
    return ProcessResult();
  });
  ASSERT_OK(Perform(ParseText<Action>(R"pb(run { argv: "/bin/x" })pb")));
  EXPECT_THAT(folder, testing::StartsWith("/state/work-"));
  EXPECT_THAT(system_.Snapshot("/state"),
              ElementsAre(Pair("/state", "directory 0755 0:0")));
}

TEST_F(RunTest, SyncsEachFileSystemOfItsOutputsOnce) {
  system_.AddMount("/mnt");
  system_.AddDirectory("/srv/app");
  system_.AddCommand({"/bin/x"}, "");
  const Action action = ParseText<Action>(R"pb(
    run { argv: "/bin/x" directory: "/" }
    output: "/srv/app"
    output: "/srv/none/yet"
    output: "/mnt/data"
  )pb");
  ASSERT_OK(Perform(action));
  EXPECT_THAT(system_.operations(),
              ElementsAre("run /bin/x", "syncfs /srv/app", "syncfs /mnt"));
  system_.ClearLogs();
  ASSERT_OK(handler_->MakeDurable(action, {}, context_.context));
  EXPECT_THAT(system_.operations(),
              ElementsAre("syncfs /srv/app", "syncfs /mnt"));
}

TEST_F(RunTest, AFailureIsNotSyncedAndHidesSecrets) {
  system_.SetVariable("TOKEN", "canary-value");
  system_.AddScript({"/bin/x"}, [](const ProcessSpec&) {
    ProcessResult result;
    result.status = 4;
    result.standard_error = "login with canary-value was refused\n";
    return result;
  });
  const Action action = ParseText<Action>(R"pb(
    run {
      argv: "/bin/x"
      secret {
        name: "T"
        reference { env: "TOKEN" }
      }
      failure { pattern: "with (.*) was" id: "a/b" message: "refused \\1" }
    }
    output: "/srv"
  )pb");
  const absl::Status status = Perform(action);
  EXPECT_THAT(status, HasDiagnosticId("a/b"));
  EXPECT_THAT(DiagnosticFromStatus(status).DebugString(),
              AllOf(HasSubstr("exit status 4"), Not(HasSubstr("canary"))));
  EXPECT_THAT(system_.operations(), Not(Contains(HasSubstr("syncfs"))));
}

TEST_F(RunTest, OtherStatusesMayBeSuccess) {
  system_.AddCommand({"/bin/x"}, "", 100);
  Action action =
      ParseText<Action>(R"pb(run { argv: "/bin/x" success: 100 })pb");
  EXPECT_OK(Perform(action));
  action.mutable_run()->clear_success();
  EXPECT_THAT(Perform(action), HasDiagnosticId("run/failed"));
}

TEST_F(RunTest, AMissingSecretStartsNothing) {
  EXPECT_THAT(Perform(ParseText<Action>(R"pb(
                run {
                  argv: "/bin/x"
                  secret {
                    name: "T"
                    reference { env: "NONE" }
                  }
                }
              )pb")),
              HasDiagnosticId("secret/missing"));
  EXPECT_TRUE(system_.runs().empty());
}

TEST_F(RunTest, IsUndoneByTheDeclaredCommand) {
  system_.AddCommand({"/bin/down"}, "");
  Action action = ParseText<Action>(
      R"pb(run { argv: "/bin/up" undo_argv: "/bin/down" undo_argv: "x" })pb");
  EXPECT_THAT(handler_->Undo(action, {}, context_.context),
              IsOkAndHolds(UndoOutcome::kUndone));
  EXPECT_THAT(system_.runs().at(0).argv, ElementsAre("/bin/down", "x"));
  action.mutable_run()->clear_undo_argv();
  EXPECT_THAT(handler_->Undo(action, {}, context_.context),
              IsOkAndHolds(UndoOutcome::kNoInverse));
  EXPECT_EQ(system_.runs().size(), 1u);
}

// ---- for real ----

TEST(LocalRunTest, RunsACommandWithASecretOnAPipe) {
  TemporaryFolder folder;
  std::unique_ptr<System> system = NewLocalSystem();
  Context context(*system, folder.path());
  const std::string key = folder.Write("key", "s3cret\n");
  Action action = ParseText<Action>(R"pb(
    run {
      argv: "/bin/sh"
      argv: "-c"
      argv: "read -r v < /dev/fd/$KEY || true; echo $v > $OUT; pwd; ls -A"
      secret { name: "KEY" }
    }
  )pb");
  const std::string out = folder.path() + "/out";
  action.mutable_run()->mutable_secret(0)->mutable_reference()->set_file(key);
  EnvironmentVariable* variable = action.mutable_run()->add_environment();
  variable->set_name("OUT");
  variable->set_value(out);
  action.add_output(out);
  std::string printed;
  context.context.on_output = [&](bool, absl::string_view bytes) {
    printed.append(bytes.data(), bytes.size());
  };
  ASSERT_OK(NewRunHandler()->Perform(action, {}, context.context));
  EXPECT_EQ(folder.Read("out"), "s3cret\n");
  EXPECT_THAT(printed, testing::MatchesRegex(".*/work-[0-9a-f]+\n"));
}

}  // namespace
}  // namespace provision
