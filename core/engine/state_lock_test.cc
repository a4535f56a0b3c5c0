#include "core/engine/state_lock.h"

#include <string>

#include "core/base/host_identity.h"
#include "core/engine/engine_fixture.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Not;

constexpr char kHome[] = "/net/ada/.local/state/provision/";
constexpr char kPlan[] = R"pb(
  step {
    name: "a"
    [provision.scripted] { file { path: "/srv/a" content: "A" } }
  }
  step {
    name: "b"
    after: "a"
    [provision.scripted] { file { path: "/srv/b" content: "B" } }
  })pb";

// A user whose home takes no locks.
class StateLockTest : public ::testing::Test {
 protected:
  StateLockTest() {
    system_.AddDirectory("/srv");
    system_.AddFile("/etc/machine-id", "0123456789abcdef\n");
    Identity ada;
    ada.uid = 1000;
    ada.home = "/net/ada";
    for (const char* path : {"/net/ada", "/srv"}) {
      system_.AddDirectory(path);
      system_.ChangeOwner(path, ada.uid, ada.uid);
    }
    system_.AddDirectory("/var/tmp", 01777);
    system_.SetIdentity(ada);
    system_.RefuseLocks("/net");
    host_ = HostId(system_).substr(0, 8);
    engine_.options.state_path = "";
    engine_.options.store_path = "/srv/store";
  }

  bool HasRuns(const std::string& state) {
    const auto files = system_.Snapshot(state);
    return files.count(state + "/runs") > 0;
  }

  FakeSystem system_;
  EngineFixture engine_{system_};
  std::string host_;
};

TEST_F(StateLockTest, TheStateMovesToALocalFolderAndIsFoundThere) {
  const std::string moved = "/var/tmp/1000/provision/state/" + host_;
  system_.CrashAt(60);
  engine_.Apply(kPlan);
  ASSERT_TRUE(system_.crashed());
  system_.Restart();
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  EXPECT_TRUE(HasRuns(moved));
  EXPECT_FALSE(HasRuns(kHome + host_));
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  EXPECT_EQ(engine_.summary().actions(), 0);
  EXPECT_EQ(engine_.Rollback(), ExitCode::kConverged);
  EXPECT_EQ(system_.Content("/srv/a"), absl::nullopt);
}

TEST_F(StateLockTest, TheRunSaysOnceThatItMoved) {
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  EXPECT_THAT(engine_.errors(), Contains("state/moved"));
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  EXPECT_THAT(engine_.errors(), IsEmpty());
}

TEST_F(StateLockTest, ASecondRunIsStillKeptAway) {
  ASSERT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  system_.HoldLock("/var/tmp/1000/provision/state/" + host_ + "/lock");
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kLocked);
}

TEST_F(StateLockTest, ACacheThatTakesLocksIsTheFirstChoice) {
  system_.SetVariable("XDG_CACHE_HOME", "/srv/cache");
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  EXPECT_TRUE(HasRuns("/srv/cache/provision/state/" + host_));
}

TEST_F(StateLockTest, AFolderThatSomebodyElseMadeIsNotTaken) {
  system_.AddDirectory("/var/tmp/1000", 0700);
  system_.ChangeOwner("/var/tmp/1000", 1001, 1001);
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kRefused);
  EXPECT_THAT(engine_.errors(), ElementsAre("state/no-locks"));
  EXPECT_EQ(system_.Content("/srv/a"), absl::nullopt);
  EXPECT_THAT(system_.Snapshot("/var/tmp/1000"),
              Not(Contains(Key("/var/tmp/1000/provision"))));
}

TEST_F(StateLockTest, WithoutALockOnlyWhenTheUserSaysSo) {
  system_.RefuseLocks("/");
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kRefused);
  engine_.options.no_state_lock = true;
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  EXPECT_THAT(engine_.errors(), Contains("state/unlocked"));
  EXPECT_TRUE(HasRuns(kHome + host_));
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kConverged);
  EXPECT_EQ(engine_.summary().actions(), 0);
}

TEST_F(StateLockTest, AFolderThatTheUserNamedDoesNotMove) {
  engine_.options.state_path = "/net/ada/state";
  EXPECT_EQ(engine_.Apply(kPlan), ExitCode::kRefused);
  EXPECT_THAT(engine_.errors(), ElementsAre("state/no-locks"));
}

}  // namespace
}  // namespace provision
