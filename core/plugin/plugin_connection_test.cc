#include "core/plugin/plugin_connection.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "core/api/facts.h"
#include "core/base/isolation.h"
#include "core/base/plugin_process.h"
#include "core/plugin/wire_provisioner.h"
#include "core/testing/fake_facts.h"
#include "core/testing/process_end.h"
#include "core/testing/scripted.pb.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr char kSteered[] = "core/testing/steered_plugin";

// Real processes, each misbehaving in its way.
std::unique_ptr<PluginConnection> Steered(const std::string& how,
                                          PluginDeadlines deadlines = {}) {
  return std::make_unique<PluginConnection>(
      "steered",
      [how] {
        absl::StatusOr<PluginProgram> program = ProgramAt(kSteered, {how});
        return program.ok() ? StartPluginProcess(*program)
                            : absl::StatusOr<std::unique_ptr<ByteChannel>>(
                                  program.status());
      },
      deadlines);
}

WireProvisioner Provisioner(const std::string& how,
                            PluginDeadlines deadlines = {}) {
  return WireProvisioner({.config = ScriptedConfig::descriptor()},
                         WireProvisioner::Judging::kWhenProposing,
                         Steered(how, deadlines));
}

absl::StatusOr<Proposal> ProposeOnce(const WireProvisioner& provisioner) {
  FakeFacts reader;
  reader.AddMissing("/srv/a");
  Facts facts(reader, {.root = "/srv", .step = "step"});
  return provisioner.Propose(ParseText<ScriptedConfig>(R"pb(
                               file { path: "/srv/a" content: "A" }
                             )pb"),
                             facts);
}

std::string Told(const absl::Status& status) {
  return status.ok() ? "OK" : DiagnosticFromStatus(status).ShortDebugString();
}

TEST(PluginConnectionTest, AProposalComesThroughWithTheFactsItNeeds) {
  const WireProvisioner provisioner = Provisioner("");
  ASSERT_OK_AND_ASSIGN(const Proposal proposal, ProposeOnce(provisioner));
  ASSERT_EQ(proposal.action_size(), 1);
  EXPECT_EQ(proposal.action(0).write_file().content(), "A");
}

TEST(PluginConnectionTest, RequestsArePipelined) {
  const auto connection = Steered("");
  std::vector<plugin::v1::Request> requests(1000);
  for (auto& request : requests) {
    auto* config = request.mutable_validate()->add_config();
    config->set_type("provision.ScriptedConfig");
  }
  ASSERT_OK_AND_ASSIGN(const auto replies, connection->Exchange(requests));
  ASSERT_EQ(replies.size(), 1000u);
  for (size_t i = 1; i < replies.size(); ++i) {
    EXPECT_EQ(replies[i].id(), replies[i - 1].id() + 1);
    EXPECT_EQ(replies[i].validated().result_size(), 1);
  }
}

TEST(PluginConnectionTest, WhatAPluginPrintsDoesNotDisturb) {
  EXPECT_OK(ProposeOnce(Provisioner("chatty")));
}

TEST(PluginConnectionTest, EachMisbehaviourIsContainedAndNamed) {
  const struct {
    const char* how;
    const char* id;
    const char* said;
  } kCases[] = {
      {"fault", "plugin/ended", "was ended by signal 11"},
      {"abort", "plugin/ended", "was ended by signal 6"},
      {"exit0", "plugin/ended", "exited with status 0 while it was asked"},
      {"exit3", "plugin/ended", "exited with status 3"},
      {"close", "plugin/ended", "closed its descriptors but lives"},
      {"cut", "plugin/ended", "in the middle of a reply"},
      {"daemon", "plugin/ended", "exited with status 7"},
      {"no_plugin", "plugin/ended", "before its Hello"},
      {"no_plugin", "plugin/ended", "it printed: I am no plugin"},
      {"memory", "plugin/ended", "was ended by signal 6"},
      {"garbage", "plugin/protocol", "the length 1819043144"},
      {"oversize", "plugin/protocol", "the length 1048577"},
      {"empty", "plugin/protocol", "the length 0"},
      {"noproto", "plugin/protocol", "2 bytes that are none"},
      {"stranger", "plugin/protocol", "a reply to no request"},
      {"twice", "plugin/protocol", "two to id"},
      {"needs", "plugin/needs", "asked for further facts 17 times"},
      {"same", "plugin/needs", "nothing new"},
      {"major", "plugin/hello", "speaks the majors 2"},
      {"requires", "plugin/hello", "requires the capabilities telepathy"},
  };
  for (const auto& tried : kCases) {
    SCOPED_TRACE(tried.how);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    if (tried.how == std::string("memory")) continue;  // no limit there
#endif
    const absl::Status status = ProposeOnce(Provisioner(tried.how)).status();
    EXPECT_EQ(DiagnosticId(status), tried.id) << Told(status);
    EXPECT_THAT(Told(status),
                AllOf(HasSubstr("steered: "), HasSubstr(tried.said)));
  }
}

TEST(PluginConnectionTest, WhatDoesNotEndIsEndedAtItsDeadline) {
  const PluginDeadlines short_ones = {.start = absl::Milliseconds(300),
                                      .call = absl::Milliseconds(300)};
  for (const char* how : {"hang", "flood"}) {
    const absl::Status status =
        ProposeOnce(Provisioner(how, short_ones)).status();
    EXPECT_EQ(DiagnosticId(status), "plugin/deadline") << Told(status);
    EXPECT_THAT(Told(status), HasSubstr("gave no answer within 300ms"));
  }
  const absl::Status silent =
      ProposeOnce(Provisioner("silent", short_ones)).status();
  EXPECT_THAT(Told(silent), AllOf(HasSubstr("wrote no Hello within 300ms"),
                                  HasSubstr("it printed: usage: steered")));
}

TEST(PluginConnectionTest, ItIsStartedAgainOnceThenItsStepsFail) {
  const WireProvisioner provisioner = Provisioner("exit3");
  EXPECT_THAT(Told(ProposeOnce(provisioner).status()), HasSubstr("status 3"));
  EXPECT_THAT(Told(ProposeOnce(provisioner).status()), HasSubstr("status 3"));
  // Not started any more: the same error, as fast as can be.
  const absl::Time begin = absl::Now();
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(ProposeOnce(provisioner).ok());
  }
  EXPECT_LT(absl::Now() - begin, absl::Seconds(10));
}

TEST(PluginConnectionTest, WhatItForkedEndsWithIt) {
  absl::Status status;
  {
    const WireProvisioner provisioner = Provisioner("daemon");
    status = ProposeOnce(provisioner).status();
  }
  const std::string told = Told(status);
  std::vector<std::string> parts = absl::StrSplit(told, "daemon ");
  ASSERT_EQ(parts.size(), 2u) << told;
  int pid = 0;
  ASSERT_TRUE(absl::SimpleAtoi(parts[1].substr(0, parts[1].find('"')), &pid));
  EXPECT_TRUE(ProcessEnds(pid)) << pid;
}

TEST(PluginConnectionTest, APluginIsHeldToReadingItsOwn) {
  if (AvailableIsolation().landlock < 6 || !AvailableIsolation().seccomp) {
    GTEST_SKIP() << "this kernel cannot";
  }
  ASSERT_EQ(setenv("HOSTILE", "1", 1), 0);
  EXPECT_THAT(Told(ProposeOnce(Provisioner("probe")).status()),
              HasSubstr("open: ."));
}

}  // namespace
}  // namespace provision
