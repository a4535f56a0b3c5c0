#include "core/facts/host_facts.h"

#include <memory>

#include "core/base/http_client.h"
#include "core/base/local_system.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class HostFactsTest : public testing::Test {
 protected:
  FactValue Read(const char* query) {
    return facts_.Read(ParseText<FactQuery>(query));
  }

  FakeSystem system_;
  HostFacts facts_{system_};
};

TEST_F(HostFactsTest, EveryReaderAnswers) {
  system_.AddFile("/f", "text");
  system_.AddFile("/proc/self/mountinfo", "28 1 254:1 / / rw - ext4 x rw\n");
  system_.AddUser("app", 5);
  system_.AddGroup("app", 6);
  system_.SetVariable("A", "1");
  system_.AddCommand({"/bin/x"}, "out");
  const struct {
    const char* query;
    FactValue::ValueCase value;
  } kCases[] = {{"file { path: '/f' }", FactValue::kFile},
                {"metadata { path: '/f' }", FactValue::kMetadata},
                {"listing { path: '/' }", FactValue::kListing},
                {"digest { path: '/f' }", FactValue::kDigest},
                {"variable { name: 'A' }", FactValue::kVariable},
                {"command { argv: '/bin/x' }", FactValue::kCommand},
                {"file_system { path: '/f' }", FactValue::kFileSystem},
                {"mounts {}", FactValue::kMounts},
                {"host {}", FactValue::kHost},
                {"owner { user: 'app' }", FactValue::kOwner},
                {"owner { group: 'app' }", FactValue::kOwner}};
  for (const auto& c : kCases) {
    EXPECT_EQ(Read(c.query).value_case(), c.value) << c.query;
  }
  EXPECT_THAT(system_.operations(), IsEmpty());
}

TEST_F(HostFactsTest, AbsentSaysWhy) {
  const struct {
    const char* query;
    FactValue::Absent::Reason reason;
  } kCases[] = {
      {"file { path: 'f' }", FactValue::Absent::FAILED},
      {"metadata {}", FactValue::Absent::FAILED},
      {"listing { path: './' }", FactValue::Absent::FAILED},
      {"digest { path: '~/x' }", FactValue::Absent::FAILED},
      {"file_system { path: '' }", FactValue::Absent::FAILED},
      {"command { argv: 'x' }", FactValue::Absent::FAILED},
      {"command {}", FactValue::Absent::FAILED},
      {"variable { name: 'A' }", FactValue::Absent::MISSING},
      {"owner { user: 'app' }", FactValue::Absent::MISSING},
      {"owner { group: 'app' }", FactValue::Absent::MISSING},
      {"registry_value {}", FactValue::Absent::UNSUPPORTED},
      {"certificate_store {}", FactValue::Absent::UNSUPPORTED},
      {"http_read { url: 'http://h' }", FactValue::Absent::UNREACHABLE},
      {"tls_probe { host: 'h' }", FactValue::Absent::UNREACHABLE},
      {"name_resolution { name: 'localhost' }", FactValue::Absent::UNREACHABLE},
      {"failed_attempt { step: 's' }", FactValue::Absent::MISSING},
      {"", FactValue::Absent::UNSUPPORTED}};
  for (const auto& c : kCases) {
    FactValue value = Read(c.query);
    EXPECT_EQ(value.absent().reason(), c.reason) << c.query;
    EXPECT_NE(value.absent().text(), "") << c.query;
  }
}

TEST_F(HostFactsTest, TheNetworkIsUsedWhereItMayBe) {
  std::unique_ptr<HttpClient> network = NewHttpClient(system_);
  HostFacts facts(system_, network.get());
  EXPECT_EQ(
      facts.Read(ParseText<FactQuery>("name_resolution { name: '127.0.0.1' }"))
          .name_resolution()
          .address(0),
      "127.0.0.1");
  // Nobody listens there.
  EXPECT_EQ(
      facts
          .Read(ParseText<FactQuery>("http_read { url: 'http://127.0.0.1:1' }"))
          .absent()
          .reason(),
      FactValue::Absent::UNREACHABLE);
  EXPECT_EQ(
      facts
          .Read(ParseText<FactQuery>("tls_probe { host: '127.0.0.1' port: 1 }"))
          .absent()
          .reason(),
      FactValue::Absent::UNREACHABLE);
}

TEST_F(HostFactsTest, VariablesKeepSecretsToThemselves) {
  system_.SetVariable("HTTPS_PROXY", "http://u:canary@proxy.example:3128");
  system_.SetVariable("http_proxy", "u:canary@proxy.example:3128");
  system_.SetVariable("GITHUB_TOKEN", "canary");
  EXPECT_THAT(
      Read("variable { name: 'HTTPS_PROXY' }"),
      EqualsProto("variable { value: 'http://***@proxy.example:3128' }"));
  EXPECT_THAT(Read("variable { name: 'http_proxy' }"),
              EqualsProto("variable { value: '***@proxy.example:3128' }"));
  EXPECT_THAT(Read("variable { name: 'GITHUB_TOKEN' }"),
              EqualsProto("variable { withheld: true }"));
}

TEST_F(HostFactsTest, ACommandCanNeitherWriteNorReachTheNetwork) {
  system_.SetVariable("LANG", "C.UTF-8");
  system_.SetVariable("LD_PRELOAD", "evil.so");
  system_.AddCommand({"/bin/x"}, "out", 3);
  EXPECT_THAT(Read("command { argv: '/bin/x' argv: 'a b' "
                   "environment { name: 'A' value: '1' } }"),
              EqualsProto("command { outcome: EXITED status: 3 "
                          "standard_output: 'out' standard_error: '' }"));
  ASSERT_EQ(system_.runs().size(), 1u);
  const ProcessSpec spec = system_.runs()[0];
  EXPECT_EQ(spec.argv, (std::vector<std::string>{"/bin/x", "a b"}));
  EXPECT_TRUE(spec.read_only);
  EXPECT_TRUE(spec.no_network);
  EXPECT_TRUE(spec.no_new_privileges);
  EXPECT_EQ(spec.deadline, absl::Seconds(10));
  EXPECT_EQ(spec.environment.at("A"), "1");
  EXPECT_EQ(spec.environment.at("LANG"), "C.UTF-8");
  EXPECT_EQ(spec.environment.count("LD_PRELOAD"), 0u);
  Read("command { argv: '/bin/x' deadline_s: 3 }");
  EXPECT_EQ(system_.runs()[1].deadline, absl::Seconds(3));
}

TEST_F(HostFactsTest, OnlyTheQuestionForPrivilegeMayGainIt) {
  const struct {
    const char* query;
    bool isolated;
  } kCases[] = {
      {"command { argv: '/usr/bin/sudo' argv: '-n' argv: 'true' }", false},
      {"command { argv: '/usr/bin/doas' argv: '-n' argv: 'true' }", false},
      {"command { argv: '/tmp/sudo' argv: '-n' argv: 'true' }", true},
      {"command { argv: '/usr/bin/sudo' argv: '-n' argv: 'id' }", true},
      {"command { argv: '/usr/bin/sudo' argv: '-n' }", true}};
  for (const auto& c : kCases) {
    system_.ClearLogs();
    Read(c.query);
    ASSERT_EQ(system_.runs().size(), 1u) << c.query;
    EXPECT_EQ(system_.runs()[0].read_only, c.isolated) << c.query;
    EXPECT_EQ(system_.runs()[0].no_new_privileges, c.isolated) << c.query;
  }
}

TEST_F(HostFactsTest, EachEndOfACommandIsAnOutcome) {
  const struct {
    ProcessResult::Outcome end;
    FactValue::Command::Outcome outcome;
  } kCases[] = {
      {ProcessResult::Outcome::kExited, FactValue::Command::EXITED},
      {ProcessResult::Outcome::kSignaled, FactValue::Command::SIGNALED},
      {ProcessResult::Outcome::kDeadline, FactValue::Command::DEADLINE}};
  for (const auto& c : kCases) {
    system_.AddScript({"/bin/x"}, [&](const ProcessSpec&) {
      ProcessResult result;
      result.outcome = c.end;
      result.dropped_bytes = 7;
      return result;
    });
    FactValue value = Read("command { argv: '/bin/x' }");
    EXPECT_EQ(value.command().outcome(), c.outcome);
    EXPECT_EQ(value.command().text(), "7 bytes of output are left out");
  }
  system_.AddScript({"/bin/x"}, [](const ProcessSpec&) {
    ProcessResult result;
    result.outcome = ProcessResult::Outcome::kStopped;
    return result;
  });
  EXPECT_EQ(Read("command { argv: '/bin/x' }").absent().reason(),
            FactValue::Absent::FAILED);
  FactValue none = Read("command { argv: '/bin/none' }");
  EXPECT_EQ(none.command().outcome(), FactValue::Command::NOT_STARTED);
  EXPECT_THAT(none.command().text(), HasSubstr("/bin/none"));
}

TEST_F(HostFactsTest, TheHostIsNamed) {
  system_.AddFile("/etc/machine-id", "abc\n");
  system_.AddFile("/proc/sys/kernel/random/boot_id", "boot-1\n");
  system_.SetIdentity({.uid = 7,
                       .gid = 8,
                       .groups = {8, 9},
                       .user_name = "u",
                       .home = "/home/u"});
  FactValue::Host host = Read("host {}").host();
  EXPECT_EQ(host.os(), "Linux");
  EXPECT_EQ(host.architecture(), "x86_64");
  EXPECT_EQ(host.uid(), 7u);
  EXPECT_EQ(host.group_size(), 2);
  EXPECT_EQ(host.home(), "/home/u");
  EXPECT_EQ(host.host_id().size(), 32u);
  EXPECT_EQ(host.boot_id(), "boot-1");
}

TEST_F(HostFactsTest, AFailedAttemptIsThatOfItsStep) {
  facts_.SetFailedAttempt("a", "first");
  facts_.SetFailedAttempt("a", "log");
  EXPECT_THAT(Read("failed_attempt { step: 'a' }"),
              EqualsProto("failed_attempt { output: 'log' }"));
  EXPECT_TRUE(Read("failed_attempt { step: 'b' }").has_absent());
}

TEST(HostFactsOfThisMachineTest, ReadsTheRealThing) {
  std::unique_ptr<System> system = NewLocalSystem();
  HostFacts facts(*system);
  EXPECT_EQ(facts.Read(ParseText<FactQuery>("host {}")).host().os(), "Linux");
  EXPECT_GT(facts.Read(ParseText<FactQuery>("file_system { path: '/' }"))
                .file_system()
                .free_bytes(),
            0u);
  EXPECT_EQ(facts
                .Read(ParseText<FactQuery>(
                    "command { argv: '/bin/sh' argv: '-c' argv: 'exit 3' }"))
                .command()
                .status(),
            3);
  TemporaryFolder folder;
  FactQuery write;
  write.mutable_command()->add_argv("/bin/sh");
  write.mutable_command()->add_argv("-c");
  write.mutable_command()->add_argv("echo x > " + folder.path() + "/written");
  EXPECT_NE(facts.Read(write).command().status(), 0);
}

}  // namespace
}  // namespace provision
