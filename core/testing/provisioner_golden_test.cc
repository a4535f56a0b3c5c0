#include "core/testing/provisioner_golden.h"

#include "core/testing/provisioner_golden_test.pb.h"
#include "core/testing/testing.h"
#include "gtest/gtest-spi.h"

namespace provision {
namespace {

class EchoProvisioner : public TypedProvisioner<EchoConfig> {
 protected:
  std::vector<Diagnostic> ValidateConfig(
      const EchoConfig& config) const override {
    if (config.has_path()) return {};
    return {ConfigError("echo/path", "path", "no path", "say one")};
  }

  absl::StatusOr<Proposal> ProposeConfig(const EchoConfig& config,
                                         Facts& facts) const override {
    absl::optional<std::string> value = facts.Variable(config.variable());
    if (!value.has_value()) return absl::NotFoundError("no variable");
    Proposal proposal;
    proposal.set_fidelity(Proposal::EXACT);
    WriteFile* write = proposal.add_action()->mutable_write_file();
    write->set_path(facts.AbsolutePath(config.path()));
    write->set_content(*value);
    if (config.fickle()) write->set_mode(++calls_);
    return proposal;
  }

 private:
  mutable int calls_ = 0;
};

constexpr char kPackage[] = "core/testing";

// The failures of one golden, as one text.
std::string FailuresOf(const char* name) {
  testing::TestPartResultArray failures;
  {
    testing::ScopedFakeTestPartResultReporter reporter(
        testing::ScopedFakeTestPartResultReporter::
            INTERCEPT_ONLY_CURRENT_THREAD,
        &failures);
    CheckProvisionerGolden(EchoProvisioner(), kPackage, name);
  }
  std::string text;
  for (int i = 0; i < failures.size(); ++i) {
    text += failures.GetTestPartResult(i).message();
  }
  return text;
}

class ProvisionerGoldenTest : public testing::TestWithParam<const char*> {};

TEST_P(ProvisionerGoldenTest, Passes) {
  CheckProvisionerGolden(EchoProvisioner(), kPackage, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Cases, ProvisionerGoldenTest,
                         testing::Values("echo", "echo_refused"));

TEST(ProvisionerGoldenTest, Fails) {
  if (UpdatingGoldens()) GTEST_SKIP() << "these goldens are wrong on purpose";
  const struct {
    const char* name;
    const char* failure;
  } kCases[] = {
      {"echo_changed", "--update_goldens"},
      {"echo_fickle", "a second call proposed something else"},
      {"echo_unrecorded",
       "facts.textproto lacks\nfact {\n  query { variable { name: \"B\" } }"},
      {"echo_none", "cannot read core/testing/testdata/echo_none/config"}};
  for (const auto& c : kCases) {
    EXPECT_THAT(FailuresOf(c.name), testing::HasSubstr(c.failure)) << c.name;
  }
}

}  // namespace
}  // namespace provision
