// The provisioner with the real pip, and the real uv where there is one, in an
// environment and with wheels that the test makes.

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/local_system.h"
#include "core/base/system.h"
#include "core/testing/live_facts.h"
#include "core/testing/testing.h"
#include "plugins/python_packages/python_packages_provisioner.h"
#include "re2/re2.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kMakeWheels[] =
    "plugins/python_packages/testdata/make_wheels.py";

// A plan's folder with wheels and an environment made from `python3` on PATH,
// as the python provisioner makes it: settings and links, no pip.
class PythonPackagesProofTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    base_ = Ask("import sys; print(sys.base_prefix)");
    if (base_.empty()) GTEST_SKIP() << "no python3 on PATH";
    const std::string version =
        Ask("import sys; print('%d.%d' % sys.version_info[:2])");
    site_ = absl::StrCat(".venv/lib/python", version, "/site-packages");
    folder_.Write(".venv/pyvenv.cfg",
                  absl::StrCat("home = ", base_, "/bin\n",
                               "include-system-site-packages = false\n"));
    folder_.Write(site_ + "/.keep", "");
    folder_.Write(".venv/bin/.keep", "");
    const std::string base = absl::StrCat(base_, "/bin/python", version);
    const std::string link = folder_.path() + "/.venv/bin/python";
    ASSERT_EQ(symlink(base.c_str(), link.c_str()), 0);
    ASSERT_EQ(std::system(absl::StrCat("python3 -B ", kMakeWheels, " '",
                                       folder_.path(), "/wheels'")
                              .c_str()),
              0);
    system_ = NewLocalSystem();
  }

  // What python3 prints; empty if there is none.
  std::string Ask(const std::string& script) {
    const std::string out = folder_.Write("answer", "");
    const std::string command =
        absl::StrCat("python3 -c \"", script, "\" > '", out, "' 2>&1");
    if (std::system(command.c_str()) != 0) return "";
    return std::string(absl::StripAsciiWhitespace(folder_.Read("answer")));
  }

  Proposal Propose(absl::string_view requirements) {
    folder_.Write("r.txt", requirements);
    const std::unique_ptr<FactReader> host = NewLiveFacts(*system_);
    FactScope scope;
    scope.root = folder_.path();
    Facts facts(*host, scope);
    const PythonPackagesProvisioner provisioner;
    const Provisioner& interface = provisioner;
    auto proposal =
        interface.Propose(ParseText<PythonPackagesConfig>(absl::StrCat(
                              "environment: '.venv' requirements: 'r.txt' "
                              "find_links: 'wheels' no_index: true "
                              "package_manager: ",
                              GetParam())),
                          facts);
    EXPECT_OK(proposal);
    return *std::move(proposal);
  }

  // Whether this machine has the tool at all.
  static bool HasTool(const Proposal& proposal) {
    for (const Diagnostic& diagnostic : proposal.diagnostic()) {
      if (diagnostic.id() == "python_packages/no-tool") return false;
    }
    return true;
  }

  ProcessResult Start(const std::vector<std::string>& argv,
                      const std::map<std::string, std::string>& environment) {
    ProcessSpec spec;
    spec.argv = argv;
    spec.environment = environment;
    spec.environment["HOME"] = folder_.path() + "/home";
    spec.environment["PATH"] = "/usr/bin:/bin";
    spec.deadline = absl::Minutes(2);
    const auto result = system_->Run(spec);
    EXPECT_OK(result);
    return result.value_or(ProcessResult());
  }

  // The id of the failure, or empty.
  std::string Perform(const Action& action) {
    const provision::Run& run = action.run();
    std::map<std::string, std::string> environment;
    for (const EnvironmentVariable& variable : run.environment()) {
      environment[variable.name()] = variable.value();
    }
    const ProcessResult result =
        Start({run.argv().begin(), run.argv().end()}, environment);
    if (result.ok()) return "";
    for (const FailurePattern& failure : run.failure()) {
      for (const std::string* text :
           {&result.standard_output, &result.standard_error}) {
        if (RE2::PartialMatch(*text, failure.pattern())) return failure.id();
      }
    }
    return absl::StrCat("unknown: ", result.standard_error);
  }

  void Apply(const Proposal& proposal) {
    for (const Action& action : proposal.action()) {
      if (action.has_remove()) {
        std::filesystem::remove_all(action.remove().path());
      } else {
        EXPECT_EQ(Perform(action), "");
      }
    }
    for (const Check& check : proposal.check()) {
      const auto& argv = check.command().argv();
      const ProcessResult result = Start({argv.begin(), argv.end()}, {});
      EXPECT_TRUE(result.ok()) << result.standard_error;
    }
  }

  std::string Path(const std::string& name) const {
    return absl::StrCat(folder_.path(), "/", site_, "/", name);
  }

  // Says when a file was put in place.
  struct stat Stat(const std::string& name) const {
    struct stat state = {};
    EXPECT_EQ(stat(Path(name).c_str(), &state), 0) << name;
    return state;
  }

  TemporaryFolder folder_;
  std::string base_;
  std::string site_;
  std::unique_ptr<System> system_;
};

#define SKIP_WITHOUT_TOOL(proposal)                                  \
  if (!HasTool(proposal)) {                                          \
    GTEST_SKIP() << "no " << GetParam() << " that runs is in sight"; \
  }

TEST_P(PythonPackagesProofTest, InstallsOnceAndBringsBackExactlyWhatIsDamaged) {
  const Proposal first = Propose("alpha\nbeta<2\n");
  SKIP_WITHOUT_TOOL(first);
  ASSERT_EQ(first.action_size(), 1) << first.DebugString();
  EXPECT_EQ(first.fidelity(), Proposal::PREDICTED);
  Apply(first);
  EXPECT_THAT(Propose("alpha\nbeta<2\n").action(), IsEmpty());

  const struct stat beta = Stat("beta/data.txt");
  for (const bool remove : {true, false}) {
    if (remove) {
      ASSERT_EQ(unlink(Path("alpha/data.txt").c_str()), 0);
    } else {
      folder_.Write(site_ + "/alpha/data.txt", "another size of data");
    }
    const Proposal second = Propose("alpha\nbeta<2\n");
    ASSERT_EQ(second.action_size(), 1) << second.DebugString();
    Apply(second);
    EXPECT_EQ(folder_.Read(site_ + "/alpha/data.txt"), "data of alpha");
    EXPECT_EQ(Stat("beta/data.txt").st_ino, beta.st_ino);
    EXPECT_EQ(Stat("beta/data.txt").st_mtime, beta.st_mtime);
    EXPECT_THAT(Propose("alpha\nbeta<2\n").action(), IsEmpty());
  }

  // A killed run leaves no RECORD.
  ASSERT_EQ(unlink(Path("alpha-1.0.dist-info/RECORD").c_str()), 0);
  Apply(Propose("alpha\nbeta<2\n"));
  EXPECT_THAT(Propose("alpha\nbeta<2\n").action(), IsEmpty());

  // Another bound: the version changes, and then it is so.
  Apply(Propose("alpha\nbeta>=2\n"));
  EXPECT_THAT(folder_.Read(site_ + "/beta/__init__.py"), HasSubstr("2.0"));
  EXPECT_THAT(Propose("alpha\nbeta>=2\n").action(), IsEmpty());
}

TEST_P(PythonPackagesProofTest, HashesAreKeptWhenADamagedOneComesBack) {
  const std::string wheel =
      folder_.path() + "/wheels/beta-1.0-py3-none-any.whl";
  const std::string sha256 =
      Ask(absl::StrCat("import hashlib; print(hashlib.sha256(open('", wheel,
                       "', 'rb').read()).hexdigest())"));
  const std::string file =
      absl::StrCat("beta==1.0 --hash=sha256:", sha256, "\n");
  const Proposal first = Propose(file);
  SKIP_WITHOUT_TOOL(first);
  Apply(first);
  ASSERT_EQ(unlink(Path("beta/data.txt").c_str()), 0);
  Apply(Propose(file));
  EXPECT_THAT(Propose(file).action(), IsEmpty());

  // The file is now another one: it is not let in.
  ASSERT_EQ(unlink(Path("beta/data.txt").c_str()), 0);
  const std::string wrong =
      absl::StrCat("beta==1.0 --hash=sha256:", std::string(64, '0'), "\n");
  const Proposal refused = Propose(wrong);
  std::string last = "nothing was done";
  for (const Action& action : refused.action()) last = Perform(action);
  EXPECT_EQ(last, "python_packages/hash-mismatch");
}

TEST_P(PythonPackagesProofTest, FailuresAreToldApart) {
  struct Case {
    const char* requirement;
    const char* id;
  };
  for (const Case& c : {
           Case{"alpha==9", "python_packages/no-such-version"},
           Case{"gamma", "python_packages/no-wheel"},
           Case{"nowhere", "python_packages/no-such-package"},
       }) {
    const Proposal proposal = Propose(c.requirement);
    SKIP_WITHOUT_TOOL(proposal);
    ASSERT_EQ(proposal.action_size(), 1);
    EXPECT_EQ(Perform(proposal.action(0)), c.id) << c.requirement;
  }
}

TEST_P(PythonPackagesProofTest, TheCheckFindsWhatCannotBeImported) {
  const Proposal proposal = Propose("broken-import\n");
  SKIP_WITHOUT_TOOL(proposal);
  ASSERT_EQ(proposal.action_size(), 1);
  EXPECT_EQ(Perform(proposal.action(0)), "");
  ASSERT_EQ(proposal.check_size(), 1);
  const auto& argv = proposal.check(0).command().argv();
  const ProcessResult result = Start({argv.begin(), argv.end()}, {});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.standard_error,
              HasSubstr("broken-import: ModuleNotFoundError: No module named "
                        "'no_such_module'"));
}

TEST_P(PythonPackagesProofTest, TheBaseInterpreterStaysAsItIs) {
  const auto listing = [this] {
    const std::unique_ptr<FactReader> host = NewLiveFacts(*system_);
    std::string text;
    for (const char* folder : {"/lib/python3/dist-packages", "/local/lib"}) {
      Facts facts(*host, {});
      for (const auto& entry : facts.Listing(base_ + folder)) {
        absl::StrAppend(&text, entry.ShortDebugString(), "\n");
      }
    }
    return text;
  };
  const std::string before = listing();
  const Proposal proposal = Propose("alpha");
  SKIP_WITHOUT_TOOL(proposal);
  Apply(proposal);
  EXPECT_EQ(listing(), before);
}

INSTANTIATE_TEST_SUITE_P(Tools, PythonPackagesProofTest,
                         testing::Values("PIP", "UV"), [](const auto& info) {
                           return std::string(info.param);
                         });

}  // namespace
}  // namespace provision
