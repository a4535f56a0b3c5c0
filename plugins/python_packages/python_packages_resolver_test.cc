#include "plugins/python_packages/python_packages_resolver.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/host/lock_target.h"
#include "core/testing/testing.h"
#include "plugins/python_packages/fake_environment.h"
#include "plugins/python_packages/python_packages.pb.h"

namespace provision {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;

constexpr char kAnswerText[] = R"(lock-version = "1.0"
[[packages]]
name = "idna"
version = "3.7"
wheels = [
  { url = "https://files.index.example/idna-3.7-py3-none-any.whl", hashes = { sha256 = "1111111111111111111111111111111111111111111111111111111111111111" } },
]
[[packages]]
name = "colorama"
version = "0.4"
marker = "os_name == 'nt'"
wheels = [
  { url = "https://files.index.example/colorama-0.4-py3-none-any.whl", hashes = { sha256 = "2222222222222222222222222222222222222222222222222222222222222222" } },
]
)";

// Gives one answer and keeps what was asked.
class OneAnswer final : public OutsideWorld {
 public:
  absl::StatusOr<std::string> Ask(
      const Run& question,
      const std::map<std::string, std::string>& files) override {
    asked.push_back(absl::StrJoin(question.argv(), " "));
    given = files;
    return std::string(kAnswerText);
  }
  std::vector<std::string> asked;
  std::map<std::string, std::string> given;
};

class PythonPackagesResolverTest : public testing::Test {
 protected:
  PythonPackagesResolverTest() { host_.AddUv(); }

  absl::StatusOr<ResolvedArtifacts> Resolve(
      const std::string& config, std::vector<Lock::Artifact> before = {}) {
    host_.Finish();
    Facts facts(host_.facts(), {.root = "/plan", .step = "packages"});
    ArtifactRequest request;
    request.targets = {*FindLockTarget("debian-12/arm64"),
                       *FindLockTarget("windows-11/amd64")};
    request.before = std::move(before);
    return PythonPackagesResolver().Resolve(
        ParseText<PythonPackagesConfig>(config), facts, request, world_);
  }

  FakeEnvironment host_;
  OneAnswer world_;
};

TEST_F(PythonPackagesResolverTest, AsksUvOnceForAllTargets) {
  host_.facts().AddFile("/plan/r.txt", "idna\n");
  const auto resolved = Resolve(
      "environment: '.venv' requirements: 'r.txt' requirement: 'colorama' "
      "index_url: 'https://index.example/simple'");
  ASSERT_OK(resolved);
  ASSERT_EQ(world_.asked.size(), 1);
  EXPECT_THAT(world_.asked[0],
              HasSubstr("/usr/bin/uv pip compile --universal --format "
                        "pylock.toml --only-binary :all: --python-version 3.11 "
                        "--index-url https://index.example/simple /plan/r.txt "
                        "requirements.in"));
  EXPECT_EQ(world_.given.at("requirements.in"), "colorama\n");
  EXPECT_EQ(resolved->resolver, "uv 0.12.5");
  ASSERT_EQ(resolved->artifacts.size(), 2);
  EXPECT_EQ(resolved->artifacts[0].name(), "colorama");
  EXPECT_THAT(resolved->artifacts[0].target(), ElementsAre("windows-11/amd64"));
  EXPECT_THAT(resolved->artifacts[1].target(),
              ElementsAre("debian-12/arm64", "windows-11/amd64"));
}

TEST_F(PythonPackagesResolverTest, VersionsStayWhereTheyAreKnown) {
  Lock::Artifact before;
  before.set_name("idna");
  before.set_version("3.6");
  ASSERT_OK(Resolve("environment: '.venv' requirement: 'idna'", {before}));
  EXPECT_THAT(world_.asked[0], HasSubstr("--output-file pylock.answer.toml"));
  EXPECT_THAT(world_.given.at("pylock.answer.toml"),
              HasSubstr("name = \"idna\"\nversion = \"3.6\"\n"));
}

TEST_F(PythonPackagesResolverTest, HashesAdmitNoOtherFile) {
  host_.facts().AddFile(
      "/plan/r.txt",
      absl::StrCat("idna==3.7 --hash=sha256:", std::string(64, '9'), "\n"));
  EXPECT_THAT(Resolve("environment: '.venv' requirements: 'r.txt'").status(),
              HasDiagnosticId("lock/no-wheel"));
}

TEST_F(PythonPackagesResolverTest, APylockIsTakenOverWithoutAsking) {
  host_.facts().AddFile("/plan/app/pylock.toml", kAnswerText);
  host_.facts().AddMissing("/plan/app/pyproject.toml");
  const auto resolved = Resolve("environment: '.venv' project: 'app'");
  ASSERT_OK(resolved);
  EXPECT_THAT(world_.asked, IsEmpty());
  EXPECT_EQ(resolved->resolver, "pylock.toml");
  EXPECT_EQ(resolved->artifacts.size(), 2);
}

TEST_F(PythonPackagesResolverTest, AUvLockIsReadByUvAndNotResolved) {
  host_.facts().AddFile("/plan/app/pyproject.toml", "[project]\nname = 'a'\n");
  host_.facts().AddFile("/plan/app/uv.lock", "version = 1\n");
  // Whether there is a pylock is not on record: no answer is made up.
  EXPECT_THAT(Resolve("environment: '.venv' project: 'app'").status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("pylock.toml: the record")));
  EXPECT_THAT(world_.asked, IsEmpty());
  host_.facts().AddMissing("/plan/app/pylock.toml");
  ASSERT_OK(Resolve("environment: '.venv' project: 'app'"));
  EXPECT_THAT(world_.asked[0], HasSubstr("uv export --frozen"));
  EXPECT_THAT(world_.given, Contains(Key("uv.lock")));
}

TEST_F(PythonPackagesResolverTest, TheBasisNamesEveryFileAndThePython) {
  host_.facts().AddFile("/plan/r.txt", "-r more.txt\n");
  host_.facts().AddFile("/plan/more.txt", "idna\n");
  host_.Finish();
  Facts facts(host_.facts(), {.root = "/plan"});
  const auto basis = PythonPackagesResolver().Basis(
      ParseText<PythonPackagesConfig>(
          "environment: '.venv' requirements: 'r.txt'"),
      facts);
  ASSERT_OK(basis);
  ASSERT_EQ(basis->input_size(), 2);
  EXPECT_EQ(basis->input(0).path(), "more.txt");
  EXPECT_EQ(basis->input(1).path(), "r.txt");
  EXPECT_EQ(basis->input(0).sha256().size(), 64);
  EXPECT_EQ(basis->condition(0).value(), "3.11");
}

TEST_F(PythonPackagesResolverTest, SaysWhatIsMissing) {
  EXPECT_THAT(Resolve("environment: 'other' requirement: 'idna'").status(),
              HasDiagnosticId("python_packages/python-version"));
  host_.facts().AddMissing("/plan/nowhere/pylock.toml");
  host_.facts().AddMissing("/plan/nowhere/pyproject.toml");
  EXPECT_THAT(Resolve("environment: '.venv' project: 'nowhere'").status(),
              HasDiagnosticId("python_packages/no-project"));
  EXPECT_OK(Resolve(
      "environment: 'other' requirement: 'idna' python_version: '3.12'"));
}

TEST(PythonPackagesResolverWithoutUvTest, AsksForUv) {
  FakeEnvironment host;
  host.AddBasePip();
  host.Finish();
  Facts facts(host.facts(), {.root = "/plan"});
  OneAnswer world;
  ArtifactRequest request;
  request.targets = {*FindLockTarget("debian-12/amd64")};
  EXPECT_THAT(PythonPackagesResolver()
                  .Resolve(ParseText<PythonPackagesConfig>(
                               "environment: '.venv' requirement: 'idna'"),
                           facts, request, world)
                  .status(),
              HasDiagnosticId("python_packages/no-tool"));
}

}  // namespace
}  // namespace provision
