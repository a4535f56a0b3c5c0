#include "tools/crash/sweep_cases.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>

#include <set>

#include "core/testing/testing.h"

namespace provision {
namespace {

using Kind = Fault::Kind;

// An exec, an open for reading, a write and a sync.
std::vector<TracedCall> FourCalls() {
  std::vector<TracedCall> trace(4);
  const int numbers[] = {SYS_execve, SYS_openat, SYS_write, SYS_fdatasync};
  const int places[] = {1, 0, 2, 3};
  for (int i = 0; i < 4; ++i) {
    trace[i].call = FindMutatingCall(numbers[i]);
    trace[i].number = places[i];
  }
  return trace;
}

TEST(SweepCasesTest, KillsBeforeAfterAndInEachWrite) {
  const auto cases = SweepCases(FourCalls(), "kill", "audited");
  ASSERT_OK(cases);
  EXPECT_EQ(cases->size(), 3u * 2 + 3);
  std::set<int> torn;
  for (const CrashCase& crash : *cases) {
    if (crash.fault.kind == Kind::kTorn) torn.insert(crash.fault.at);
    EXPECT_FALSE(crash.trust_journal);
  }
  EXPECT_EQ(torn, std::set<int>{2});
}

TEST(SweepCasesTest, BothWaysOfReadingTheJournalAreTwiceAsMany) {
  EXPECT_EQ(SweepCases(FourCalls(), "kill", "both")->size(), 18u);
  const auto trusted = SweepCases(FourCalls(), "short", "trusted");
  ASSERT_EQ(trusted->size(), 1u);
  EXPECT_TRUE(trusted->front().trust_journal);
}

TEST(SweepCasesTest, FaultsThatACallCannotGiveAreLeftOut) {
  const auto cases = SweepCases(FourCalls(), "errno", "audited");
  ASSERT_OK(cases);
  for (const CrashCase& crash : *cases) {
    const Fault& fault = crash.fault;
    EXPECT_GT(fault.at, 1) << "the program has to start";
    EXPECT_NE(fault.error_number, EMFILE) << "nothing counted is an open";
    EXPECT_NE(fault.error_number, EACCES) << "by descriptor";
    EXPECT_FALSE(fault.sticky && fault.error_number == EINTR);
  }
  // ENOSPC, EIO, EROFS, ENOMEM once and for good, EINTR once.
  EXPECT_EQ(cases->size(), 2u * 9);
}

TEST(SweepCasesTest, EachSyncFailsOnce) {
  const auto cases = SweepCases(FourCalls(), "sync", "audited");
  ASSERT_EQ(cases->size(), 1u);
  EXPECT_EQ(cases->front().fault.at, 3);
  EXPECT_EQ(cases->front().fault.error_number, EIO);
}

TEST(SweepCasesTest, ThePowerIsCutAfterEachCallAndAtTheEnd) {
  const auto cases = SweepCases(FourCalls(), "cut", "trusted");
  ASSERT_EQ(cases->size(), 4u);
  for (const CrashCase& crash : *cases) EXPECT_TRUE(crash.cut_power);
  EXPECT_EQ(cases->back().fault.kind, Kind::kNone);
}

TEST(SweepCasesTest, DoubleKillsAreEveryThirdByEveryThird) {
  std::vector<TracedCall> trace(7, FourCalls()[2]);
  for (int i = 0; i < 7; ++i) trace[i].number = i + 1;
  const auto cases = SweepCases(trace, "double", "audited");
  ASSERT_EQ(cases->size(), 9u);
  EXPECT_EQ(cases->back().fault.at, 7);
  EXPECT_EQ(cases->back().again.at, 7);
}

TEST(SweepCasesTest, SignalsComeUpToThreeTimes) {
  const auto cases = SweepCases(FourCalls(), "signal", "audited");
  ASSERT_EQ(cases->size(), 2u * 5);
  EXPECT_EQ(cases->back().fault.repeat, 3);
}

TEST(SweepCasesTest, OtherWordsAreErrors) {
  EXPECT_FALSE(SweepCases(FourCalls(), "kil", "both").ok());
  EXPECT_FALSE(SweepCases(FourCalls(), "kill", "neither").ok());
}

TEST(SweepCasesTest, ASampleIsTheSameForASeed) {
  auto cases = *SweepCases(FourCalls(), "errno", "both");
  auto first = cases, second = cases, other = cases;
  Sample(5, 1, &first);
  Sample(5, 1, &second);
  Sample(5, 2, &other);
  const auto texts = [](const std::vector<CrashCase>& list) {
    std::vector<std::string> lines;
    for (const CrashCase& crash : list) lines.push_back(crash.Text());
    return lines;
  };
  EXPECT_EQ(first.size(), 5u);
  EXPECT_EQ(texts(first), texts(second));
  EXPECT_NE(texts(first), texts(other));
  const size_t all = cases.size();
  Sample(0, 1, &cases);
  EXPECT_EQ(cases.size(), all);
}

}  // namespace
}  // namespace provision
