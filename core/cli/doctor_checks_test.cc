#include "core/cli/doctor_checks.h"

#include "absl/strings/str_cat.h"
#include "core/facts/host_facts.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Line = DoctorAnswer::Check;

TEST(DoctorChecksTest, IsolationThatIsMissingIsAWarning) {
  EXPECT_EQ(CheckIsolation({7, true}).verdict(), Line::GOOD);
  EXPECT_EQ(CheckIsolation({0, true}).verdict(), Line::WARNING);
  EXPECT_EQ(CheckIsolation({7, false}).verdict(), Line::WARNING);
}

TEST(DoctorChecksTest, TheHostIsNamed) {
  FakeSystem system;
  system.AddFile("/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
  HostFacts reader(system);
  Facts facts(reader, {});
  const Line check = CheckHost(facts);
  EXPECT_EQ(check.verdict(), Line::GOOD) << check.DebugString();
  EXPECT_THAT(check.text(), HasSubstr("debian-12/amd64, kernel "));
}

TEST(DoctorChecksTest, AHostWithoutAnOsReleaseIsAWarning) {
  FakeSystem system;
  HostFacts reader(system);
  Facts facts(reader, {});
  EXPECT_EQ(CheckHost(facts).verdict(), Line::WARNING);
}

TEST(DoctorChecksTest, StateThatIsNotThereIsGood) {
  FakeSystem system;
  HostFacts reader(system);
  Facts facts(reader, {});
  const Line check = CheckState(system, facts, "/var/lib/provision");
  EXPECT_EQ(check.verdict(), Line::GOOD) << check.DebugString();
  EXPECT_THAT(check.text(), HasSubstr("/var/lib/provision, not made yet, "));
  EXPECT_THAT(system.operations(), ElementsAre());
}

TEST(DoctorChecksTest, StateThatOthersWriteIsAnError) {
  FakeSystem system;
  system.AddDirectory("/var/lib/provision", 0777);
  HostFacts reader(system);
  Facts facts(reader, {});
  const Line check = CheckState(system, facts, "/var/lib/provision");
  EXPECT_EQ(check.verdict(), Line::ERROR) << check.DebugString();
}

TEST(DoctorChecksTest, StateWithoutRoomIsAnError) {
  FakeSystem system;
  system.SetSpace({.free_bytes = 1 << 20});
  HostFacts reader(system);
  Facts facts(reader, {});
  const Line check = CheckState(system, facts, "/var/lib/provision");
  EXPECT_EQ(check.verdict(), Line::ERROR);
  EXPECT_THAT(check.next(), ElementsAre("provision explain run/no-space"));
}

TEST(DoctorChecksTest, RootIsGoodAndSudoThatAsksIsAWarning) {
  FakeSystem system;
  HostFacts reader(system);
  Facts facts(reader, {});
  EXPECT_EQ(CheckPrivilege(facts).verdict(), Line::GOOD);

  system.SetIdentity({.uid = 1000, .gid = 1000, .user_name = "ada"});
  HostFacts others(system);
  Facts hers(others, {});
  const Line check = CheckPrivilege(hers);
  EXPECT_EQ(check.verdict(), Line::WARNING);
  EXPECT_THAT(check.text(), HasSubstr("no root"));
  EXPECT_THAT(check.detail(),
              ElementsAre("a step that needs root ends with exit 7 and a part "
                          "to hand over"));
}

Proposal::Endpoint Endpoint(const char* host, const char* scheme) {
  Proposal::Endpoint endpoint;
  endpoint.set_host(host);
  endpoint.set_port(443);
  endpoint.set_scheme(scheme);
  return endpoint;
}

// Answers what a network would.
class FakeNetwork final : public FactReader {
 public:
  FactValue Read(const FactQuery& query) override {
    FactValue value;
    if (query.has_name_resolution()) {
      if (query.name_resolution().name() == "nowhere.example") {
        value.mutable_absent()->set_text("no such name");
      } else {
        value.mutable_name_resolution()->add_address("192.0.2.1");
      }
    } else if (query.tls_probe().host() == "silent.example") {
      value.mutable_absent()->set_text("refused");
    } else {
      const bool trusted = query.tls_probe().host() != "corp.example";
      value.mutable_tls_probe()->set_trusted(trusted);
      if (!trusted) value.mutable_tls_probe()->set_text("issuer unknown");
    }
    return value;
  }
};

TEST(DoctorChecksTest, EndpointsAreTried) {
  FakeNetwork network;
  Facts facts(network, {});
  const std::vector<Line> checks = CheckEndpoints(
      facts,
      {Endpoint("good.example", "https"), Endpoint("plain.example", "http"),
       Endpoint("nowhere.example", "https"), Endpoint("corp.example", "https"),
       Endpoint("silent.example", "https")},
      "");
  std::vector<std::string> lines;
  for (const Line& check : checks) {
    lines.push_back(absl::StrCat(Line::Verdict_Name(check.verdict()), " ",
                                 check.name(), " ", check.text()));
  }
  EXPECT_THAT(
      lines,
      ElementsAre("GOOD network good.example has an address",
                  "GOOD tls good.example:443 answers, and this host trusts it",
                  "GOOD network plain.example has an address",
                  "ERROR network nowhere.example has no address",
                  "GOOD network corp.example has an address",
                  "ERROR tls corp.example:443 has a certificate that this host "
                  "does not trust",
                  "GOOD network silent.example has an address",
                  "ERROR tls silent.example:443 does not answer"));
  EXPECT_THAT(checks[5].detail(), ElementsAre("issuer unknown"));
}

TEST(DoctorChecksTest, WithoutANetworkTheyAreSkipped) {
  FakeNetwork network;
  Facts facts(network, {});
  const std::vector<Line> checks =
      CheckEndpoints(facts, {Endpoint("a.example", "https")}, "--offline");
  ASSERT_EQ(checks.size(), 1u);
  EXPECT_EQ(checks[0].verdict(), Line::SKIPPED);
  EXPECT_TRUE(facts.record().empty());
}

}  // namespace
}  // namespace provision
