#include "core/testing/fake_host.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(FakeHostTest, FactsAreReadFromItsFiles) {
  FakeHost host;
  host.AddFile("/etc/motd", "hello\n");
  host.AddSymlink("/link", "etc/motd");
  FactScope scope;
  scope.root = "/plan";
  Facts facts(host.facts(), scope);
  EXPECT_THAT(facts.File("/link"), IsOkAndHolds("hello\n"));
  EXPECT_EQ(facts.Metadata("/link").type(), PathState::SYMLINK);
  EXPECT_EQ(facts.Metadata("/link", true).type(), PathState::FILE);
  EXPECT_EQ(facts.Metadata("/none").type(), PathState::ABSENT);
}

}  // namespace
}  // namespace provision
