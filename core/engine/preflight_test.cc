#include "core/engine/preflight.h"

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/engine/event_sink.h"
#include "core/testing/fake_facts.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<StepPlan> Plans(const char* proposal) {
  std::vector<StepPlan> plans(1);
  plans[0].proposal = ParseText<Proposal>(proposal);
  return plans;
}

// The first finding.
absl::Status Check(FakeSystem& system, const char* proposal) {
  const std::vector<absl::Status> findings =
      CheckSpace(Plans(proposal), system, "/var/lib/provision",
                 "/var/cache/provision/store");
  return findings.empty() ? absl::OkStatus() : findings.front();
}

TEST(PreflightTest, DeclaredSizesHaveToFit) {
  FakeSystem system;
  system.SetSpace(
      {.free_bytes = 1000, .free_inodes = 100, .total_inodes = 200});
  EXPECT_OK(Check(system,
                  "fidelity: EXACT needs { disk { path: '/opt/x' bytes: "
                  "900 } } action { run { argv: '/x' } }"));
  EXPECT_THAT(
      Check(system,
            "fidelity: EXACT needs { disk { path: '/opt/x' bytes: 950 } "
            "} action { run { argv: '/x' } }"),
      HasDiagnosticId("host/no-space"))
      << "1.1 times over";
  EXPECT_THAT(
      Check(system,
            "fidelity: EXACT needs { disk { path: '/opt' inodes: 95 } } "
            "action { run { argv: '/x' } }"),
      HasDiagnosticId("host/no-space"));
}

TEST(PreflightTest, DownloadsCountInTheStore) {
  FakeSystem system;
  system.SetSpace({.free_bytes = 1000, .free_inodes = 100, .total_inodes = 0});
  EXPECT_THAT(Check(system, "fidelity: EXACT action { fetch { size: 2000 } }"),
              HasDiagnosticId("host/no-space"));
  EXPECT_OK(Check(system, "fidelity: EXACT action { fetch { size: 800 } }"));
}

// 2,000 bytes of archive, of which 1,500 came before: 500 more, and what they
// unpack to.
TEST(PreflightTest, AnArchiveCountsWhereItIsUnpacked) {
  const std::string sha256(64, 'a');
  const std::string proposal = "fidelity: EXACT action { fetch { sha256: '" +
                               sha256 +
                               "' size: 2000 } } action { unpack { sha256: '" +
                               sha256 + "' destination: '/opt/x' } }";
  FakeSystem system;
  system.AddFile("/var/cache/provision/store/partial/" + sha256,
                 std::string(1500, 'x'));
  system.SetSpace({.free_bytes = 9350, .free_inodes = 100, .total_inodes = 0});
  EXPECT_OK(Check(system, proposal.c_str()));
  system.SetSpace({.free_bytes = 9300, .free_inodes = 100, .total_inodes = 0});
  EXPECT_THAT(Check(system, proposal.c_str()),
              HasDiagnosticId("host/no-space"));
}

TEST(PreflightTest, WhatIsAlreadySoNeedsNothing) {
  FakeSystem system;
  system.SetSpace({.free_bytes = 10, .free_inodes = 100, .total_inodes = 0});
  EXPECT_OK(Check(system,
                  "fidelity: EXACT needs { disk { path: '/' bytes: 99 "
                  "} }"));
}

TEST(PreflightTest, WhatTheStoreHasIsNotFetched) {
  const std::string sha256(64, 'a');
  const std::string fetch =
      "fidelity: EXACT action { fetch { sha256: '" + sha256 + "' size: 800 } }";
  FakeSystem system;
  system.SetSpace({.free_bytes = 1000, .free_inodes = 100, .total_inodes = 0});
  std::vector<StepPlan> twice = Plans(fetch.c_str());
  twice.push_back(twice[0]);
  EXPECT_THAT(CheckSpace(twice, system, "/state", "/store"), IsEmpty())
      << "fetched once";
  system.SetSpace({.free_bytes = 10, .free_inodes = 100, .total_inodes = 0});
  EXPECT_THAT(CheckSpace(twice, system, "/state", "/store"),
              ElementsAre(HasDiagnosticId("host/no-space")));
  system.AddFile("/store/sha256/" + sha256, "content");
  EXPECT_THAT(CheckSpace(twice, system, "/state", "/store"), IsEmpty());
}

// A plan of steps a, b, ...: each comes after those that `after` gives.
CheckedPlan PlanOf(const std::vector<std::vector<int>>& after) {
  CheckedPlan plan;
  for (const std::vector<int>& before : after) {
    plan.steps.emplace_back();
    plan.steps.back().id = std::string(1, 'a' + plan.steps.size() - 1);
    plan.steps.back().after = before;
  }
  return plan;
}

TEST(PreflightTest, ACommandThatIsNeededIsThereOrProvided) {
  FakeFacts facts;
  facts.AddFile("/usr/bin/git", "", 0755);
  std::vector<StepPlan> steps = Plans(
      "fidelity: EXACT needs { command: 'git' command: 'uv' } "
      "action { run { argv: '/x' } }");
  EXPECT_THAT(CheckCommands(PlanOf({{}}), steps, facts),
              ElementsAre(HasDiagnosticId("host/command")));
  steps.insert(steps.begin(), Plans("fidelity: EXACT provides { command: 'uv' "
                                    "} action { run { argv: '/x' } }")[0]);
  EXPECT_THAT(CheckCommands(PlanOf({{}, {0}}), steps, facts), IsEmpty());
}

class NoEvents final : public EventSink {
 public:
  void Emit(Event) override {}
};

class EndpointTest : public ::testing::Test {
 protected:
  std::vector<absl::Status> Check(const std::vector<StepPlan>& steps,
                                  const CheckedPlan& plan) {
    asked_.clear();
    Engine engine{.system = system_,
                  .handlers = handlers_,
                  .facts = facts_,
                  .host_changed = [] {},
                  .events = events_,
                  .options = {}};
    engine.options.offline = offline_;
    engine.reach = [this](absl::string_view host, int port) -> absl::Status {
      asked_.push_back(absl::StrCat(host, ":", port));
      if (host == "up.example") return absl::OkStatus();
      return DiagnosticError(absl::StatusCode::kUnavailable, "net/connect",
                             "refused");
    };
    return CheckEndpoints(engine, plan, steps, "/store");
  }
  std::vector<absl::Status> Check(const std::string& proposal) {
    return Check(Plans(proposal.c_str()), PlanOf({{}}));
  }

  FakeSystem system_;
  ActionHandlers handlers_;
  FakeFacts facts_;
  NoEvents events_;
  bool offline_ = false;
  std::vector<std::string> asked_;
};

TEST_F(EndpointTest, OneOfTheAddressesHasToAnswer) {
  EXPECT_THAT(Check("action { fetch { url: 'https://down.example/x' url: "
                    "'http://up.example:81/x' } }"),
              IsEmpty());
  EXPECT_THAT(asked_, ElementsAre("down.example:443", "up.example:81"));
  EXPECT_THAT(Check("action { fetch { url: 'https://down.example/x' } } "
                    "action { fetch { url: 'https://down.example/y' } }"),
              ElementsAre(HasDiagnosticId("net/connect")));
  EXPECT_THAT(asked_, ElementsAre("down.example:443")) << "asked once";
}

TEST_F(EndpointTest, AFileOrAnotherRungNeedsNoAnswer) {
  EXPECT_THAT(Check("action { fetch { url: 'file:///mirror/x' } }"), IsEmpty());
  EXPECT_THAT(Check("rung { name: 'A' action { fetch { url: "
                    "'https://down.example/x' } } } rung { name: 'B' }"),
              IsEmpty());
  EXPECT_THAT(asked_, IsEmpty());
}

TEST_F(EndpointTest, AProxyIsAskedInPlaceOfTheOrigin) {
  EXPECT_THAT(Check("action { fetch { url: 'https://down.example/x' proxy: "
                    "'http://up.example:3128' } }"),
              IsEmpty());
  EXPECT_THAT(asked_, ElementsAre("up.example:3128"));
}

TEST_F(EndpointTest, WhatAnEarlierStepMayBringAboutIsNotJudged) {
  std::vector<StepPlan> steps =
      Plans("action { fetch { url: 'https://down.example/x' } }");
  steps.insert(steps.begin(), Plans("action { run { argv: '/serve' } }")[0]);
  EXPECT_THAT(Check(steps, PlanOf({{}, {0}})), IsEmpty());
  EXPECT_THAT(Check(steps, PlanOf({{}, {}})),
              ElementsAre(HasDiagnosticId("net/connect")));
}

TEST_F(EndpointTest, OfflineNobodyIsAsked) {
  offline_ = true;
  EXPECT_THAT(Check("action { fetch { url: 'https://up.example/x' } }"),
              ElementsAre(HasDiagnosticId("net/offline")));
  EXPECT_THAT(asked_, IsEmpty());
}

}  // namespace
}  // namespace provision
