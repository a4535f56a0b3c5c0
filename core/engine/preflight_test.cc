#include "core/engine/preflight.h"

#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

std::vector<StepPlan> Plans(const char* proposal) {
  std::vector<StepPlan> plans(1);
  plans[0].proposal = ParseText<Proposal>(proposal);
  return plans;
}

absl::Status Check(FakeSystem& system, const char* proposal) {
  return CheckSpace(Plans(proposal), system, "/var/lib/provision",
                    "/var/cache/provision/store");
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

TEST(PreflightTest, WhatIsAlreadySoNeedsNothing) {
  FakeSystem system;
  system.SetSpace({.free_bytes = 10, .free_inodes = 100, .total_inodes = 0});
  EXPECT_OK(Check(system,
                  "fidelity: EXACT needs { disk { path: '/' bytes: 99 "
                  "} }"));
}

}  // namespace
}  // namespace provision
