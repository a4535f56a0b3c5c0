#include "plugins/files/files_provisioner.h"

#include "core/api/plan.pb.h"
#include "core/testing/fake_facts.h"
#include "core/testing/provisioner_golden.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::SizeIs;

class FilesGoldenTest : public testing::TestWithParam<const char*> {};

TEST_P(FilesGoldenTest, ProposesAsRecorded) {
  CheckProvisionerGolden(FilesProvisioner(), "plugins/files", GetParam());
}

INSTANTIATE_TEST_SUITE_P(Cases, FilesGoldenTest,
                         testing::Values("all_kinds", "already_there",
                                         "attributes", "block_crlf",
                                         "conflict_after_all", "damaged_block",
                                         "in_the_way", "invalid", "needs_root",
                                         "no_source", "secret"));

// The plan of an earlier step is in the scope, which a golden does not have.
TEST(FilesProvisionerTest, WhatAnEarlierStepMakesIsPredicted) {
  FakeFacts host;
  host.AddHost(0, "/root");
  host.AddMissing("/plan/.venv/a/b");
  host.AddMissing("/plan/.venv/a");
  Facts facts(host, {.root = "/plan",
                     .step = "step",
                     .assumed = {{"/plan/.venv", "python"}}});
  ASSERT_OK_AND_ASSIGN(
      Proposal proposal,
      FilesProvisioner().Propose(
          ParseText<FilesConfig>("file { path: '.venv/a/b' content: 'x' }"),
          facts));
  EXPECT_EQ(proposal.fidelity(), Proposal::PREDICTED);
  ASSERT_THAT(proposal.action(), SizeIs(1));
  EXPECT_EQ(proposal.action(0).write_file().path(), "/plan/.venv/a/b");
  EXPECT_THAT(proposal.assumes(0),
              EqualsProto("text: 'what holds /plan/.venv/a/b is there' "
                          "step: 'python'"));
}

TEST(FilesProvisionerTest, AContentThatIsNotThereYetIsUnknown) {
  FakeFacts host;
  host.AddHost(0, "/root");
  host.AddDirectory("/plan");
  host.AddMissing("/plan/a");
  host.AddMissing("/plan/made/source");
  Facts facts(host, {.root = "/plan",
                     .step = "step",
                     .assumed = {{"/plan/made", "earlier"}}});
  ASSERT_OK_AND_ASSIGN(
      Proposal proposal,
      FilesProvisioner().Propose(
          ParseText<FilesConfig>("file { path: 'a' source: 'made/source' }"),
          facts));
  EXPECT_EQ(proposal.fidelity(), Proposal::UNKNOWN);
  EXPECT_THAT(proposal.action(), SizeIs(0));
  EXPECT_THAT(proposal.diagnostic(), SizeIs(0));
  EXPECT_EQ(proposal.assumes(0).step(), "earlier");
}

TEST(FilesProvisionerTest, IsAStepsExtension) {
  Step step =
      ParseText<Step>("[provision.files] { file { path: 'a' content: '' } }");
  EXPECT_THAT(FilesProvisioner().Validate(step.GetExtension(files)), SizeIs(0));
}

}  // namespace
}  // namespace provision
