#include "core/engine/doubt.h"

#include "core/base/diagnostic.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(DoubtTest, NamesTheActionAndTheTwoWaysOn) {
  const absl::Status status = InDoubtError("db", "who knows", "action 2");
  EXPECT_EQ(DiagnosticId(status), "run/in-doubt");
  const Diagnostic diagnostic = DiagnosticFromStatus(status);
  EXPECT_EQ(diagnostic.step(), "db");
  EXPECT_EQ(diagnostic.message(), "who knows");
  ASSERT_EQ(diagnostic.detail_size(), 1);
  EXPECT_EQ(diagnostic.detail(0).text(), "action 2");
  ASSERT_EQ(diagnostic.next_size(), 2);
  EXPECT_EQ(diagnostic.next(0), "--redo db performs it again");
  EXPECT_EQ(diagnostic.next(1), "--assume-done db takes it as done");
  EXPECT_EQ(DiagnosticFromStatus(InDoubtError("db", "")).detail_size(), 0);
  EXPECT_THAT(InDoubtEvent(status), EqualsProto(R"pb(
                text: "who knows"
                evidence: "--redo db performs it again"
                evidence: "--assume-done db takes it as done"
              )pb"));
}

}  // namespace
}  // namespace provision
