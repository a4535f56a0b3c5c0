#include "plugins/command/command_provisioner.h"

#include "core/api/plan.pb.h"
#include "core/testing/fake_facts.h"
#include "core/testing/provisioner_golden.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class CommandGoldenTest : public testing::TestWithParam<const char*> {};

TEST_P(CommandGoldenTest, ProposesAsRecorded) {
  CheckProvisionerGolden(CommandProvisioner(), "plugins/command", GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Cases, CommandGoldenTest,
    testing::Values("all_fields", "creates_missing", "creates_there",
                    "exact_words", "guard_without_answer", "invalid",
                    "no_directory", "not_found", "only_if_fails",
                    "only_if_not_there", "reboot_after", "reboot_unless",
                    "unguarded", "unless_fails", "unless_not_there",
                    "unless_succeeds"));

TEST(CommandProvisionerTest, TheStepConsentsToWhatTheCommandDestroys) {
  const CommandProvisioner command;
  const Provisioner& provisioner = command;
  EXPECT_THAT(provisioner.Consents(ParseText<CommandConfig>("argv: 'a'")),
              IsEmpty());
  EXPECT_THAT(provisioner.Consents(
                  ParseText<CommandConfig>("argv: 'a' destroys: 'old_data'")),
              ElementsAre("old_data"));
}

class AssumingTest : public testing::Test {
 protected:
  AssumingTest() {
    host_.AddHost(0, "/root");
    host_.AddDirectory("/plan");
    host_.AddMissing("/plan/.venv/bin/tool");
    host_.AddMissing("/plan/.venv/src");
    host_.AddFile("/bin/true", "", 0755);
  }

  Proposal Propose(const char* config) {
    Facts facts(host_, {.root = "/plan",
                        .step = "step",
                        .assumed = {{"/plan/.venv", "python"}}});
    absl::StatusOr<Proposal> proposal =
        CommandProvisioner().Propose(ParseText<CommandConfig>(config), facts);
    EXPECT_OK(proposal);
    EXPECT_EQ(proposal->assumes(0).step(), "python");
    EXPECT_THAT(proposal->diagnostic(), SizeIs(0));
    return *proposal;
  }

  FakeFacts host_;
};

TEST_F(AssumingTest, AProgramThatIsNotThereYetIsPredicted) {
  Proposal proposal = Propose(
      "argv: '.venv/bin/tool' unless { argv: '.venv/bin/tool' argv: '-v' }");
  EXPECT_EQ(proposal.fidelity(), Proposal::PREDICTED);
  ASSERT_THAT(proposal.action(), SizeIs(1));
  EXPECT_EQ(proposal.action(0).run().argv(0), "/plan/.venv/bin/tool");
}

TEST_F(AssumingTest, ADirectoryThatIsNotThereYetIsPredicted) {
  Proposal proposal =
      Propose("argv: '/bin/true' directory: '.venv/src' creates: '.venv/src'");
  EXPECT_EQ(proposal.fidelity(), Proposal::PREDICTED);
  EXPECT_THAT(proposal.action(), SizeIs(1));
}

TEST_F(AssumingTest, WhetherThereIsAnythingToDoMayBeUnknown) {
  Proposal proposal =
      Propose("argv: '/bin/true' only_if { argv: '.venv/bin/tool' }");
  EXPECT_EQ(proposal.fidelity(), Proposal::UNKNOWN);
  EXPECT_THAT(proposal.action(), SizeIs(0));
}

TEST(CommandProvisionerTest, IsAStepsExtension) {
  Step step = ParseText<Step>("[provision.command] { argv: 'true' }");
  EXPECT_THAT(CommandProvisioner().Validate(step.GetExtension(command)),
              SizeIs(0));
}

}  // namespace
}  // namespace provision
