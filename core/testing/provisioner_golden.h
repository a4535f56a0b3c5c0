#ifndef PROVISION_CORE_TESTING_PROVISIONER_GOLDEN_H_
#define PROVISION_CORE_TESTING_PROVISIONER_GOLDEN_H_

// A provisioner's test as three files: testdata/CASE/config.textproto and
// facts.textproto (a HostRecord) go in, proposal.textproto comes out.
//
//   class FilesGoldenTest : public testing::TestWithParam<const char*> {};
//   TEST_P(FilesGoldenTest, ProposesAsRecorded) {
//     CheckProvisionerGolden(FilesProvisioner(), "plugins/files", GetParam());
//   }
//   INSTANTIATE_TEST_SUITE_P(Cases, FilesGoldenTest,
//                            testing::Values("absent", "already_there"));

#include "absl/strings/string_view.h"
#include "core/api/facts.h"
#include "core/api/provisioner.h"

namespace provision {

// The plan's folder is /plan, its step is called "step".
FactScope GoldenScope();

// Fails the test if
// - the proposal is another one; what Validate finds stands in its
//   `diagnostic`, and then nothing is proposed;
// - a second call gives other bytes;
// - a fact was read that facts.textproto does not have.
// `package` is the provisioner's folder. With --update_goldens
// proposal.textproto is rewritten and the test reports that it was skipped.
void CheckProvisionerGolden(const Provisioner& provisioner,
                            absl::string_view package, absl::string_view name,
                            const FactScope& scope = GoldenScope());

}  // namespace provision

#endif  // PROVISION_CORE_TESTING_PROVISIONER_GOLDEN_H_
