// Actions of several steps that become one transaction (engine.md E17), with a
// double for a package manager.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/actions/action_handler.h"
#include "core/base/process.h"
#include "core/engine/engine_fixture.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string NameOf(const Action& action) { return action.run().argv(1); }

std::string PathOf(const Action& action) {
  return absl::StrCat("/srv/installed/", NameOf(action));
}

// Installs the package argv[1] by one call of /bin/manager for all that are
// merged. Its database is the folder /srv/installed.
class PackageHandler : public ActionHandler {
 public:
  bool atomic() const override { return false; }
  Action::Reversibility reversibility(const Action&) const override {
    return Action::NONE;
  }
  Action::RepeatClass repeat_class(const Action&) const override {
    return Action::CONVERGENT;
  }
  Event::ActionLine Describe(const Action& action, FactReader&,
                             absl::string_view) const override {
    Event::ActionLine line;
    line.set_verb("install");
    line.set_object(NameOf(action));
    return line;
  }
  absl::StatusOr<Audit> AuditWanted(const Action& action,
                                    ActionContext& context) const override {
    const auto found = context.system.Lstat(PathOf(action));
    if (!found.ok()) return found.status();
    return found->has_value() ? Audit::kAfter : Audit::kOther;
  }
  absl::StatusOr<Audit> AuditPrepared(const Action& action, const Preparation&,
                                      ActionContext& context) const override {
    return AuditWanted(action, context);
  }
  absl::StatusOr<Preparation> Prepare(const Action&,
                                      ActionContext&) const override {
    return Preparation();
  }
  absl::Status Perform(const Action& action, const Preparation& preparation,
                       ActionContext& context) const override {
    return PerformMerged({{action, preparation}}, context).front();
  }
  bool merges() const override { return true; }
  std::vector<absl::Status> PerformMerged(
      absl::Span<const Prepared> actions,
      ActionContext& context) const override {
    ProcessSpec spec;
    spec.argv = {"/bin/manager"};
    for (const Prepared& one : actions) spec.argv.push_back(NameOf(one.action));
    const absl::StatusOr<ProcessResult> result = context.system.Run(spec);
    if (result.ok()) context.on_command(spec.argv, *result);
    std::vector<absl::Status> ends;
    for (const Prepared& one : actions) {
      const absl::StatusOr<Audit> audit = AuditWanted(one.action, context);
      ends.push_back(!result.ok()  ? result.status()
                     : !audit.ok() ? audit.status()
                     : *audit == Audit::kAfter
                         ? absl::OkStatus()
                         : absl::InternalError("not installed"));
    }
    return ends;
  }
  absl::Status MakeDurable(const Action&, const Preparation&,
                           ActionContext&) const override {
    return absl::OkStatus();
  }
  absl::Status Clean(const Action&, const Preparation&,
                     ActionContext&) const override {
    return absl::OkStatus();
  }
  absl::StatusOr<UndoOutcome> Undo(const Action&, const Preparation&,
                                   ActionContext&) const override {
    return UndoOutcome::kNoInverse;
  }
};

// One step that installs `name`, in `batch`.
std::string Step(absl::string_view name, absl::string_view batch = "apt",
                 absl::string_view more = "") {
  return absl::StrCat("step { name: \"", name, "\" ", more,
                      " [provision.scripted] { until: \"/srv/installed/", name,
                      "\" proposal { needs { mutex: \"packages\" } action { "
                      "run { argv: \"/bin/package\" argv: \"",
                      name, "\" } batch: \"", batch, "\" } } } }\n");
}

class Host {
 public:
  Host() {
    system.AddDirectory("/srv/installed");
    system.AddFile("/etc/machine-id", "0123456789abcdef\n");
    system.AddScript({"/bin/manager"}, [this](const ProcessSpec& spec) {
      for (size_t i = 1; i < spec.argv.size(); ++i) {
        if (spec.argv[i] == "unknown") continue;
        system.AddFile(absl::StrCat("/srv/installed/", spec.argv[i]), "");
      }
      return ProcessResult();
    });
    engine.SetHandler(Action::kRun, std::make_unique<PackageHandler>());
  }

  // What the manager was asked for, call by call.
  std::vector<std::vector<std::string>> Calls() const {
    std::vector<std::vector<std::string>> calls;
    for (const ProcessSpec& spec : system.runs()) {
      if (spec.argv[0] != "/bin/manager") continue;
      calls.emplace_back(spec.argv.begin() + 1, spec.argv.end());
    }
    return calls;
  }

  FakeSystem system;
  EngineFixture engine{system};
};

TEST(ActionBatchTest, ReadyStepsOfOneBatchAreOneCall) {
  Host host;
  ASSERT_EQ(host.engine.Apply(Step("a") + Step("b") + Step("x", "other") +
                              Step("c") + Step("later", "apt", "after: 'a'")),
            ExitCode::kConverged);
  EXPECT_THAT(host.Calls(),
              ElementsAre(ElementsAre("a", "b", "c"), ElementsAre("x"),
                          ElementsAre("later")));
  EXPECT_EQ(host.engine.summary().changed(), 5);
  EXPECT_THAT(host.engine.ends(),
              AllOf(SizeIs(5), Contains("b changed"), Contains("c changed")));
}

TEST(ActionBatchTest, TwoHundredPackagesAreOneCall) {
  Host host;
  std::string plan;
  for (int i = 0; i < 200; ++i) plan += Step(absl::StrCat("p", i));
  ASSERT_EQ(host.engine.Apply(plan), ExitCode::kConverged);
  EXPECT_THAT(host.Calls(), ElementsAre(SizeIs(200)));
  const auto operations = host.system.operations();
  // BEGIN, INTENTs, COMMITs, STEP_DONEs, DONE.
  EXPECT_EQ(std::count_if(operations.begin(), operations.end(),
                          [](const std::string& operation) {
                            return absl::StartsWith(operation, "sync ") &&
                                   absl::EndsWith(operation,
                                                  "/journal.new.tmp");
                          }),
            5);
  ASSERT_EQ(host.engine.Apply(plan), ExitCode::kConverged);
  EXPECT_EQ(host.engine.summary().actions(), 0);
  EXPECT_THAT(host.Calls(), SizeIs(1));
}

TEST(ActionBatchTest, WhatTheCallDidNotDoFailsAlone) {
  Host host;
  EXPECT_EQ(host.engine.Apply(Step("a") + Step("unknown") + Step("b")),
            ExitCode::kStopped);
  EXPECT_THAT(
      host.engine.ends(),
      ElementsAre("a changed", HasSubstr("unknown failed"), "b changed"));
  host.system.AddFile("/srv/installed/unknown", "");
  EXPECT_EQ(host.engine.Apply(Step("a") + Step("unknown") + Step("b")),
            ExitCode::kConverged);
  EXPECT_THAT(host.Calls(), SizeIs(1));
}

TEST(ActionBatchTest, KilledAtAnyOperationItConverges) {
  const std::string plan = Step("a") + Step("b") + Step("c");
  for (const bool trust_journal : {false, true}) {
    for (int n = 1;; ++n) {
      SCOPED_TRACE(absl::StrCat("killed at operation ", n));
      Host host;
      host.engine.options.trust_journal = trust_journal;
      host.system.CrashAt(n, CrashMode::kDuring);
      host.engine.Apply(plan);
      if (!host.system.crashed()) break;
      host.system.Restart();
      ASSERT_EQ(host.engine.Apply(plan), ExitCode::kConverged);
      EXPECT_THAT(host.engine.errors(), IsEmpty());
      EXPECT_THAT(host.system.Snapshot("/srv/installed"), SizeIs(4));
      ASSERT_EQ(host.engine.Apply(plan), ExitCode::kConverged);
      EXPECT_EQ(host.engine.summary().actions(), 0);
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace provision
