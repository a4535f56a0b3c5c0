#include "core/facts/host_record.h"

#include "absl/strings/str_cat.h"
#include "core/facts/host_facts.h"
#include "core/facts/recorded_facts.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kCanary[] = "canary-4711";

TEST(HostRecordTest, ARecordAnswersAsTheHostDid) {
  FakeSystem system;
  system.AddFile("/etc/os-release", "ID=debian\n");
  system.AddSymlink("/l", "etc");
  system.SetVariable("A", "ä \"quoted\"");
  system.AddCommand({"/bin/x"}, "out\n", 3);
  HostFacts host(system);
  RecordingFacts recording(host);
  const char* kQueries[] = {"file { path: '/etc/os-release' }",
                            "metadata { path: '/l' }",
                            "listing { path: '/' recursive: true }",
                            "digest { path: '/none' }",
                            "variable { name: 'A' }",
                            "command { argv: '/bin/x' }",
                            "host {}"};
  std::vector<FactValue> answers;
  for (const char* query : kQueries) {
    answers.push_back(recording.Read(ParseText<FactQuery>(query)));
  }
  ASSERT_OK_AND_ASSIGN(
      HostRecord record,
      ParseHostRecord(HostRecordText(recording.record()), "host.textproto"));
  EXPECT_EQ(record.origin(), HostRecord::RECORDED);
  RecordedFacts replay(record);
  for (size_t i = 0; i < answers.size(); ++i) {
    EXPECT_THAT(replay.Read(ParseText<FactQuery>(kQueries[i])),
                EqualsProto(answers[i]));
  }
  EXPECT_EQ(replay.Read(ParseText<FactQuery>("mounts {}")).absent().reason(),
            FactValue::Absent::NOT_RECORDED);
}

TEST(HostRecordTest, TheTextDoesNotDependOnTheOrderOfReads) {
  FakeSystem system;
  HostFacts host(system);
  RecordingFacts forward(host), backward(host);
  const char* kQueries[] = {"host {}", "file { path: '/a' }",
                            "variable { name: 'A' }"};
  for (int i = 0; i < 3; ++i) {
    forward.Read(ParseText<FactQuery>(kQueries[i]));
    backward.Read(ParseText<FactQuery>(kQueries[2 - i]));
    backward.Read(ParseText<FactQuery>(kQueries[i]));
  }
  EXPECT_EQ(HostRecordText(forward.record()),
            HostRecordText(backward.record()));
  EXPECT_THAT(HostRecordText(forward.record()),
              HasSubstr("# proto-message: provision.HostRecord\n"));
}

TEST(HostRecordTest, NoSecretEntersARecord) {
  FakeSystem system;
  const std::string url =
      absl::StrCat("https://u:", kCanary, "@index.example/simple");
  system.AddFile("/etc/pip.conf", "[global]\nindex-url = " + url + "\n");
  system.AddFile("/home/ada/.netrc",
                 absl::StrCat("machine h password ", kCanary));
  system.SetVariable("HTTPS_PROXY", url);
  system.SetVariable("DB_PASSWORD", kCanary);
  system.AddCommand({"/bin/x"}, url);
  HostFacts host(system);
  RecordingFacts recording(host);
  std::vector<FactQuery> queries = {
      ParseText<FactQuery>("file { path: '/etc/pip.conf' }"),
      ParseText<FactQuery>("file { path: '/home/ada/.netrc' }"),
      ParseText<FactQuery>("variable { name: 'HTTPS_PROXY' }"),
      ParseText<FactQuery>("variable { name: 'DB_PASSWORD' }"),
      ParseText<FactQuery>("command { argv: '/bin/x' }")};
  queries.push_back(queries.back());
  queries.back().mutable_command()->add_argv(url);
  for (const FactQuery& query : queries) recording.Read(query);
  const HostRecord record = recording.record();
  EXPECT_THAT(HostRecordText(record), Not(HasSubstr(kCanary)));
  EXPECT_EQ(record.fact_size(), 6);
  // The query with a secret in it finds its answer all the same.
  RecordedFacts replay(record);
  EXPECT_TRUE(replay.Read(queries.back()).has_command());
}

TEST(HostRecordTest, DamagedTextHasItsPlace) {
  const struct {
    const char* text;
    int line;
  } kCases[] = {{"origin: RECORDED\nfact { qery {} }\n", 2},
                {"fact {", 1},
                {"\n\norigin: SOMEHOW", 3},
                {"\xff", 1}};
  for (const auto& c : kCases) {
    absl::Status status = ParseHostRecord(c.text, "h.textproto").status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(status, HasDiagnosticId("facts/bad-record"));
    EXPECT_EQ(DiagnosticFromStatus(status).place().file(), "h.textproto");
    EXPECT_EQ(DiagnosticFromStatus(status).place().line(), c.line) << c.text;
  }
  EXPECT_THAT(ParseHostRecord("", "h.textproto"),
              IsOkAndHolds(EqualsProto("")));
}

}  // namespace
}  // namespace provision
