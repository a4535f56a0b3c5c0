#include "core/testing/scripted_provisioner.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

// Facts of an empty host.
class EmptyHost final : public FactReader {
 public:
  FactValue Read(const FactQuery&) override {
    FactValue value;
    value.mutable_absent()->set_reason(FactValue::Absent::MISSING);
    return value;
  }
};

absl::StatusOr<Proposal> Propose(const char* config, FactScope scope = {}) {
  EmptyHost host;
  Facts facts(host, std::move(scope));
  return ScriptedProvisioner().Propose(ParseText<ScriptedConfig>(config),
                                       facts);
}

TEST(ScriptedProvisionerTest, ProposesWhatIsMissing) {
  ASSERT_OK_AND_ASSIGN(Proposal proposal,
                       Propose("file { path: '/a' content: 'x' }"));
  ASSERT_EQ(proposal.action_size(), 1);
  EXPECT_EQ(proposal.action(0).write_file().content(), "x");
  EXPECT_EQ(proposal.action(0).before(0).state().type(), PathState::ABSENT);
  EXPECT_EQ(proposal.fidelity(), Proposal::EXACT);
}

TEST(ScriptedProvisionerTest, DoesAsItIsTold) {
  EXPECT_THAT(Propose("error: 'broken'"),
              StatusIs(absl::StatusCode::kInternal, "broken"));
  ASSERT_OK_AND_ASSIGN(Proposal unknown, Propose("needs_path: '/env'"));
  EXPECT_EQ(unknown.fidelity(), Proposal::UNKNOWN);
  FactScope scope;
  scope.assumed["/env"] = "python";
  ASSERT_OK_AND_ASSIGN(Proposal predicted,
                       Propose("needs_path: '/env'", scope));
  EXPECT_EQ(predicted.fidelity(), Proposal::PREDICTED);
  EXPECT_EQ(predicted.assumes(0).step(), "python");
  EXPECT_EQ(ScriptedProvisioner()
                .Validate(ParseText<ScriptedConfig>("invalid: 'no'"))
                .size(),
            1u);
}

}  // namespace
}  // namespace provision
