#include "core/api/facts.h"

#include "core/testing/fake_facts.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Counts the reads that reach the host.
class CountingFacts : public FakeFacts {
 public:
  FactValue Read(const FactQuery& query) override {
    ++reads;
    return FakeFacts::Read(query);
  }
  int reads = 0;
};

class FactsTest : public testing::Test {
 protected:
  CountingFacts host_;
  Facts facts_{host_, {.root = "/plan", .step = "step"}};
};

TEST_F(FactsTest, ReadsOnceAndKeepsTheOrder) {
  host_.AddVariable("A", "1");
  host_.AddVariable("B", "2");
  EXPECT_EQ(facts_.Variable("B"), "2");
  EXPECT_EQ(facts_.Variable("A"), "1");
  EXPECT_EQ(facts_.Variable("B"), "2");
  EXPECT_EQ(host_.reads, 2);
  ASSERT_THAT(facts_.record(), SizeIs(2));
  EXPECT_THAT(facts_.record()[0], EqualsProto(R"pb(
                query { variable { name: "B" } }
                value { variable { value: "2" } })pb"));
}

TEST_F(FactsTest, AnAnswerStaysValidWhileMoreIsRead) {
  const FactQuery query = ParseText<FactQuery>("variable { name: 'A' }");
  host_.AddVariable("A", "1");
  EXPECT_EQ(facts_.Read(query).variable().value(), "1");
  host_.AddVariable("A", "2");
  EXPECT_EQ(facts_.Read(query).variable().value(), "1");
}

TEST_F(FactsTest, AbsentHasACodeForEachReason) {
  const struct {
    FactValue::Absent::Reason reason;
    absl::StatusCode code;
  } kCases[] = {
      {FactValue::Absent::MISSING, absl::StatusCode::kNotFound},
      {FactValue::Absent::DENIED, absl::StatusCode::kPermissionDenied},
      {FactValue::Absent::UNSUPPORTED, absl::StatusCode::kUnimplemented},
      {FactValue::Absent::UNREACHABLE, absl::StatusCode::kUnavailable},
      {FactValue::Absent::TOO_LARGE, absl::StatusCode::kOutOfRange},
      {FactValue::Absent::FAILED, absl::StatusCode::kUnknown},
      {FactValue::Absent::NOT_RECORDED, absl::StatusCode::kFailedPrecondition},
      {FactValue::Absent::UNSPECIFIED, absl::StatusCode::kUnknown}};
  for (const auto& c : kCases) {
    FactQuery query;
    FactValue value;
    query.mutable_file()->set_path("/f");
    value.mutable_absent()->set_reason(c.reason);
    value.mutable_absent()->set_text("why");
    FakeFacts host;
    host.Add(query, value);
    Facts facts(host, {});
    EXPECT_THAT(facts.File("/f"), StatusIs(c.code, "/f: why"));
  }
}

TEST_F(FactsTest, AFileIsItsChunks) {
  host_.Add(ParseText<FactQuery>("file { path: '/f' }"),
            ParseText<FactValue>("file { chunk: 'one ' chunk: 'two' }"));
  EXPECT_THAT(facts_.File("/f"), IsOkAndHolds("one two"));
}

TEST_F(FactsTest, MetadataTellsNothingThereFromUnreadable) {
  host_.AddMissing("/missing");
  host_.Add(ParseText<FactQuery>("metadata { path: '/secret' }"),
            ParseText<FactValue>("absent { reason: DENIED }"));
  EXPECT_EQ(facts_.Metadata("/missing").type(), PathState::ABSENT);
  EXPECT_EQ(facts_.Metadata("/missing", true).type(), PathState::ABSENT);
  EXPECT_EQ(facts_.Metadata("/secret").type(), PathState::UNSPECIFIED);
}

TEST_F(FactsTest, ADigestIsReadOnlyOfFiles) {
  host_.AddFile("/f", "text", 0640);
  host_.AddDirectory("/d");
  EXPECT_EQ(facts_.Digest("/f").mode(), 0640u);
  EXPECT_EQ(facts_.Digest("/f").size(), 4u);
  EXPECT_EQ(host_.reads, 2);
  EXPECT_FALSE(facts_.Digest("/d").has_sha256());
  EXPECT_EQ(host_.reads, 3);
}

TEST_F(FactsTest, TheOtherReads) {
  host_.AddDirectory("/d", 0755, {"a", "b"});
  host_.AddCommand({"/bin/x"}, "out", 3);
  host_.Add(ParseText<FactQuery>("owner { user: 'app' }"),
            ParseText<FactValue>("owner { id: 5 }"));
  host_.Add(ParseText<FactQuery>("owner { group: 'app' }"),
            ParseText<FactValue>("owner { id: 6 }"));
  EXPECT_THAT(facts_.Listing("/d"), SizeIs(2));
  EXPECT_THAT(facts_.Listing("/d", true), IsEmpty());
  EXPECT_EQ(facts_.Command({"/bin/x"}).status(), 3);
  EXPECT_EQ(facts_.UserId("app"), 5u);
  EXPECT_EQ(facts_.GroupId("app"), 6u);
  EXPECT_EQ(facts_.UserId("other"), absl::nullopt);
  EXPECT_EQ(facts_.GroupId("other"), absl::nullopt);
}

TEST_F(FactsTest, ACommandIsKnownByAllThatDecidesItsAnswer) {
  facts_.Command({"/bin/x"}, {{"B", "2"}, {"A", "1"}}, 20);
  EXPECT_THAT(facts_.record()[0].query(), EqualsProto(R"pb(
                command {
                  argv: "/bin/x"
                  environment { name: "A" value: "1" }
                  environment { name: "B" value: "2" }
                  deadline_s: 20
                })pb"));
  FactValue::Command none = facts_.Command({"/bin/x"});
  EXPECT_EQ(none.outcome(), FactValue::Command::NOT_STARTED);
  EXPECT_THAT(none.text(), HasSubstr("record"));
}

TEST_F(FactsTest, PathsAreRelativeToTheRootOrTheHome) {
  host_.AddHost(7, "/home/u");
  EXPECT_EQ(facts_.AbsolutePath("a/../b"), "/plan/b");
  EXPECT_EQ(facts_.AbsolutePath("/x/./y"), "/x/y");
  EXPECT_EQ(facts_.AbsolutePath("~x"), "/plan/~x");
  EXPECT_THAT(facts_.record(), IsEmpty());
  EXPECT_EQ(facts_.AbsolutePath("~/x"), "/home/u/x");
  EXPECT_EQ(facts_.AbsolutePath("~"), "/home/u");
}

TEST_F(FactsTest, KnowsWhatAnEarlierStepWillProvide) {
  Facts facts(host_, {.root = "/plan",
                      .step = "packages",
                      .assumed = {{"/plan/.venv", "python"}}});
  EXPECT_EQ(facts.AssumedFrom("/plan/.venv"), "python");
  EXPECT_EQ(facts.AssumedFrom("/plan/.venv/bin/python"), "python");
  EXPECT_EQ(facts.AssumedFrom("/plan/.venv2"), absl::nullopt);
  EXPECT_EQ(facts.AssumedFrom("/plan"), absl::nullopt);
}

}  // namespace
}  // namespace provision
