#include "plugins/python_packages/locked_wheels.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "core/api/lock_text.h"
#include "core/base/crypto.h"
#include "core/host/lock_target.h"
#include "core/testing/testing.h"
#include "plugins/python_packages/fake_environment.h"
#include "plugins/python_packages/wheel_install.h"

namespace provision {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr char kConfig[] = "environment: '.venv' requirements: 'r.txt'";
constexpr char kLockPath[] = "/plan/plan.lock.textproto";

class LockedWheelsTest : public testing::Test {
 protected:
  LockedWheelsTest() {
    host_.facts().AddFile("/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
    host_.facts().AddFile("/plan/r.txt", "alpha\n");
    Lock::Step* step = lock_.add_step();
    step->set_name("packages");
    step->set_config_sha256(
        ConfigDigest(ParseText<PythonPackagesConfig>(kConfig)));
    step->add_input()->set_path("r.txt");
    step->mutable_input(0)->set_sha256(Sha256Hex("alpha\n"));
    step->add_condition()->set_name("python_version");
    step->mutable_condition(0)->set_value("3.11");
    *lock_.add_target() = *FindLockTarget("manylinux_2_28/amd64");
    for (const char* name : {"alpha", "beta"}) {
      Lock::Artifact* wheel = lock_.add_artifact();
      wheel->set_kind(Lock::WHEEL);
      wheel->set_name(name);
      wheel->set_version("1.0");
      wheel->set_file(absl::StrCat(name, "-1.0-py3-none-any.whl"));
      wheel->set_sha256(Sha256Hex(name));
      wheel->add_url(absl::StrCat("https://files.index.example/", name));
      wheel->add_target("manylinux_2_28/amd64");
      wheel->add_step("packages");
    }
  }

  // What the step would do, or why it cannot.
  absl::StatusOr<Proposal> Propose(const std::string& config = kConfig) {
    host_.facts().AddFile(kLockPath, LockText(lock_));
    host_.Finish();
    Facts facts(host_.facts(),
                {.root = "/plan", .step = "packages", .lock = kLockPath});
    const auto typed = ParseText<PythonPackagesConfig>(config);
    const auto wanted = ReadWantedPackages(typed, facts);
    const auto environment = ReadPythonEnvironment("/plan/.venv", facts);
    EXPECT_OK(wanted);
    EXPECT_OK(environment);
    auto locked = FindLockedWheels(typed, *wanted, &*environment, facts);
    if (!locked.ok()) return locked.status();
    if (!locked->has_value()) return absl::NotFoundError("not locked");
    Proposal proposal;
    ProposeWheels(**locked, ReadInstalledDistributions(*environment, facts),
                  {"alpha"}, *environment, facts, proposal);
    return proposal;
  }

  FakeEnvironment host_;
  Lock lock_;
};

TEST_F(LockedWheelsTest, WhatIsAbsentIsFetchedAndInstalledAtOnce) {
  const auto proposal = Propose();
  ASSERT_OK(proposal);
  EXPECT_THAT(proposal->artifact(), SizeIs(2));
  ASSERT_THAT(proposal->action(), SizeIs(3));
  EXPECT_EQ(proposal->action(0).fetch().name(), "alpha-1.0-py3-none-any.whl");
  EXPECT_THAT(
      proposal->action(2).install_wheels(),
      EqualsProto(absl::StrCat(
          "environment: '/plan/.venv' wheel { sha256: '", Sha256Hex("alpha"),
          "' file: 'alpha-1.0-py3-none-any.whl' requested: true } wheel { "
          "sha256: '",
          Sha256Hex("beta"),
          "' file: 'beta-1.0-py3-none-any.whl' } python_version: '3.11.7' "
          "site_packages: 'lib/python3.11/site-packages' tag: "
          "'py3-none-any'")));
}

TEST_F(LockedWheelsTest, WhatIsThereIsLeftAlone) {
  host_.AddDistribution("alpha", "1.0");
  host_.AddDistribution("beta", "1.0.0");
  host_.AddDistribution("gamma", "9");
  const auto proposal = Propose();
  ASSERT_OK(proposal);
  EXPECT_THAT(proposal->action(), SizeIs(0));
}

TEST_F(LockedWheelsTest, AnotherVersionAndDamageGiveWay) {
  host_.AddDistribution("alpha", "0.9");
  host_.AddDistribution("beta", "1.0");
  host_.RemoveFile("lib/python3.11/site-packages/beta/__init__.py");
  const auto proposal = Propose();
  ASSERT_OK(proposal);
  ASSERT_THAT(proposal->action(), SizeIs(3));
  EXPECT_THAT(
      proposal->action(2).install_wheels().remove(),
      testing::ElementsAre("alpha-0.9.dist-info", "beta-1.0.dist-info"));
}

TEST_F(LockedWheelsTest, WhatTheLockDoesNotHoldForIsRefused) {
  EXPECT_THAT(Propose(absl::StrCat(kConfig, " wheel_only: true")).status(),
              HasDiagnosticId("lock/stale"));
  host_.facts().AddFile("/plan/r.txt", "alpha\nbeta\n");
  EXPECT_THAT(Propose().status(), HasDiagnosticId("lock/stale"));
  host_.facts().AddFile("/plan/r.txt", "alpha\n");
  lock_.mutable_step(0)->mutable_condition(0)->set_value("3.12");
  EXPECT_THAT(Propose().status(), HasDiagnosticId("lock/python"));
  lock_.mutable_step(0)->mutable_condition(0)->set_value("3.11.7");
  EXPECT_OK(Propose());
  *lock_.mutable_target(0) = *FindLockTarget("windows-11/amd64");
  for (Lock::Artifact& wheel : *lock_.mutable_artifact()) {
    wheel.set_target(0, "windows-11/amd64");
  }
  EXPECT_THAT(Propose().status(), HasDiagnosticId("lock/no-target"));
}

TEST_F(LockedWheelsTest, AProjectWantsALock) {
  lock_.mutable_step(0)->set_name("another");
  for (Lock::Artifact& wheel : *lock_.mutable_artifact()) {
    wheel.set_step(0, "another");
  }
  host_.facts().AddMissing("/plan/app/pyproject.toml");
  // Whether there is one is not on record.
  EXPECT_THAT(Propose("environment: '.venv' project: 'app'").status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("pylock.toml: the record")));
  host_.facts().AddMissing("/plan/app/pylock.toml");
  EXPECT_THAT(Propose("environment: '.venv' project: 'app'").status(),
              HasDiagnosticId("lock/missing"));
  EXPECT_THAT(Propose().status(), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace provision
