#include "plugins/python/python_provisioner.h"

#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "core/base/crypto.h"
#include "core/base/serialize.h"
#include "core/testing/conformance.h"
#include "core/testing/provisioner_golden.h"
#include "core/testing/testing.h"
#include "plugins/python/python_host.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kPinned[] = "version: '3.11.7' environment: '.venv'";
const PythonAnswer kOnDebian = {.version = "3.11.2",
                                .base_executable = "/usr/bin/python3.11"};

Proposal Propose(PythonHost& host, absl::string_view config,
                 const FactScope& scope = PythonHost::Scope()) {
  Facts facts(host.system().facts(), scope);
  absl::StatusOr<Proposal> proposal =
      PythonProvisioner().Propose(ParseText<PythonConfig>(config), facts);
  EXPECT_OK(proposal);
  return proposal.value_or(Proposal());
}

// "EXACT 3.11.7 by rung EXACT" of each rung.
std::vector<std::string> Rungs(const Proposal& proposal) {
  std::vector<std::string> rungs;
  for (const Rung& rung : proposal.rung()) rungs.push_back(rung.outcome());
  return rungs;
}

std::string Refused(const Proposal& proposal, absl::string_view rung) {
  for (const Refusal& refusal : proposal.refused()) {
    if (refusal.rung() == rung) return refusal.reason();
  }
  return "not refused";
}

std::vector<std::string> Errors(const Proposal& proposal) {
  std::vector<std::string> errors;
  for (const Diagnostic& diagnostic : proposal.diagnostic()) {
    errors.push_back(absl::StrCat(
        diagnostic.severity() == Diagnostic::ERROR ? "" : "warning: ",
        diagnostic.message(), " [", diagnostic.id(), "]"));
  }
  return errors;
}

class PythonGoldenTest : public testing::TestWithParam<const char*> {};

TEST_P(PythonGoldenTest, ProposesAsRecorded) {
  CheckProvisionerGolden(PythonProvisioner(), "plugins/python", GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Cases, PythonGoldenTest,
    testing::Values("nothing_fits", "p12_musl_relaxed", "p13_version_file",
                    "p16_active_environment_broken", "p17_without_lock_last",
                    "p18_debian_managed", "p1_never_built",
                    "p2_other_patch_installed", "p3_downloads_manual",
                    "p5_mirror_folder", "p5_no_mirror_no_network",
                    "p6_network_down", "p7_proxy_authentication"),
    [](const auto& info) { return std::string(info.param); });

// ---- what every provisioner keeps ----

const PythonAnswer kNewer = {.version = "3.12.1", .prefix = "/opt/python"};

void AddTwoPythons(FakeSystem& system) {
  system.SetVariable("PATH", "/usr/bin:/opt/python/bin");
  system.AddFile("/lib64/ld-linux-x86-64.so.2", "", 0755);
  AddPythonTo(system, "/usr/bin/python3.11", {.version = "3.11.2"});
  AddPythonTo(system, "/opt/python/bin/python3.12", kNewer);
  AddEnvironmentProgramTo(system, "/srv/.venv",
                          {{"/usr/bin/python3.11", {.version = "3.11.2"}},
                           {"/opt/python/bin/python3.12", kNewer}});
}

TEST(PythonConformanceTest, KeepsWhatAllKeepForANewEnvironment) {
  CheckConformance({
      .provisioner = [] { return std::make_unique<PythonProvisioner>(); },
      .step = "[provision.python] { version: '3.11' environment: '.venv' }",
      .unusable = "[provision.python] { version: '../x' environment: '.venv' }",
      .host = AddTwoPythons,
  });
}

TEST(PythonConformanceTest, KeepsWhatAllKeepForOneThatIsReplaced) {
  CheckConformance({
      .provisioner = [] { return std::make_unique<PythonProvisioner>(); },
      .step = "[provision.python] { version: '3.11' environment: '.venv' }",
      .unusable = "[provision.python] { environment: '.venv' }",
      .host =
          [](FakeSystem& system) {
            AddTwoPythons(system);
            system.AddFile("/srv/.venv/pyvenv.cfg", "version = 3.12.1\n");
            system.AddFile(
                "/srv/.venv/lib/python3.12/site-packages/numpy/core.so", "x");
            system.AddSymlink("/srv/.venv/bin/python",
                              "/opt/python/bin/python3.12");
            system.AddSymlink("/srv/.venv/bin/python3", "python");
          },
  });
}

// ---- the three of S3-01: what is in sight decides ----

TEST(PythonProvisionerTest, DebiansPatchStandsInForThePinnedOne) {
  PythonHost host;
  host.AddDebianPython();
  const Proposal proposal = Propose(host, kPinned);
  EXPECT_EQ(proposal.title(), "Python 3.11.7 for .venv");
  EXPECT_EQ(proposal.fidelity(), Proposal::EXACT);
  EXPECT_THAT(Rungs(proposal), ElementsAre("3.11.2 by rung SYSTEM"));
  EXPECT_EQ(proposal.rung(0).reason(),
            "in place of 3.11.7: the Python on PATH is of the same minor "
            "version");
  EXPECT_EQ(Refused(proposal, "EXACT"),
            "no mirror of builds is named; no 3.11.7 is installed");
  EXPECT_THAT(Errors(proposal), IsEmpty());
}

TEST(PythonProvisionerTest, PyenvsIsExact) {
  PythonHost host;
  host.AddDebianPython();
  host.AddPyenvPython("3.11.7");
  host.AddPyenvPython("3.12.1");
  EXPECT_THAT(Rungs(Propose(host, kPinned)),
              ElementsAre("3.11.7 by rung EXACT", "3.11.2 by rung SYSTEM"));
}

TEST(PythonProvisionerTest, AMirrorComesBeforeWhatOthersKeep) {
  PythonHost host;
  host.AddPyenvPython("3.11.7");
  host.system().AddFile(
      "/m/cpython-3.11.7+20240107-x86_64-unknown-linux-gnu-install_only.tar.gz",
      "12345");
  const Proposal proposal =
      Propose(host, absl::StrCat(kPinned, " mirror { location: '/m' }"));
  ASSERT_THAT(Rungs(proposal),
              ElementsAre("3.11.7 by rung EXACT", "3.11.7 by rung EXACT"));
  const Rung& rung = proposal.rung(0);
  EXPECT_EQ(rung.title(), "the listed build of 3.11.7 for linux/amd64/gnu");
  EXPECT_EQ(rung.action(0).fetch().name(), "CPython 3.11.7 build 20240107");
  EXPECT_EQ(rung.action(0).fetch().size(), 5u);
  ASSERT_EQ(proposal.artifact_size(), 1);
  EXPECT_EQ(proposal.artifact(0).sha256(), rung.action(0).fetch().sha256());
  EXPECT_THAT(proposal.needs().endpoint(), IsEmpty());
}

// After uv#19616 and uv#19187: a link for the minor version cannot fail that is
// not made, and the interpreter is used by its own path.
TEST(PythonProvisionerTest, P8P10NoLinkIsMadeButInTheEnvironment) {
  PythonHost host;
  host.system().AddFile(
      "/m/cpython-3.11.7+20240107-x86_64-unknown-linux-gnu-install_only.tar.gz",
      "12345");
  const Proposal proposal =
      Propose(host, absl::StrCat(kPinned, " mirror { location: '/m' }"));
  ASSERT_EQ(proposal.rung_size(), 1);
  std::string program;
  for (const Action& action : proposal.rung(0).action()) {
    if (!action.has_link()) continue;
    EXPECT_TRUE(absl::StartsWith(action.link().path(), "/plan/.venv/"));
    program = action.link().target();
  }
  EXPECT_EQ(program,
            "/home/ada/.local/share/provision/python/"
            "cpython-3.11.7-linux-x86_64-gnu-4a51ce60/bin/python3.11");
}

// One build of the version for any processor, one for those with AVX2.
constexpr char kTwoLevels[] = R"({
  "v3": {"name": "cpython", "arch": {"family": "x86_64", "variant": "v3"},
    "os": "linux", "libc": "gnu", "major": 3, "minor": 11, "patch": 7,
    "prerelease": "", "variant": null, "url": "x86_64_v3.tar.gz", "sha256":
    "3333333333333333333333333333333333333333333333333333333333333333"},
  "any": {"name": "cpython", "arch": {"family": "x86_64", "variant": null},
    "os": "linux", "libc": "gnu", "major": 3, "minor": 11, "patch": 7,
    "prerelease": "", "variant": null, "url": "x86_64.tar.gz", "sha256":
    "1111111111111111111111111111111111111111111111111111111111111111"}})";

TEST(PythonProvisionerTest, P19AProcessorWithoutAvx2GetsTheBaseline) {
  PythonHost host;
  host.system().AddFile("/proc/cpuinfo", "flags\t\t: fpu sse sse2 ssse3\n");
  host.system().AddFile("/m/builds.json", kTwoLevels);
  host.system().AddFile("/m/x86_64_v3.tar.gz", "3");
  host.system().AddFile("/m/x86_64.tar.gz", "1");
  const Proposal proposal =
      Propose(host, absl::StrCat(kPinned,
                                 " mirror { location: '/m' list: 'builds.json' "
                                 "list_sha256: '",
                                 Sha256Hex(kTwoLevels), "' }"));
  ASSERT_EQ(proposal.rung_size(), 1);
  EXPECT_THAT(proposal.rung(0).action(0).fetch().url(),
              ElementsAre("file:///m/x86_64.tar.gz"));
}

TEST(PythonProvisionerTest, TheCheckProvesTheConsequence) {
  PythonHost host;
  host.AddPyenvPython("3.11.7");
  const Proposal proposal = Propose(host, kPinned);
  ASSERT_EQ(proposal.rung_size(), 1);
  ASSERT_EQ(proposal.rung(0).check_size(), 1);
  const Check& check = proposal.rung(0).check(0);
  EXPECT_EQ(check.text(), "it starts, reports 3.11.7, imports ssl");
  EXPECT_EQ(check.command().argv(0), "/plan/.venv/bin/python");
  EXPECT_EQ(check.command().output(), "^3\\.11\\.7\\ \\/plan\\/\\.venv\n$");
  EXPECT_EQ(proposal.provides().environment(), "/plan/.venv");
}

// ---- already so ----

bool IsAlready(const Proposal& proposal) {
  return proposal.rung().empty() && proposal.action().empty() &&
         proposal.diagnostic().empty();
}

TEST(PythonProvisionerTest, AnEnvironmentThatSatisfiesStays) {
  PythonHost host;
  host.AddDebianPython();
  host.AddEnvironment("/plan/.venv", kOnDebian);
  for (const char* version :
       {"3.11.2", "3.11", "3", ">=3.11", "cpython@3.11"}) {
    EXPECT_TRUE(IsAlready(Propose(
        host, absl::StrCat("environment: '.venv' version: '", version, "'"))))
        << version;
  }
  // Nothing else had to be asked.
  host.system().ClearLogs();
  Propose(host, "environment: '.venv' version: '3.11'");
  ASSERT_EQ(host.system().runs().size(), 1u);
  EXPECT_EQ(host.system().runs()[0].argv[0], "/plan/.venv/bin/python");
}

TEST(PythonProvisionerTest, ASubstituteStaysUntilThereIsBetter) {
  PythonHost host;
  host.AddDebianPython();
  host.AddEnvironment("/plan/.venv", kOnDebian);
  EXPECT_TRUE(IsAlready(Propose(host, kPinned)));
  host.AddPyenvPython("3.11.7");
  EXPECT_THAT(Rungs(Propose(host, kPinned)),
              ElementsAre("3.11.7 by rung EXACT", "3.11.2 by rung SYSTEM"));
}

TEST(PythonProvisionerTest, APartThatIsMissingIsPutBack) {
  PythonHost host;
  host.AddDebianPython();
  host.AddEnvironment("/plan/.venv", kOnDebian);
  host.system().RemoveTree("/plan/.venv/bin/python3");
  EXPECT_FALSE(
      IsAlready(Propose(host, "environment: '.venv' version: '3.11.2'")));
}

TEST(PythonProvisionerTest, AnotherMinorVersionIsReplacedAndSaysSo) {
  PythonHost host;
  host.AddDebianPython();
  host.AddPyenvPython("3.12.1");
  host.AddEnvironment("/plan/.venv", kOnDebian);
  const Proposal proposal =
      Propose(host, "environment: '.venv' version: '3.12'");
  ASSERT_THAT(Rungs(proposal),
              ElementsAre("3.12.1 by rung EXACT, replaces the environment on "
                          "3.11.2"));
  EXPECT_EQ(proposal.rung(0).action(0).remove().path(), "/plan/.venv");
}

TEST(PythonProvisionerTest, WhatIsNoEnvironmentIsNotReplaced) {
  PythonHost host;
  host.AddDebianPython();
  host.system().AddFile("/plan/.venv/thesis.txt", "x");
  const Proposal proposal = Propose(host, kPinned);
  EXPECT_THAT(Errors(proposal),
              ElementsAre("/plan/.venv: it has no pyvenv.cfg, but other files "
                          "[python/not-an-environment]"));
  EXPECT_THAT(proposal.rung(), IsEmpty());
}

// ---- requests ----

// After uv#16709.
TEST(PythonProvisionerTest, P4BothStylesOfARequestAreOne) {
  PythonHost host;
  host.AddDebianPython();
  host.system().AddFile("/plan/.python-version", "3.11.7\n");
  const std::string expected = DeterministicBytes(Propose(host, kPinned));
  for (const char* config :
       {"environment: '.venv' version: 'cpython@3.11.7'",
        "environment: '.venv' version: 'cpython-3.11.7-linux-x86_64-gnu'",
        "environment: '/plan/.venv' version: '3.11.7'",
        "environment: '.venv' version_file: '.python-version'"}) {
    EXPECT_EQ(DeterministicBytes(Propose(host, config)), expected) << config;
  }
}

TEST(PythonProvisionerTest, AnotherPlatformIsRefused) {
  PythonHost host;
  EXPECT_THAT(
      Errors(Propose(host,
                     "environment: '.venv' "
                     "version: 'cpython-3.11-linux-aarch64-musl'")),
      ElementsAre("a Python for linux-aarch64-musl is asked for, this is "
                  "linux/amd64/gnu [python/platform]"));
  SystemNames windows;
  windows.os = "Windows";
  host.system().SetNames(windows);
  EXPECT_THAT(Errors(Propose(host, kPinned)),
              ElementsAre("environments are made on Linux only, this is "
                          "Windows [python/platform]"));
}

TEST(PythonProvisionerTest, AVersionFileHasToAskForSomething) {
  PythonHost host;
  constexpr char kConfig[] = "environment: '.venv' version_file: 'v'";
  EXPECT_THAT(Errors(Propose(host, kConfig)),
              ElementsAre(HasSubstr("the version file cannot be read")));
  host.system().AddFile("/plan/v", "# none\n../x\n");
  EXPECT_THAT(Errors(Propose(host, kConfig)),
              ElementsAre("warning: v:2: \"../x\": a path is no version; not "
                          "used [python/version-file]",
                          "v asks for no version [python/version]"));
}

TEST(PythonProvisionerTest, WhatAnEarlierStepProvidesIsAssumed) {
  PythonHost host;
  host.AddDebianPython();
  FactScope scope = PythonHost::Scope();
  scope.assumed["/plan/v"] = "files";
  Proposal proposal =
      Propose(host, "environment: '.venv' version_file: 'v'", scope);
  EXPECT_EQ(proposal.fidelity(), Proposal::UNKNOWN);
  EXPECT_EQ(proposal.assumes(0).step(), "files");
  EXPECT_THAT(Errors(proposal), IsEmpty());

  scope.assumed = {{"/plan/env", "folders"}};
  proposal = Propose(host, "environment: 'env/a' version: '3.11'", scope);
  EXPECT_EQ(proposal.fidelity(), Proposal::PREDICTED);
  EXPECT_EQ(proposal.assumes(0).step(), "folders");
}

TEST(PythonProvisionerTest, TheGuideIsForLaddersThatEndWithIt) {
  PythonHost host;
  const Proposal with = Propose(host, kPinned);
  EXPECT_THAT(with.guide(), HasSubstr("SYSTEM: no Python is on PATH"));
  EXPECT_THAT(Errors(with),
              ElementsAre("no rung gave Python 3.11.7 [python/ladder]"));
  const Proposal without =
      Propose(host, absl::StrCat(kPinned, " ladder: [EXACT, CONTAINER]"));
  EXPECT_EQ(without.guide(), "");
  EXPECT_EQ(Refused(without, "CONTAINER"),
            "containers are not in this version");
  ASSERT_EQ(without.diagnostic_size(), 1);
  EXPECT_EQ(without.diagnostic(0).detail_size(), 2);
}

TEST(PythonProvisionerTest, WhereOnlyRootMayWriteItNeedsRoot) {
  PythonHost host;
  host.system().AddDirectory("/opt/app");
  host.system().ChangeOwner("/opt/app", 0, 0);
  host.system().AddFile(
      "/m/cpython-3.11.7+20240107-x86_64-unknown-linux-gnu-install_only.tar.gz",
      "12345");
  const Proposal proposal =
      Propose(host,
              "version: '3.11.7' environment: '/opt/app/env' "
              "mirror { location: '/m' }");
  EXPECT_TRUE(proposal.needs().root());
  ASSERT_EQ(proposal.rung_size(), 1);
  for (const Action& action : proposal.rung(0).action()) {
    EXPECT_EQ(action.needs_root(), !action.has_fetch());
    if (!action.has_unpack()) continue;
    EXPECT_TRUE(absl::StartsWith(action.unpack().destination(),
                                 "/usr/local/lib/provision/python/"));
  }
  EXPECT_FALSE(Propose(host,
                       "version: '3.11.7' environment: '.venv' "
                       "mirror { location: '/m' }")
                   .needs()
                   .root());
}

TEST(PythonProvisionerTest, ANetworkMirrorIsANeed) {
  PythonHost host;
  const Proposal proposal = Propose(
      host, absl::StrCat(kPinned, " mirror { location: 'https://m.example' }"));
  ASSERT_EQ(proposal.needs().endpoint_size(), 1);
  EXPECT_EQ(proposal.needs().endpoint(0).host(), "m.example");
  EXPECT_EQ(proposal.rung(0).action(0).fetch().url_size(), 2);
}

// ---- validation ----

std::vector<std::string> Invalid(absl::string_view config) {
  std::vector<std::string> errors;
  for (const Diagnostic& diagnostic :
       PythonProvisioner().Validate(ParseText<PythonConfig>(config))) {
    errors.push_back(
        absl::StrCat(diagnostic.field(), ": ", diagnostic.message()));
  }
  return errors;
}

TEST(PythonProvisionerTest, ConfigsAreJudgedWithoutTheHost) {
  EXPECT_THAT(Invalid(kPinned), IsEmpty());
  EXPECT_THAT(Invalid("version: '>=3.11' environment: '/e' ladder: [GUIDE, "
                      "EXACT] patch_policy: ANY mirror { location: 'm' }"),
              IsEmpty());
  EXPECT_THAT(Invalid(""), ElementsAre("environment: no environment is named",
                                       "version: no version is asked for"));
  EXPECT_THAT(Invalid("environment: '/' version: 'x'"),
              ElementsAre("environment: the environment wants a folder of its "
                          "own",
                          HasSubstr("version: \"x\": neither a version")));
  EXPECT_THAT(Invalid("environment: 'e' version: '3' version_file: 'v'"),
              ElementsAre("version_file: version and version_file exclude each "
                          "other"));
  EXPECT_THAT(Invalid("environment: 'e' version: '3' ladder: [EXACT, SYSTEM, "
                      "EXACT, RUNG_UNSPECIFIED]"),
              ElementsAre("ladder[2]: EXACT is there twice",
                          "ladder[3]: RUNG_UNSPECIFIED is no rung"));
  EXPECT_THAT(Invalid("environment: 'e' version: '3' mirror { }"),
              ElementsAre("mirror: the mirror cannot be used: it has no "
                          "location"));
}

}  // namespace
}  // namespace provision
