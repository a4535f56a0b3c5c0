#include "plugins/python_packages/python_packages_provisioner.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/testing/provisioner_golden.h"
#include "core/testing/testing.h"
#include "plugins/python_packages/fake_environment.h"

namespace provision {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kPackage[] = "plugins/python_packages";

class PythonPackagesGoldenTest : public testing::TestWithParam<const char*> {};

TEST_P(PythonPackagesGoldenTest, ProposesAsRecorded) {
  CheckProvisionerGolden(PythonPackagesProvisioner(), kPackage, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Cases, PythonPackagesGoldenTest,
                         testing::Values("bad_requirements", "damaged_with_uv",
                                         "managed_interpreter", "met",
                                         "missing_with_pip",
                                         "wanted_uv_broken"));

FactScope BeforeTheEnvironment() {
  FactScope scope = GoldenScope();
  scope.assumed[FakeEnvironment::kPath] = "python";
  return scope;
}

TEST(PythonPackagesProvisionerTest, AnEnvironmentToComeIsAssumed) {
  CheckProvisionerGolden(PythonPackagesProvisioner(), kPackage,
                         "environment_to_come", BeforeTheEnvironment());
}

Proposal Propose(FactReader& host, const std::string& config,
                 const FactScope& scope = GoldenScope()) {
  const PythonPackagesProvisioner provisioner;
  const Provisioner& interface = provisioner;
  Facts facts(host, scope);
  auto proposal =
      interface.Propose(ParseText<PythonPackagesConfig>(config), facts);
  EXPECT_OK(proposal);
  return *std::move(proposal);
}

std::vector<std::string> Ids(const Proposal& proposal,
                             Diagnostic::Severity severity) {
  std::vector<std::string> ids;
  for (const Diagnostic& diagnostic : proposal.diagnostic()) {
    if (diagnostic.severity() == severity) ids.push_back(diagnostic.id());
  }
  return ids;
}

constexpr char kNumpy[] = R"pb(environment: ".venv" requirement: "numpy>=2")pb";

TEST(PythonPackagesProvisionerTest, WhatIsMetNeedsNoTool) {
  FakeEnvironment host;
  host.AddDistribution("numpy", "2.1.0");
  host.Finish();
  const Proposal proposal = Propose(host.facts(), kNumpy);
  EXPECT_THAT(proposal.action(), IsEmpty());
  EXPECT_EQ(proposal.check_size(), 1);  // for a run that died before it
  EXPECT_EQ(proposal.fidelity(), Proposal::EXACT);
  EXPECT_EQ(proposal.provides().environment(), "/plan/.venv");
}

TEST(PythonPackagesProvisionerTest, RootInstallsWhereOnlyRootMayWrite) {
  FakeEnvironment host;
  host.AddUv();
  host.Finish();
  EXPECT_FALSE(Propose(host.facts(), kNumpy).needs().root());
  host.facts().AddDirectory(FakeEnvironment::kPath, 0755);
  const Proposal proposal = Propose(host.facts(), kNumpy);
  EXPECT_TRUE(proposal.needs().root());
  ASSERT_EQ(proposal.action_size(), 1);
  EXPECT_TRUE(proposal.action(0).needs_root());
}

TEST(PythonPackagesProvisionerTest, WithoutAToolNothingIsProposed) {
  FakeEnvironment host;
  host.Finish();
  const Proposal proposal = Propose(host.facts(), kNumpy);
  EXPECT_THAT(proposal.action(), IsEmpty());
  EXPECT_THAT(Ids(proposal, Diagnostic::ERROR),
              ElementsAre("python_packages/no-tool"));
}

TEST(PythonPackagesProvisionerTest, AnEnvironmentToComeMayBringAPip) {
  FakeFacts host;
  host.AddHost(1000, "/home/ada");
  host.AddMissing("/plan/.venv");
  const Proposal proposal = Propose(host, kNumpy, BeforeTheEnvironment());
  EXPECT_EQ(proposal.fidelity(), Proposal::UNKNOWN);
  EXPECT_THAT(Ids(proposal, Diagnostic::ERROR), IsEmpty());
  // What is wanted explicitly and is not there is an error all the same.
  EXPECT_THAT(Ids(Propose(host, std::string(kNumpy) + " package_manager: UV",
                          BeforeTheEnvironment()),
                  Diagnostic::ERROR),
              ElementsAre("python_packages/no-tool"));
}

TEST(PythonPackagesProvisionerTest, WhatIsPredictedIsWhatThenRuns) {
  FakeFacts before;
  before.AddHost(1000, "/home/ada");
  before.AddVariable("PATH", "/usr/bin:/bin");
  before.AddMissing("/plan/.venv");
  before.AddFile("/usr/bin/pip3", "#!", 0755);
  before.AddCommand({"/usr/bin/pip3", "--version"},
                    "pip 24.2 from /usr/lib/pip (python 3.11)\n");
  before.AddFile("/usr/lib/pip/__pip-runner__.py", "");
  FakeEnvironment then;
  then.AddBasePip();
  then.AddPip({"/usr/bin/pip3"}, "24.2", "/usr/lib/pip");
  then.Finish();
  const Proposal predicted = Propose(before, kNumpy, BeforeTheEnvironment());
  ASSERT_EQ(predicted.action_size(), 1);
  EXPECT_THAT(Propose(then.facts(), kNumpy).action(0),
              EqualsProto(predicted.action(0)));
}

TEST(PythonPackagesProvisionerTest, AnEnvironmentThatNobodyMakesIsAnError) {
  FakeFacts host;
  host.AddHost(1000, "/home/ada");
  host.AddMissing("/plan/.venv");
  EXPECT_THAT(Ids(Propose(host, kNumpy), Diagnostic::ERROR),
              ElementsAre("python_packages/no-environment"));
}

TEST(PythonPackagesProvisionerTest, GitOfARepositoryGetsItsTrustAndItsAgent) {
  FakeEnvironment host;
  host.AddUv();
  host.facts().AddVariable("GIT_SSL_CAINFO", "/c.pem");
  host.facts().AddVariable("SSH_AUTH_SOCK", "/run/agent");
  host.Finish();
  const auto names = [&host](const std::string& config) {
    std::vector<std::string> found;
    const Proposal proposal = Propose(host.facts(), config);
    for (const EnvironmentVariable& variable :
         proposal.action(0).run().environment()) {
      found.push_back(variable.name());
    }
    return found;
  };
  EXPECT_THAT(names(R"pb(environment: ".venv"
                         requirement: "a @ git+ssh://git@h.example/a")pb"),
              testing::IsSupersetOf({"GIT_SSL_CAINFO", "SSH_AUTH_SOCK"}));
  EXPECT_THAT(names(kNumpy), testing::Not(Contains("SSH_AUTH_SOCK")));
}

TEST(PythonPackagesProvisionerTest, AFileToComeIsReadAtOurTurn) {
  FakeEnvironment host;
  host.Finish();
  host.facts().AddMissing("/plan/made/r.txt");
  FactScope scope = GoldenScope();
  scope.assumed["/plan/made"] = "generate";
  const Proposal proposal =
      Propose(host.facts(),
              R"pb(environment: ".venv" requirements: "made/r.txt")pb", scope);
  EXPECT_EQ(proposal.fidelity(), Proposal::UNKNOWN);
  ASSERT_EQ(proposal.assumes_size(), 1);
  EXPECT_EQ(proposal.assumes(0).step(), "generate");
}

TEST(PythonPackagesProvisionerTest, TheCheckImportsWhatIsAskedFor) {
  FakeEnvironment host;
  host.AddUv();
  host.Finish();
  const Proposal proposal =
      Propose(host.facts(), R"pb(environment: ".venv"
                                 requirement: "numpy"
                                 requirement: "b; os_name == 'nt'"
                                 requirement: "Zope.x")pb");
  ASSERT_EQ(proposal.check_size(), 1);
  EXPECT_EQ(proposal.check(0).text(), "import Zope.x, numpy");
  const auto& argv = proposal.check(0).command().argv();
  ASSERT_EQ(argv.size(), 7);
  EXPECT_EQ(argv[0], "/plan/.venv/bin/python");
  EXPECT_EQ(argv[5], "Zope.x");
  EXPECT_EQ(argv[6], "numpy");
}

TEST(PythonPackagesProvisionerTest, WhatUvDoesNotReadGoesToPip) {
  struct Case {
    std::string file;
    bool pip;
  };
  for (const Case& c : {
           Case{"numpy", false},
           Case{"numpy --config-settings a=b", true},
           Case{"# coding: latin-1\nnumpy # \xfc", true},
       }) {
    FakeEnvironment host;
    host.AddUv();
    host.AddBasePip();
    host.facts().AddFile("/plan/r.txt", c.file);
    host.Finish();
    const Proposal proposal = Propose(
        host.facts(), R"pb(environment: ".venv" requirements: "r.txt")pb");
    ASSERT_EQ(proposal.action_size(), 1) << c.file;
    EXPECT_EQ(proposal.action(0).run().argv(0) != "/usr/bin/uv", c.pip)
        << c.file;
  }
}

TEST(PythonPackagesProvisionerTest, PipNeverObeysTrustedHost) {
  const std::string config =
      R"pb(environment: ".venv" requirements: "r.txt")pb";
  FakeEnvironment pip;
  pip.AddBasePip();
  pip.facts().AddFile("/plan/r.txt", "--trusted-host h.example\nnumpy");
  pip.Finish();
  const Proposal refused = Propose(pip.facts(), config);
  EXPECT_THAT(refused.action(), IsEmpty());
  EXPECT_THAT(Ids(refused, Diagnostic::ERROR),
              ElementsAre("python_packages/trusted-host"));
  FakeEnvironment uv;
  uv.AddUv();
  uv.facts().AddFile("/plan/r.txt", "--trusted-host h.example\nnumpy");
  uv.Finish();
  EXPECT_EQ(Propose(uv.facts(), config).action_size(), 1);
}

TEST(PythonPackagesProvisionerTest, BrokenMetadataGoesBeforeTheInstall) {
  FakeEnvironment host;
  host.AddBasePip();
  const std::string site = std::string(FakeEnvironment::kSite) + "/";
  host.AddFile(site + "numpy-2.1.0.dist-info/METADATA",
               "Name: numpy\nVersion: 2.1.0\n");
  host.facts().AddDirectory("/plan/.venv/" + site + "numpy-2.1.0.dist-info");
  host.Finish();
  const Proposal proposal = Propose(host.facts(), kNumpy);
  ASSERT_EQ(proposal.action_size(), 2);
  EXPECT_EQ(proposal.action(0).remove().path(),
            "/plan/.venv/" + site + "numpy-2.1.0.dist-info");
  EXPECT_TRUE(proposal.action(0).remove().recursive());
  EXPECT_THAT(proposal.action(1).run().argv(), Contains("numpy>=2"));
}

TEST(PythonPackagesProvisionerTest, NothingBreaksIntoTheSystem) {
  FakeEnvironment host;
  host.AddBasePip();
  host.Finish();
  const Proposal proposal = Propose(host.facts(), kNumpy);
  EXPECT_EQ(proposal.action_size(), 1);
  for (const Action& action : proposal.action()) {
    EXPECT_THAT(action.run().argv(), Contains("--require-virtualenv"));
    EXPECT_THAT(absl::StrJoin(action.run().argv(), " "),
                testing::Not(HasSubstr("break-system-packages")));
  }
}

TEST(PythonPackagesProvisionerTest, ConfigsThatCannotHoldAreRefused) {
  struct Case {
    std::string config;
    std::vector<std::string> errors;
  };
  for (
      const Case& c : {
          Case{kNumpy, {}},
          Case{"",
               {"environment python_packages/config-required",
                "requirements python_packages/config-required"}},
          Case{R"pb(environment: "e" requirement: "a" requirement: "b=>1")pb",
               {"requirement[1] requirements/syntax"}},
          Case{R"pb(environment: "e"
                    requirement: "a @ https://u:p@h.example/a.zip")pb",
               {"requirement[0] python_packages/config-secret"}},
          Case{
              R"pb(environment: "e" requirement: "a" package_manager: CONDA)pb",
              {"package_manager python_packages/conda"}},
          Case{R"pb(environment: "e"
                    requirement: "a"
                    no_index: true
                    index_url: "https://i.example")pb",
               {"no_index python_packages/config-conflict"}},
          Case{R"pb(environment: "e"
                    requirement: "a"
                    index_url: "https://u:p@i.example"
                    extra_index_url: "i.example")pb",
               {"index_url python_packages/config-secret",
                "extra_index_url[0] python_packages/config-url"}},
          Case{R"pb(environment: "e"
                    requirement: "a"
                    find_links: "wheels"
                    find_links: "https://u:p@i.example/links")pb",
               {"find_links[1] python_packages/config-secret"}},
      }) {
    const PythonPackagesProvisioner provisioner;
    const Provisioner& interface = provisioner;
    std::vector<std::string> errors;
    for (const Diagnostic& error :
         interface.Validate(ParseText<PythonPackagesConfig>(c.config))) {
      errors.push_back(absl::StrCat(error.field(), " ", error.id()));
      EXPECT_GT(error.next_size(), 0) << error.message();
    }
    EXPECT_EQ(errors, c.errors) << c.config;
  }
}

}  // namespace
}  // namespace provision
