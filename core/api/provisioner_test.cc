#include "core/api/provisioner.h"

#include "core/api/plan.pb.h"
#include "core/testing/fake_facts.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Any message will do for a config.
class EnvironmentProvisioner : public TypedProvisioner<Environment> {
 protected:
  std::vector<Diagnostic> ValidateConfig(
      const Environment& config) const override {
    if (config.has_path()) return {};
    return {ConfigError("environment/path", "path", "no path", "say one")};
  }
  absl::StatusOr<Proposal> ProposeConfig(const Environment& config,
                                         Facts& facts) const override {
    Proposal proposal;
    proposal.set_title(facts.AbsolutePath(config.path()));
    return proposal;
  }
};

TEST(ProvisionerTest, TheTypedBaseHandsOverItsOwnMessage) {
  EnvironmentProvisioner typed;
  const Provisioner& provisioner = typed;
  EXPECT_EQ(provisioner.config(), Environment::descriptor());
  EXPECT_THAT(provisioner.invariants(), IsEmpty());

  EXPECT_THAT(provisioner.Validate(Environment()),
              ElementsAre(EqualsProto(R"pb(severity: ERROR
                                           id: "environment/path"
                                           field: "path"
                                           message: "no path"
                                           next: "say one")pb")));
  Environment config;
  config.set_path("x");
  EXPECT_THAT(provisioner.Validate(config), IsEmpty());
  FakeFacts host;
  Facts facts(host, {.root = "/plan"});
  EXPECT_THAT(provisioner.Propose(config, facts),
              IsOkAndHolds(EqualsProto("title: '/plan/x'")));
}

}  // namespace
}  // namespace provision
