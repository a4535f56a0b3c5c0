#include "core/engine/saved_plan_check.h"

#include "core/testing/fake_facts.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

SavedPlan Saved(const std::string& fidelity, const std::string& fact) {
  return ParseText<SavedPlan>(
      "host_id: 'h' file: 'p' step { id: 'a' proposal "
      "{ fidelity: " +
      fidelity + " } fact { " + fact + " } }");
}

FakeFacts Host(const std::string& fact) {
  return FakeFacts("fact { " + fact + " }");
}

constexpr char kThen[] =
    "query { variable { name: 'V' } } value { variable { value: '1' } }";
constexpr char kNow[] =
    "query { variable { name: 'V' } } value { variable { value: '2' } }";

TEST(SavedPlanCheckTest, AFactThatMovedIsNamedWithBothValues) {
  FakeFacts now = Host(kNow);
  absl::Status status = CheckSavedPlan(Saved("EXACT", kThen), "h", {}, now);
  EXPECT_THAT(status, HasDiagnosticId("plan/stale"));
  EXPECT_THAT(status.message(), ::testing::HasSubstr("variable"));
  FakeFacts then = Host(kThen);
  EXPECT_OK(CheckSavedPlan(Saved("EXACT", kThen), "h", {}, then));
}

TEST(SavedPlanCheckTest, AnotherHostIsRefused) {
  FakeFacts then = Host(kThen);
  EXPECT_THAT(CheckSavedPlan(Saved("EXACT", kThen), "other", {}, then),
              HasDiagnosticId("plan/other-host"));
}

TEST(SavedPlanCheckTest, WhatThisPlanHasBegunIsNotCompared) {
  FakeFacts now = Host(kNow);
  EXPECT_OK(CheckSavedPlan(Saved("EXACT", kThen), "h", {"a"}, now));
}

TEST(SavedPlanCheckTest, WhatIsProposedAgainIsNotCompared) {
  FakeFacts now = Host(kNow);
  EXPECT_OK(CheckSavedPlan(Saved("PREDICTED", kThen), "h", {}, now));
  EXPECT_OK(CheckSavedPlan(Saved("UNKNOWN", kThen), "h", {}, now));
}

TEST(SavedPlanCheckTest, WhatAlwaysMovesIsNotCompared) {
  const struct {
    std::string query, then, now;
  } kCases[] = {
      {"file_system { path: '/' }",
       "file_system { free_bytes: 1 free_inodes: 1 }",
       "file_system { free_bytes: 2 free_inodes: 2 }"},
      {"tls_probe { host: 'x' }", "tls_probe {}", "absent {}"},
      {"host {}", "host { boot_id: '1' uid: 1000 }", "host { boot_id: '2' }"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.query);
    const std::string query = "query { " + c.query + " } ";
    FakeFacts now = Host(query + "value { " + c.now + " }");
    EXPECT_OK(CheckSavedPlan(Saved("EXACT", query + "value { " + c.then + " }"),
                             "h", {}, now));
  }
}

}  // namespace
}  // namespace provision
