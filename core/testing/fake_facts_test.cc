#include "core/testing/fake_facts.h"

#include "core/api/facts.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::SizeIs;

TEST(FakeFactsTest, ReadsARecord) {
  FakeFacts host(R"pb(fact {
                        query { variable { name: "A" } }
                        value { variable { value: "1" } }
                      })pb");
  Facts facts(host, {});
  EXPECT_EQ(facts.Variable("A"), "1");
  EXPECT_EQ(facts.Variable("B"), absl::nullopt);
  EXPECT_EQ(facts.Metadata("/x").type(), PathState::UNSPECIFIED);
}

TEST(FakeFactsTest, AnswersAllThatIsAskedOfWhatWasAdded) {
  FakeFacts host;
  host.AddFile("/f", "text", 0600, 7, 8);
  host.AddDirectory("/d", 0700, {"a", "b"});
  host.AddSymlink("/l", "nowhere");
  host.AddMissing("/m");
  host.AddVariable("A", "1");
  host.AddMissingVariable("B");
  host.AddCommand({"/bin/x", "y"}, "out", 3);
  host.AddHost(7, "/home/u");
  Facts facts(host, {});
  EXPECT_THAT(facts.File("/f"), IsOkAndHolds("text"));
  EXPECT_EQ(facts.Metadata("/f", true).uid(), 7u);
  EXPECT_EQ(facts.Digest("/f").size(), 4u);
  EXPECT_THAT(facts.Digest("/f").sha256(), SizeIs(64));
  EXPECT_THAT(facts.Listing("/d"), SizeIs(2));
  EXPECT_EQ(facts.Metadata("/d").mode(), 0700u);
  EXPECT_EQ(facts.Metadata("/l").target(), "nowhere");
  EXPECT_EQ(facts.Metadata("/l", true).type(), PathState::ABSENT);
  EXPECT_EQ(facts.Metadata("/m").type(), PathState::ABSENT);
  EXPECT_THAT(facts.File("/m"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(facts.Variable("A"), "1");
  EXPECT_EQ(facts.Command({"/bin/x", "y"}).status(), 3);
  EXPECT_EQ(facts.Host().home(), "/home/u");
}

}  // namespace
}  // namespace provision
