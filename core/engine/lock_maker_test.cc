#include "core/engine/lock_maker.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/api/lock_text.h"
#include "core/api/plan.pb.h"
#include "core/api/provisioner.h"
#include "core/base/diagnostic.h"
#include "core/host/lock_target.h"
#include "core/testing/fake_facts.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Its steps rest on the file that the environment's path names, and need one
// artifact of that name.
class PathProvisioner final : public TypedProvisioner<Environment>,
                              public ArtifactResolver {
 public:
  const ArtifactResolver* resolver() const override { return this; }

  absl::StatusOr<Lock::Step> Basis(const google::protobuf::Message& config,
                                   Facts& facts) const override {
    const std::string path = static_cast<const Environment&>(config).path();
    Lock::Step step;
    step.add_input()->set_path(path);
    step.mutable_input(0)->set_sha256(
        facts.Digest(facts.AbsolutePath(path)).sha256());
    return step;
  }

  absl::StatusOr<ResolvedArtifacts> Resolve(const google::protobuf::Message&,
                                            Facts&,
                                            const ArtifactRequest& request,
                                            OutsideWorld&) const override {
    requests.push_back(request);
    if (!error.ok()) return error;
    ResolvedArtifacts resolved;
    resolved.resolver = "asked";
    Lock::Artifact artifact;
    artifact.set_kind(Lock::WHEEL);
    artifact.set_name("shared");
    artifact.set_version(version);
    artifact.set_file(absl::StrCat("shared-", version));
    artifact.set_sha256(std::string(64, '1'));
    artifact.add_url("https://files.index.example/shared");
    for (const Lock::Target& target : request.targets) {
      artifact.add_target(target.name());
    }
    resolved.artifacts.push_back(std::move(artifact));
    return resolved;
  }

  mutable std::vector<ArtifactRequest> requests;
  std::string version = "1";
  absl::Status error;

 protected:
  std::vector<Diagnostic> ValidateConfig(const Environment&) const override {
    return {};
  }
  absl::StatusOr<Proposal> ProposeConfig(const Environment&,
                                         Facts&) const override {
    return Proposal();
  }
};

class NobodyOutside final : public OutsideWorld {
 public:
  absl::StatusOr<std::string> Ask(
      const Run&, const std::map<std::string, std::string>&) override {
    return absl::InternalError("nobody");
  }
};

class LockMakerTest : public testing::Test {
 protected:
  LockMakerTest() {
    for (const char* name : {"a", "b"}) {
      CheckedStep step;
      step.id = name;
      step.root = "/plan";
      step.provisioner = &provisioner_;
      configs_.push_back(std::make_unique<Environment>());
      configs_.back()->set_path("r.txt");
      step.config = configs_.back().get();
      plan_.steps.push_back(std::move(step));
    }
    facts_.AddFile("/plan/r.txt", "x");
    wishes_.targets = {*FindLockTarget("debian-12/amd64")};
  }

  absl::StatusOr<Lock> Make(const Lock& before = Lock()) {
    provisioner_.requests.clear();
    NobodyOutside outside;
    return MakeLock(plan_, before, wishes_, facts_, outside);
  }

  PathProvisioner provisioner_;
  std::vector<std::unique_ptr<Environment>> configs_;
  CheckedPlan plan_;
  FakeFacts facts_;
  LockWishes wishes_;
};

TEST_F(LockMakerTest, StepsThatNeedOneFileShareIt) {
  const auto lock = Make();
  ASSERT_OK(lock);
  EXPECT_OK(ParseLock("l", LockText(*lock)));
  ASSERT_EQ(lock->artifact_size(), 1);
  EXPECT_THAT(lock->artifact(0).step(), ElementsAre("a", "b"));
  EXPECT_THAT(lock->artifact(0).target(), ElementsAre("debian-12/amd64"));
  EXPECT_EQ(lock->step(1).resolver(), "asked");
}

TEST_F(LockMakerTest, WhatStillHoldsIsNotAskedAgain) {
  const Lock first = *Make();
  provisioner_.version = "2";
  const auto again = Make(first);
  ASSERT_OK(again);
  EXPECT_THAT(provisioner_.requests, IsEmpty());
  EXPECT_EQ(LockText(*again), LockText(first));

  // A changed configuration, an input, a target and a wish each ask again, and
  // hand on what was there.
  configs_[0]->set_name("other");
  ASSERT_OK(Make(first));
  ASSERT_THAT(provisioner_.requests, SizeIs(1));
  EXPECT_THAT(provisioner_.requests[0].before, SizeIs(1));
  facts_.AddFile("/plan/r.txt", "y");
  ASSERT_OK(Make(first));
  EXPECT_THAT(provisioner_.requests, SizeIs(2));
}

TEST_F(LockMakerTest, ATargetOrAWishAsksAgain) {
  const Lock first = *Make();
  wishes_.targets.push_back(*FindLockTarget("windows-11/amd64"));
  const auto more = Make(first);
  ASSERT_OK(more);
  EXPECT_THAT(more->artifact(0).target(),
              ElementsAre("debian-12/amd64", "windows-11/amd64"));
  wishes_.targets.pop_back();
  wishes_.upgrade_only = {"shared"};
  ASSERT_OK(Make(first));
  ASSERT_THAT(provisioner_.requests, SizeIs(2));
  EXPECT_THAT(provisioner_.requests[0].upgrade, ElementsAre("shared"));
  wishes_.upgrade_only.clear();
  wishes_.upgrade = true;
  ASSERT_OK(Make(first));
  ASSERT_THAT(provisioner_.requests, SizeIs(2));
  EXPECT_THAT(provisioner_.requests[0].before, IsEmpty());
}

TEST_F(LockMakerTest, AnErrorNamesItsStep) {
  provisioner_.error = DiagnosticError(absl::StatusCode::kInvalidArgument,
                                       "lock/no-wheel", "no");
  const absl::Status status = Make().status();
  EXPECT_THAT(status, HasDiagnosticId("lock/no-wheel"));
  EXPECT_EQ(DiagnosticFromStatus(status).step(), "a");
}

}  // namespace
}  // namespace provision
