#include "core/plugin/plugin_connection.h"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/api/facts.h"
#include "core/base/byte_channel.h"
#include "core/base/isolation.h"
#include "core/base/plugin_process.h"
#include "core/plugin/frames.h"
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
                                          PluginDeadlines deadlines = {},
                                          int* starts = nullptr) {
  return std::make_unique<PluginConnection>(
      "steered",
      [how, starts] {
        if (starts != nullptr) ++*starts;
        absl::StatusOr<PluginProgram> program = ProgramAt(kSteered, {how});
        return program.ok() ? StartPluginProcess(*program)
                            : absl::StatusOr<std::unique_ptr<ByteChannel>>(
                                  program.status());
      },
      deadlines);
}

WireProvisioner Provisioner(const std::string& how,
                            PluginDeadlines deadlines = {},
                            int* starts = nullptr) {
  return WireProvisioner({.config = ScriptedConfig::descriptor()},
                         Steered(how, deadlines, starts));
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

// A plugin that says Hello, then answers the last request of all first, and the
// first of them `times` times.
class LastFirst final : public ByteChannel {
 public:
  // `at_once`: how many requests the newest exchange brought.
  explicit LastFirst(size_t* at_once, int times = 1)
      : at_once_(at_once), times_(times) {}

  Event Exchange(std::string* out, std::string* in, absl::Duration) override {
    FrameSplitter splitter;
    splitter.Add(*out);
    out->clear();
    std::vector<plugin::v1::Reply> replies;
    while (true) {
      auto frame = splitter.Next();
      if (!frame.ok() || !frame->has_value()) break;
      plugin::v1::Request request;
      EXPECT_TRUE(request.ParseFromString(**frame));
      plugin::v1::Reply& reply = replies.emplace_back();
      reply.set_id(request.id());
      if (request.has_hello()) {
        reply.mutable_hello()->add_major(1);
        reply.mutable_hello()->set_id("last first");
      } else {
        reply.mutable_failed()->mutable_diagnostic()->set_message(
            request.validate().config(0).type());
      }
    }
    *at_once_ = replies.size();
    for (auto reply = replies.rbegin(); reply != replies.rend(); ++reply) {
      EXPECT_OK(AppendFrames(*reply, in));
    }
    for (int i = 1; i < times_ && !replies[0].has_hello(); ++i) {
      EXPECT_OK(AppendFrames(replies[0], in));
    }
    return Event::kProgress;
  }
  std::string Ending() override { return "ended"; }
  std::string Printed() const override { return ""; }

 private:
  size_t* const at_once_;
  const int times_;
};

TEST(PluginConnectionTest, RequestsArePipelinedAndRepliesComeInTheirOrder) {
  size_t at_once = 0;
  PluginConnection connection(
      "last first", [&]() -> absl::StatusOr<std::unique_ptr<ByteChannel>> {
        return std::make_unique<LastFirst>(&at_once);
      });
  std::vector<plugin::v1::Request> requests(100);
  for (size_t i = 0; i < requests.size(); ++i) {
    requests[i].mutable_validate()->add_config()->set_type(absl::StrCat(i));
  }
  ASSERT_OK_AND_ASSIGN(const auto replies, connection.Exchange(requests));
  EXPECT_EQ(at_once, requests.size());
  ASSERT_EQ(replies.size(), requests.size());
  for (size_t i = 0; i < replies.size(); ++i) {
    EXPECT_EQ(replies[i].failed().diagnostic().message(), absl::StrCat(i));
  }
}

TEST(PluginConnectionTest, TwoRepliesToOneRequestAreRefused) {
  size_t at_once = 0;
  PluginConnection connection(
      "last first", [&]() -> absl::StatusOr<std::unique_ptr<ByteChannel>> {
        return std::make_unique<LastFirst>(&at_once, /*times=*/2);
      });
  std::vector<plugin::v1::Request> requests(2);
  for (auto& request : requests) request.mutable_validate()->add_config();
  const absl::Status status = connection.Exchange(requests).status();
  EXPECT_EQ(DiagnosticId(status), "plugin/protocol");
  EXPECT_THAT(Told(status), HasSubstr("found two to id 2"));
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
  int starts = 0;
  const WireProvisioner provisioner = Provisioner("exit3", {}, &starts);
  for (int asked = 1; asked <= 10; ++asked) {
    EXPECT_THAT(Told(ProposeOnce(provisioner).status()), HasSubstr("status 3"));
    EXPECT_EQ(starts, std::min(asked, 2));
  }
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
