#include "core/engine/action_sequence.h"

#include <cerrno>
#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/barrier.h"
#include "core/base/crypto.h"
#include "core/engine/engine_fixture.h"
#include "core/engine/run_fixture.h"
#include "core/testing/artifact_answers.h"
#include "core/testing/fake_system.h"
#include "core/testing/scripted_server.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ActionSequenceTest : public ::testing::Test {
 protected:
  ActionSequenceTest() {
    system_.AddDirectory("/srv");
    system_.AddFile("/etc/machine-id", "0123456789abcdef\n");
  }

  // `count` files of `step`.
  static std::vector<StepAction> Files(absl::string_view step, int count) {
    std::vector<StepAction> actions;
    for (int i = 1; i <= count; ++i) {
      actions.push_back(WriteOf(step, absl::StrCat("/srv/", step, i), i));
    }
    return actions;
  }

  void FailOn(absl::string_view path) {
    FakeFault fault;
    fault.operation = absl::StrCat("to ", path);
    fault.error_number = EIO;
    system_.AddFault(fault);
  }

  FakeSystem system_;
  EngineFixture fixture_{system_};
};

TEST_F(ActionSequenceTest, CountsWhatItDidAndNotWhatWasSoAlready) {
  system_.AddFile("/srv/a2", "/srv/a2");
  InNewRun(fixture_, [](OpenRun& run) {
    const SequenceEnd end =
        PerformInOrder(run.engine, run.executor, Files("a", 3));
    EXPECT_OK(end.status);
    EXPECT_EQ(end.committed, 2);
    EXPECT_EQ(end.failed, nullptr);
  });
}

TEST_F(ActionSequenceTest, EndsAtTheFirstThatFails) {
  FailOn("/srv/a2");
  InNewRun(fixture_, [this](OpenRun& run) {
    const std::vector<StepAction> actions = Files("a", 3);
    const SequenceEnd end = PerformInOrder(run.engine, run.executor, actions);
    EXPECT_THAT(end.status, StatusIs(absl::StatusCode::kFailedPrecondition,
                                     HasSubstr("to /srv/a2")));
    EXPECT_EQ(end.committed, 1);
    EXPECT_EQ(end.failed, &actions[1]);
    EXPECT_EQ(system_.Content("/srv/a3"), absl::nullopt);
    EXPECT_THAT(run.History().committed(), SizeIs(1));
  });
}

TEST_F(ActionSequenceTest, AStopBeginsNothingNew) {
  system_.RequestStop(SIGTERM);
  InNewRun(fixture_, [this](OpenRun& run) {
    const SequenceEnd end =
        PerformInOrder(run.engine, run.executor, Files("a", 9));
    EXPECT_THAT(end.status, StatusIs(absl::StatusCode::kCancelled,
                                     HasSubstr("before action 1")));
    EXPECT_EQ(end.failed, nullptr);
    EXPECT_EQ(system_.Content("/srv/a1"), absl::nullopt);
  });
}

TEST_F(ActionSequenceTest, SequencesTogetherEndEachByItself) {
  FailOn("/srv/b2");
  InNewRun(fixture_, [this](OpenRun& run) {
    const std::vector<SequenceEnd> ends =
        PerformTogether(run.engine, run.executor,
                        {Files("a", 4), Files("b", 4), {}, Files("c", 1)});
    ASSERT_THAT(ends, SizeIs(4));
    EXPECT_EQ(ends[0].committed, 4);
    EXPECT_EQ(ends[1].committed, 1);
    EXPECT_FALSE(ends[1].status.ok());
    EXPECT_OK(ends[2].status);
    EXPECT_EQ(ends[3].committed, 1);
    EXPECT_EQ(system_.Content("/srv/b3"), absl::nullopt);
    EXPECT_THAT(run.History().committed(), SizeIs(6));
    EXPECT_THAT(run.History().open_intents(), SizeIs(0));
  });
}

// Behind one that fails stands one that is as wanted: it must not be taken for
// the one that was not begun.
TEST_F(ActionSequenceTest, WhatIsSoAlreadyBehindAFailureDoesNotCount) {
  FailOn("/srv/a7");
  system_.AddFile("/srv/a9", "/srv/a9");
  InNewRun(fixture_, [](OpenRun& run) {
    const std::vector<StepAction> actions = Files("a", 10);
    const SequenceEnd end = PerformInOrder(run.engine, run.executor, actions);
    EXPECT_EQ(end.committed, 6);
    EXPECT_EQ(end.failed, &actions[6]);
  });
}

// Of a step that fetches `count` artifacts: answers come only when all of them
// were asked for. So it never ends if one waits for another.
class DownloadsTest : public testing::Test {
 protected:
  static constexpr int kCount = 5;

  DownloadsTest() {
    system_.AddDirectory("/srv");
    system_.AddFile("/etc/machine-id", "0123456789abcdef\n");
    engine_.options.store_path = "/store";
  }

  static std::string Body(int i) { return absl::StrCat("artifact ", i); }

  // Of the servers, `broken` has nothing to give at first; -1: none.
  void Serve(int broken) {
    // The last one that waits deletes it.
    auto* barrier = new absl::Barrier(kCount);
    for (int i = 0; i < kCount; ++i) {
      const ScriptedServer::Handler good = Answer(WholeResponse(Body(i)));
      const ScriptedServer::Handler first =
          i == broken ? EmptyResponse("404 No") : good;
      servers_.push_back(
          std::make_unique<ScriptedServer>(std::vector<ScriptedServer::Handler>{
              [barrier, first](ScriptedConnection& c, const std::string& head) {
                if (barrier->Block()) delete barrier;
                first(c, head);
              },
              good}));
    }
  }

  std::string Plan() const {
    std::string actions;
    for (int i = 0; i < kCount; ++i) {
      absl::StrAppend(&actions, "action { fetch { url: \"",
                      servers_[i]->Url("/x"), "\" sha256: \"",
                      Sha256Hex(Body(i)), "\" size: ", Body(i).size(), "}}\n");
    }
    return absl::StrCat(
        "step { name: \"get\" [provision.scripted] { until: \"/srv/done\" "
        "proposal {",
        actions, "action { write_file { path: \"/srv/done\" content: \"x\" } }",
        "} } }");
  }

  // Which artifacts are in the store.
  std::vector<int> Stored() const {
    std::vector<int> stored;
    for (int i = 0; i < kCount; ++i) {
      const std::string path =
          absl::StrCat("/store/sha256/", Sha256Hex(Body(i)));
      if (system_.Content(path) == Body(i)) stored.push_back(i);
    }
    return stored;
  }

  FakeSystem system_;
  EngineFixture engine_{system_};
  std::vector<std::unique_ptr<ScriptedServer>> servers_;
};

TEST_F(DownloadsTest, ThoseOfOneStepRunAtOnce) {
  Serve(/*broken=*/-1);
  engine_.Apply(Plan());
  EXPECT_THAT(engine_.ends(), ElementsAre("get changed"));
  EXPECT_THAT(Stored(), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(system_.Content("/srv/done"), "x");
}

TEST_F(DownloadsTest, OneThatFailsEndsTheStepAndTheOthersAreKept) {
  Serve(/*broken=*/2);
  engine_.Apply(Plan());
  EXPECT_THAT(engine_.ends(), ElementsAre("get failed net/missing"));
  EXPECT_THAT(Stored(), ElementsAre(0, 1, 3, 4));
  EXPECT_THAT(system_.Snapshot("/srv/done"), IsEmpty());
  engine_.Apply(Plan());
  EXPECT_THAT(engine_.ends(), ElementsAre("get changed"));
  EXPECT_THAT(Stored(), ElementsAre(0, 1, 2, 3, 4));
  for (int i = 0; i < kCount; ++i) {
    EXPECT_THAT(servers_[i]->requests(), SizeIs(i == 2 ? 2 : 1)) << i;
  }
}

}  // namespace
}  // namespace provision
