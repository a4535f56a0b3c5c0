#include "core/testing/conformance.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/api/plan.pb.h"
#include "core/base/path.h"
#include "core/base/serialize.h"
#include "core/engine/engine_fixture.h"
#include "core/engine/proposal_check.h"
#include "core/facts/host_facts.h"
#include "core/facts/recorded_facts.h"
#include "core/plugin/registry.h"
#include "core/testing/testing.h"
#include "core/testing/threaded_plugin.h"

namespace provision {
namespace {

using google::protobuf::Message;

enum class Loss { kNone, kUnsynced };

// A fresh host of the case, with the engine on it.
struct Host {
  explicit Host(const ConformanceCase& tried)
      : engine(system, tried.provisioner()) {
    system.AddDirectory("/srv");
    system.AddFile("/etc/machine-id", "0123456789abcdef\n");
    system.AddFile("/proc/sys/kernel/random/boot_id", "boot\n");
    system.AddFile("/proc/self/mountinfo",
                   "28 1 254:1 / / rw - ext4 /dev/vda1 rw\n");
    tried.host(system);
    system.ClearLogs();
  }

  // All files but those of the engine itself.
  std::map<std::string, std::string> Files() const {
    std::map<std::string, std::string> files;
    for (const auto& [path, what] : system.Snapshot()) {
      if (IsBelowOrSame(path, "/state") || IsBelowOrSame(path, "/store")) {
        continue;
      }
      files[path] = what;
    }
    return files;
  }

  FakeSystem system;
  EngineFixture engine;
};

class Conformance {
 public:
  explicit Conformance(const ConformanceCase& tried)
      : tried_(tried), provisioner_(tried.provisioner()) {}

  void CheckLinked() {
    CheckOnce();
    for (CrashMode mode : {CrashMode::kBefore, CrashMode::kDuring}) {
      CheckCrashes(mode, Loss::kNone);
    }
    CheckCrashes(CrashMode::kDuring, Loss::kUnsynced);
  }

  // How a kill comes makes no difference to who proposed: the hardest way is
  // enough.
  void CheckServed() {
    CheckOnce();
    CheckCrashes(CrashMode::kDuring, Loss::kUnsynced);
  }

 private:
  std::string Plan() const {
    return absl::StrCat("step { name: 'step' ", tried_.step, " }");
  }
  // The config in `step`; it belongs to `storage`.
  const Message& ConfigIn(const std::string& step, Step* storage) const;
  Proposal Propose(FactReader& reader, HostRecord* record) const;

  void CheckOnce() {
    CheckValidation();
    CheckProposal();
    CheckRun();
  }
  void CheckValidation();
  void CheckProposal();
  void CheckActions(const Proposal& proposal);
  void CheckRun();
  void CheckConverged(Host& host);
  void CheckRollback(Host& host, const Host& untouched);
  void CheckCanaries(const Host& host, const std::vector<Event>& preview,
                     const std::vector<Event>& run);
  void CheckCrashes(CrashMode mode, Loss loss);

  const ConformanceCase& tried_;
  const std::unique_ptr<Provisioner> provisioner_;
};

const Message& Conformance::ConfigIn(const std::string& step,
                                     Step* storage) const {
  *storage = ParseText<Step>(step);
  const auto fields = ConfigFields(*storage);
  if (fields.size() != 1 ||
      fields[0]->message_type() != provisioner_->config()) {
    ADD_FAILURE() << "no step of this provisioner: " << step;
    std::abort();
  }
  return storage->GetReflection()->GetMessage(*storage, fields[0]);
}

void Conformance::CheckValidation() {
  Step step;
  for (const Diagnostic& found :
       provisioner_->Validate(ConfigIn(tried_.step, &step))) {
    EXPECT_NE(found.severity(), Diagnostic::ERROR) << found.ShortDebugString();
  }
  std::vector<Diagnostic> refused =
      provisioner_->Validate(ConfigIn(tried_.unusable, &step));
  EXPECT_TRUE(std::any_of(refused.begin(), refused.end(),
                          [](const Diagnostic& found) {
                            return found.severity() == Diagnostic::ERROR;
                          }))
      << "the unusable config is accepted";
  for (const Diagnostic& found : refused) {
    EXPECT_FALSE(found.id().empty() || found.message().empty() ||
                 found.field().empty())
        << "it lacks an id, a message or a field: " << found.ShortDebugString();
  }
}

Proposal Conformance::Propose(FactReader& reader, HostRecord* record) const {
  FactScope scope;
  scope.root = "/srv";
  scope.step = "step";
  Facts facts(reader, scope);
  Step step;
  absl::StatusOr<Proposal> proposal =
      provisioner_->Propose(ConfigIn(tried_.step, &step), facts);
  EXPECT_OK(proposal);
  record->clear_fact();
  for (const Fact& fact : facts.record()) *record->add_fact() = fact;
  return proposal.ok() ? *std::move(proposal) : Proposal();
}

void Conformance::CheckProposal() {
  Host host(tried_);
  HostFacts facts(host.system);
  HostRecord record;
  const Proposal proposal = Propose(facts, &record);
  EXPECT_TRUE(host.system.operations().empty()) << "proposing changed the host";
  HostRecord again;
  EXPECT_EQ(DeterministicBytes(Propose(facts, &again)),
            DeterministicBytes(proposal))
      << "proposing twice gave two proposals";
  RecordedFacts replay(record);
  EXPECT_EQ(DeterministicBytes(Propose(replay, &again)),
            DeterministicBytes(proposal))
      << "the facts on record give another proposal: something was read past "
         "them";
  EXPECT_THAT(again, EqualsProto(record));
  EXPECT_OK(provision::CheckProposal(proposal));
  EXPECT_FALSE(IsAlreadySo(proposal))
      << "the case has nothing to do, so it shows nothing";
  CheckActions(proposal);
}

void Conformance::CheckActions(const Proposal& proposal) {
  const char* declared = std::getenv("PROVISION_PLUGIN_ACTIONS");
  if (declared == nullptr) return;
  const std::vector<std::string> kinds = absl::StrSplit(declared, ',');
  const auto check = [&](const Action& action) {
    const std::string& kind =
        Action::descriptor()->FindFieldByNumber(action.kind_case())->name();
    EXPECT_NE(std::find(kinds.begin(), kinds.end(), kind), kinds.end())
        << "the BUILD file does not declare the action " << kind;
  };
  for (const Action& action : proposal.action()) check(action);
  for (const Rung& rung : proposal.rung()) {
    for (const Action& action : rung.action()) check(action);
  }
  for (const Proposal::OnChange& follow_up : proposal.on_change()) {
    for (const Action& action : follow_up.action()) check(action);
  }
}

// Of the actions that a preview shows, or that a run committed.
std::vector<std::string> ShownDigests(const std::vector<Event>& events) {
  std::vector<std::string> digests;
  for (const Event& event : events) {
    for (const Event::ActionLine& line : event.step_planned().line()) {
      digests.push_back(line.digest());
    }
  }
  return digests;
}

std::vector<std::string> CommittedDigests(const std::vector<Event>& events) {
  std::vector<std::string> digests;
  for (const Event& event : events) {
    if (event.action_done().outcome() == Event::ActionDone::COMMITTED) {
      digests.push_back(event.action_done().digest());
    }
  }
  return digests;
}

std::string WhatItSaid(const EngineFixture& engine) {
  return absl::StrCat(testing::PrintToString(engine.ends()), " ",
                      testing::PrintToString(engine.errors()));
}

void Conformance::CheckRun() {
  const Host untouched(tried_);
  Host host(tried_);
  host.engine.Plan(Plan());
  const std::vector<Event> preview = host.engine.events();
  EXPECT_EQ(host.Files(), untouched.Files()) << "the preview changed the host";

  ASSERT_EQ(host.engine.Apply(Plan()), ExitCode::kConverged)
      << WhatItSaid(host.engine);
  const std::vector<Event> run = host.engine.events();
  EXPECT_EQ(CommittedDigests(run), ShownDigests(preview))
      << "the preview is not what ran";
  CheckCanaries(host, preview, run);
  CheckConverged(host);
  if (tried_.is_reversible) CheckRollback(host, untouched);
}

void Conformance::CheckConverged(Host& host) {
  HostFacts facts(host.system);
  HostRecord record;
  const Proposal next = Propose(facts, &record);
  EXPECT_EQ(IsAlreadySo(next), !tried_.is_always_proposed)
      << next.DebugString();
  const auto files = host.Files();
  host.system.ClearLogs();
  EXPECT_EQ(host.engine.Apply(Plan()), ExitCode::kConverged)
      << WhatItSaid(host.engine);
  EXPECT_EQ(host.engine.summary().actions(), 0);
  EXPECT_EQ(host.Files(), files);
  EXPECT_THAT(host.system.operations(),
              testing::Not(testing::Contains(testing::StartsWith("sync"))))
      << "a run with nothing to do is durable already";
}

void Conformance::CheckRollback(Host& host, const Host& untouched) {
  EXPECT_EQ(host.engine.Rollback(), ExitCode::kConverged)
      << WhatItSaid(host.engine);
  EXPECT_EQ(host.Files(), untouched.Files());
}

void Conformance::CheckCanaries(const Host& host,
                                const std::vector<Event>& preview,
                                const std::vector<Event>& run) {
  std::string seen;
  for (const Event& event : preview)
    absl::StrAppend(&seen, event.DebugString());
  for (const Event& event : run) absl::StrAppend(&seen, event.DebugString());
  for (const auto& [path, what] : host.system.Snapshot("/state")) {
    absl::StrAppend(&seen, path, "\n", what, "\n");
  }
  for (const ProcessSpec& spec : host.system.runs()) {
    for (const std::string& word : spec.argv)
      absl::StrAppend(&seen, word, "\n");
  }
  for (const std::string& canary : tried_.canaries) {
    EXPECT_GT(canary.size(), 7u);
    EXPECT_FALSE(absl::StrContains(seen, canary)) << "a secret was shown";
  }
}

void Conformance::CheckCrashes(CrashMode mode, Loss loss) {
  Host undisturbed(tried_);
  ASSERT_EQ(undisturbed.engine.Apply(Plan()), ExitCode::kConverged);
  const auto wanted = undisturbed.Files();
  for (int n = 1;; ++n) {
    SCOPED_TRACE(absl::StrCat(
        "killed ", mode == CrashMode::kBefore ? "before" : "in", " operation ",
        n, loss == Loss::kNone ? "" : ", power cut"));
    Host host(tried_);
    host.system.CrashAt(n, mode);
    host.engine.Apply(Plan());
    if (!host.system.crashed()) break;
    if (loss == Loss::kNone) {
      host.system.Restart();
    } else {
      host.system.PowerCut();
    }
    EXPECT_EQ(host.engine.Apply(Plan()), ExitCode::kConverged)
        << WhatItSaid(host.engine);
    EXPECT_EQ(host.Files(), wanted);
    if (testing::Test::HasFailure()) break;
  }
}

}  // namespace

void CheckConformance(const ConformanceCase& tried) {
  {
    SCOPED_TRACE("linked");
    Conformance(tried).CheckLinked();
  }
  SCOPED_TRACE("over the wire");
  ConformanceCase served = tried;
  served.provisioner = [&tried] { return OverTheWire(tried.provisioner()); };
  Conformance(served).CheckServed();
}

}  // namespace provision
