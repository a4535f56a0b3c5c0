#include "core/facts/recorded_facts.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(RecordedFactsTest, AnswersByTheWholeQuery) {
  RecordedFacts facts(ParseText<HostRecord>(R"pb(
    fact {
      query { metadata { path: "/a" } }
      value { metadata { type: SYMLINK target: "b" } }
    }
    fact {
      query { metadata { path: "/a" follow: true } }
      value { absent { reason: DENIED } }
    }
    fact {
      query { metadata { path: "/a" follow: true } }
      value { metadata { type: FILE } }
    }
  )pb"));
  const auto query = [](const char* text) {
    return ParseText<FactQuery>(text);
  };
  EXPECT_THAT(facts.Read(query("metadata { path: '/a' }")),
              EqualsProto("metadata { type: SYMLINK target: 'b' }"));
  EXPECT_THAT(facts.Read(query("metadata { path: '/a' follow: true }")),
              EqualsProto("metadata { type: FILE }"));
  EXPECT_TRUE(facts.Has(query("metadata { path: '/a' }")));
  for (const char* other : {"metadata { path: '/b' }", "file { path: '/a' }",
                            "metadata { path: '/a' follow: false }"}) {
    EXPECT_FALSE(facts.Has(query(other)));
    EXPECT_EQ(facts.Read(query(other)).absent().reason(),
              FactValue::Absent::NOT_RECORDED);
  }
}

}  // namespace
}  // namespace provision
