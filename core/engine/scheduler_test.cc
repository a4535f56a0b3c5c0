#include "core/engine/scheduler.h"

#include <map>
#include <set>

#include "absl/synchronization/barrier.h"
#include "absl/synchronization/mutex.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

using ::testing::ElementsAre;

// Runs a graph whose steps end as `ends` says and keeps what happened.
struct Trace {
  std::vector<int> ran;
  std::vector<std::vector<int>> together;
  std::map<int, std::vector<int>> blocked_by;
  std::vector<StepEnd> ends;
};

Trace RunGraph(
    std::vector<Scheduler::Node> nodes, std::map<int, StepEnd> planned,
    int jobs = 1, std::function<bool()> stop = [] { return false; }) {
  Trace trace;
  absl::Mutex mutex;
  Scheduler::Callbacks callbacks;
  callbacks.run = [&](const std::vector<int>& steps) {
    absl::MutexLock lock(&mutex);
    trace.together.push_back(steps);
    std::vector<StepEnd> ends;
    for (int i : steps) {
      trace.ran.push_back(i);
      auto found = planned.find(i);
      ends.push_back(found == planned.end() ? StepEnd::kSucceeded
                                            : found->second);
    }
    return ends;
  };
  callbacks.not_run = [&](int i, StepEnd, const std::vector<int>& by) {
    absl::MutexLock lock(&mutex);
    trace.blocked_by[i] = by;
  };
  callbacks.stop = std::move(stop);
  trace.ends = Scheduler(std::move(nodes), jobs).Run(callbacks);
  return trace;
}

TEST(SchedulerTest, AFailureBlocksItsDependantsOnly) {
  // A diamond with an independent branch: 0 -> {1, 2}, 1 -> 3, 2 -> 4.
  Trace trace = RunGraph({{{}, {}}, {{0}, {}}, {{0}, {}}, {{1}, {}}, {{2}, {}}},
                         {{1, StepEnd::kFailed}});
  EXPECT_THAT(trace.ran, ElementsAre(0, 1, 2, 4));
  EXPECT_THAT(trace.blocked_by[3], ElementsAre(1));
  EXPECT_THAT(trace.ends, ElementsAre(StepEnd::kSucceeded, StepEnd::kFailed,
                                      StepEnd::kSucceeded, StepEnd::kBlocked,
                                      StepEnd::kSucceeded));
}

TEST(SchedulerTest, BlockedPassesOn) {
  Trace trace =
      RunGraph({{{}, {}}, {{0}, {}}, {{1}, {}}}, {{0, StepEnd::kHeldBack}});
  EXPECT_THAT(trace.ran, ElementsAre(0));
  EXPECT_THAT(trace.blocked_by[1], ElementsAre(0));
  EXPECT_THAT(trace.blocked_by[2], ElementsAre(1));
}

TEST(SchedulerTest, OutcomeDecides) {
  // 1 runs only if 0 failed, 2 whatever happened.
  const std::vector<Scheduler::Node> nodes = {
      {{}, {}}, {{0}, RunsWhen::kFailed}, {{0}, RunsWhen::kAny}};
  EXPECT_THAT(RunGraph(nodes, {}).ran, ElementsAre(0, 2));
  EXPECT_THAT(RunGraph(nodes, {{0, StepEnd::kFailed}}).ran,
              ElementsAre(0, 1, 2));
}

TEST(SchedulerTest, ReadinessIsTotal) {
  const struct {
    RunsWhen when;
    StepEnd predecessor;
    Readiness readiness;
  } kCases[] = {
      {RunsWhen::kSucceeded, StepEnd::kSucceeded, Readiness::kRun},
      {RunsWhen::kSucceeded, StepEnd::kSkipped, Readiness::kRun},
      {RunsWhen::kSucceeded, StepEnd::kFailed, Readiness::kBlocked},
      {RunsWhen::kSucceeded, StepEnd::kHeldBack, Readiness::kBlocked},
      {RunsWhen::kSucceeded, StepEnd::kBlocked, Readiness::kBlocked},
      {RunsWhen::kSucceeded, StepEnd::kNotRun, Readiness::kBlocked},
      {RunsWhen::kFailed, StepEnd::kSucceeded, Readiness::kSkipped},
      {RunsWhen::kFailed, StepEnd::kSkipped, Readiness::kSkipped},
      {RunsWhen::kFailed, StepEnd::kFailed, Readiness::kRun},
      {RunsWhen::kFailed, StepEnd::kHeldBack, Readiness::kSkipped},
      {RunsWhen::kFailed, StepEnd::kBlocked, Readiness::kSkipped},
      {RunsWhen::kAny, StepEnd::kBlocked, Readiness::kRun},
      {RunsWhen::kAny, StepEnd::kFailed, Readiness::kRun},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(DecideReadiness(c.when, {c.predecessor}), c.readiness)
        << static_cast<int>(c.when) << " " << static_cast<int>(c.predecessor);
  }
  EXPECT_EQ(DecideReadiness(RunsWhen::kSucceeded, {}), Readiness::kRun);
}

TEST(SchedulerTest, StopStartsNothingNew) {
  int asked = 0;
  Trace trace = RunGraph({{{}, {}}, {{0}, {}}, {{}, {}}}, {}, 1,
                         [&asked] { return ++asked > 1; });
  EXPECT_THAT(trace.ran, ElementsAre(0));
  EXPECT_THAT(trace.ends, ElementsAre(StepEnd::kSucceeded, StepEnd::kNotRun,
                                      StepEnd::kNotRun));
}

TEST(SchedulerTest, IndependentStepsRunAtOnce) {
  // Each of two steps waits for the other: one thread alone would hang.
  auto* barrier = new absl::Barrier(2);
  Scheduler::Callbacks callbacks;
  callbacks.run = [barrier](const std::vector<int>&) {
    if (barrier->Block()) delete barrier;
    return std::vector<StepEnd>{StepEnd::kSucceeded};
  };
  callbacks.not_run = [](int, StepEnd, const std::vector<int>&) {};
  callbacks.stop = [] { return false; };
  EXPECT_THAT(Scheduler({{{}, {}}, {{}, {}}}, 2).Run(callbacks),
              ElementsAre(StepEnd::kSucceeded, StepEnd::kSucceeded));
}

TEST(SchedulerTest, ReadyStepsOfOneKeyRunTogether) {
  // 5 is not ready yet, 2 shares with nobody, 3 has another key.
  const Sharing share{"k", 1, 3};
  std::vector<Scheduler::Node> nodes = {
      {{}, {}, share},           {{}, {}, share}, {{}, {}},
      {{}, {}, {"other", 1, 2}}, {{}, {}, share}, {{0}, {}, share}};
  Trace trace = RunGraph(nodes, {{1, StepEnd::kFailed}});
  EXPECT_THAT(trace.together, ElementsAre(ElementsAre(0, 1, 4), ElementsAre(2),
                                          ElementsAre(3), ElementsAre(5)));
  EXPECT_EQ(trace.ends[1], StepEnd::kFailed) << "each has its own end";
  EXPECT_EQ(trace.ends[5], StepEnd::kSucceeded);
}

TEST(SchedulerTest, TooFewAreNotRunTogether) {
  EXPECT_THAT(
      RunGraph({{{}, {}, {"k", 3, 8}}, {{}, {}, {"k", 4, 8}}}, {}).together,
      ElementsAre(ElementsAre(0), ElementsAre(1)));
  EXPECT_THAT(
      RunGraph({{{}, {}, {"k", 4, 8}}, {{}, {}, {"k", 4, 8}}}, {}).together,
      ElementsAre(ElementsAre(0, 1)));
}

TEST(SchedulerTest, WhatIsReadyButNotAskedForIsNotRunAlong) {
  // 2 asks for a failure of 0, 1 and 3 for its success.
  const Sharing share{"k", 1, 2};
  Trace trace = RunGraph({{{}, {}},
                          {{0}, {}, share},
                          {{0}, RunsWhen::kFailed, share},
                          {{0}, {}, share}},
                         {});
  EXPECT_THAT(trace.together, ElementsAre(ElementsAre(0), ElementsAre(1, 3)));
  EXPECT_EQ(trace.ends[2], StepEnd::kSkipped);
}

TEST(SchedulerTest, ManyStepsOnManyThreadsAllEnd) {
  std::vector<Scheduler::Node> nodes(500);
  for (int i = 1; i < 500; ++i) nodes[i].after = {i / 2, (i - 1) / 3};
  for (int i = 0; i < 500; i += 2) nodes[i].sharing = {"k", 1, 2};
  Trace trace = RunGraph(nodes, {{7, StepEnd::kFailed}}, 8);
  std::set<int> ran(trace.ran.begin(), trace.ran.end());
  EXPECT_EQ(ran.size(), trace.ran.size());
  for (int i = 0; i < 500; ++i) {
    EXPECT_EQ(ran.count(i) == 1, trace.ends[i] != StepEnd::kBlocked) << i;
  }
  EXPECT_EQ(trace.ends[15], StepEnd::kBlocked);
}

}  // namespace
}  // namespace provision
