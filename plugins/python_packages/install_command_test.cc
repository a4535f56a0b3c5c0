#include "plugins/python_packages/install_command.h"

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/testing/fake_facts.h"
#include "core/testing/provisioner_golden.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;

const std::string kEnvironment = "/plan/.venv";

PackageTool Uv() { return {true, "0.12.5", {"/usr/bin/uv"}}; }
PackageTool Pip() { return {false, "24.2", {"/b/python", "-m", "pip"}}; }

InstalledDistribution Dist(const std::string& name,
                           const std::string& direct_url = "") {
  InstalledDistribution distribution;
  distribution.name = name;
  distribution.version = "1.0";
  if (!direct_url.empty()) {
    distribution.direct_url.emplace();
    distribution.direct_url->url = direct_url;
  }
  return distribution;
}

struct Input {
  std::string config;
  RequirementSet set;
  ToolSettings settings;
};

std::vector<Action> Actions(
    const Input& input, const PackageTool& tool, bool install,
    const std::vector<InstalledDistribution>& damaged = {}) {
  FakeFacts host;
  host.AddHost(1000, "/home/ada");
  Facts facts(host, GoldenScope());
  const auto config = ParseText<PythonPackagesConfig>(input.config);
  return InstallCommand(config, input.set, tool, input.settings, kEnvironment,
                        facts)
      .Actions(install, damaged);
}

std::vector<std::string> Lines(const std::vector<Action>& actions) {
  std::vector<std::string> lines;
  for (const Action& action : actions) {
    lines.push_back(absl::StrJoin(action.run().argv(), " "));
  }
  return lines;
}

constexpr char kPipInstall[] =
    "/b/python -m pip --require-virtualenv --no-input "
    "--disable-pip-version-check -vv install --progress-bar off";

TEST(InstallCommandTest, InstallsWhatIsAskedFor) {
  Input input;
  input.config = R"pb(environment: ".venv"
                      requirements: "r.txt"
                      requirement: "numpy>=2"
                      constraints: "/c.txt"
                      index_url: "https://i.example"
                      extra_index_url: "https://j.example"
                      find_links: "wheels"
                      wheel_only: true)pb";
  const std::string rest =
      " --index-url https://i.example --extra-index-url https://j.example "
      "--find-links /plan/wheels --only-binary :all: -r /plan/r.txt -c /c.txt "
      "numpy>=2";
  EXPECT_THAT(Lines(Actions(input, Pip(), true)),
              ElementsAre(kPipInstall + rest));
  EXPECT_THAT(Lines(Actions(input, Uv(), true)),
              ElementsAre("/usr/bin/uv pip install --python "
                          "/plan/.venv/bin/python" +
                          rest));
}

TEST(InstallCommandTest, TheActionSaysWhatItIs) {
  Input input;
  input.config = R"pb(environment: ".venv" requirement: "./w/a.zip")pb";
  AddRequirement("./w/a.zip", Diagnostic::Place(), input.set);
  input.set.files.push_back({"/plan/r.txt", "utf-8", {}});
  input.settings.environment.emplace_back().set_name("PIP_CERT");
  input.settings.secrets.emplace_back().set_name("TOKEN");
  const std::vector<Action> actions = Actions(input, Pip(), true);
  ASSERT_EQ(actions.size(), 1);
  const Action& action = actions[0];
  EXPECT_EQ(action.repeat_class(), Action::CONVERGENT);
  EXPECT_EQ(action.reversibility(), Action::NONE);
  EXPECT_THAT(action.output(), ElementsAre("/plan/.venv"));
  EXPECT_THAT(action.run().input(), ElementsAre("/plan/r.txt"));
  EXPECT_EQ(action.run().directory(), "/plan");  // the path is relative to it
  EXPECT_TRUE(action.run().network());
  EXPECT_EQ(action.run().environment(0).name(), "PIP_CERT");
  EXPECT_EQ(action.run().secret(0).name(), "TOKEN");
  EXPECT_GT(action.run().failure_size(), 10);
  EXPECT_EQ(action.run().summary(), "pip 24.2: 1 requirement into .venv");
}

TEST(InstallCommandTest, WithoutRelativePathsTheFolderIsPrivate) {
  Input input;
  input.config = R"pb(environment: ".venv" requirement: "a @ file:///x.zip")pb";
  AddRequirement("a @ file:///x.zip", Diagnostic::Place(), input.set);
  EXPECT_FALSE(Actions(input, Pip(), true)[0].run().has_directory());
}

TEST(InstallCommandTest, UvBringsDamagedOnesBackInTheSameRun) {
  Input input;
  input.config = R"pb(environment: ".venv" requirement: "a")pb";
  EXPECT_THAT(Lines(Actions(input, Uv(), false, {Dist("b"), Dist("c")})),
              ElementsAre("/usr/bin/uv pip install --python "
                          "/plan/.venv/bin/python --reinstall-package b "
                          "--reinstall-package c a"));
}

TEST(InstallCommandTest, PipFetchesDamagedOnesBeforeItTakesThemAway) {
  Input input;
  input.config = R"pb(environment: ".venv" requirements: "r.txt")pb";
  RequirementOption option;
  option.name = "--find-links";
  option.value = "wheels";
  option.place.set_file("/plan/sub/r.txt");
  input.set.options = {option};
  option.name = "--no-index";
  option.value = "";
  input.set.options.push_back(option);
  InstalledDistribution editable = Dist("d", "file:///plan/d");
  editable.direct_url->editable = true;
  InstalledDistribution repository = Dist("e", "https://h.example/e");
  repository.direct_url->vcs = "git";
  repository.direct_url->commit = "c0ffee";
  const std::string reinstall = absl::StrCat(
      kPipInstall,
      " --force-reinstall --no-deps --find-links /plan/sub/wheels --no-index "
      "b==1.0 c @ https://h.example/c.whl --editable file:///plan/d e @ "
      "git+https://h.example/e@c0ffee");
  const std::vector<InstalledDistribution> damaged = {
      Dist("b"), Dist("c", "https://h.example/c.whl"), editable, repository};
  EXPECT_THAT(Lines(Actions(input, Pip(), false, damaged)),
              ElementsAre(reinstall));
  EXPECT_THAT(
      Lines(Actions(input, Pip(), true, damaged)),
      ElementsAre(reinstall, absl::StrCat(kPipInstall, " -r /plan/r.txt")));
}

TEST(InstallCommandTest, WithHashesOrSecretsPipMustReadTheFiles) {
  RequirementEntry hashed;
  hashed.hashes = {"sha256:aa"};
  RequirementOption secret;
  secret.name = "--index-url";
  secret.value = "https://***@i.example";
  Input with_hash;
  with_hash.set.requirements = {hashed};
  Input with_secret;
  with_secret.set.options = {secret};
  for (Input& input : {std::ref(with_hash), std::ref(with_secret)}) {
    input.config = R"pb(environment: ".venv" requirements: "r.txt")pb";
    EXPECT_THAT(Lines(Actions(input, Pip(), false, {Dist("b")})),
                ElementsAre("/b/python -m pip --require-virtualenv --no-input "
                            "--disable-pip-version-check uninstall --yes b",
                            absl::StrCat(kPipInstall, " -r /plan/r.txt")));
  }
}

}  // namespace
}  // namespace provision
