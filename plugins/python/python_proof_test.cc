// S3-01 for real: 3.11.7 is wanted, and what is in sight decides what it is.

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "bundles/archive_unpacker.h"
#include "core/base/local_system.h"
#include "core/base/path.h"
#include "core/testing/live_facts.h"
#include "core/testing/live_run.h"
#include "core/testing/no_artifact_readers.h"
#include "core/testing/testing.h"
#include "plugins/python/python_provisioner.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kPacker[] = "plugins/python/testdata/pack_interpreter.py";
constexpr char kDebian[] = "/usr/bin/python3.11";

// The facts of this machine, but for the user: one whose home is a folder of
// the test, so that interpreters are installed there.
class GuestFacts final : public FactReader {
 public:
  GuestFacts(System& system, std::string home)
      : facts_(NewLiveFacts(system)), home_(std::move(home)) {}

  FactValue Read(const FactQuery& query) override {
    FactQuery here = query;
    // What the machine has of its own would stand in for what is made here.
    if (absl::StartsWith(query.listing().path(), "/usr/local/lib/provision")) {
      here.mutable_listing()->set_path(home_ + "/none");
    }
    FactValue value = facts_->Read(here);
    if (query.has_host()) {
      value.mutable_host()->set_home(home_);
      if (value.host().uid() == 0) value.mutable_host()->set_uid(kGuest);
    }
    // The folder of the plan, which may be root's, is the guest's.
    if (query.metadata().path() == ParentPath(home_) && value.has_metadata()) {
      value.mutable_metadata()->set_uid(kGuest);
    }
    return value;
  }

 private:
  static constexpr uint32_t kGuest = 1000;

  std::unique_ptr<FactReader> facts_;
  std::string home_;
};

class PythonProofTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name :
         {"VIRTUAL_ENV", "CONDA_PREFIX", "XDG_DATA_HOME", "XDG_CONFIG_HOME",
          "PYENV_ROOT", "MISE_DATA_DIR", "UV_PYTHON_INSTALL_DIR",
          "UV_PYTHON_INSTALL_MIRROR", "UV_PYTHON_DOWNLOADS"}) {
      unsetenv(name);
    }
    setenv("PATH", "/usr/bin:/bin", 1);
    ASSERT_OK(registry_.Register(std::make_unique<PythonProvisioner>()));
  }

  static std::string Plan(absl::string_view version,
                          absl::string_view more = "") {
    return absl::StrCat(
        "name: 'proof' step { name: 'python' [provision.python] { version: '",
        version, "' environment: '.venv' ", more, " } }");
  }

  // What a program prints; "" if it cannot be run.
  std::string Output(const std::vector<std::string>& argv) {
    ProcessSpec spec;
    spec.argv = argv;
    spec.deadline = absl::Minutes(2);
    const absl::StatusOr<ProcessResult> result = system_->Run(spec);
    if (!result.ok() || !result->ok()) return "";
    return std::string(absl::StripAsciiWhitespace(result->standard_output));
  }

  // "3.11.2 BASE_PREFIX" of the environment.
  std::string Environment() {
    return Output({folder_.path() + "/.venv/bin/python", "-c",
                   "import sys, ssl; print('%d.%d.%d' % sys.version_info[:3], "
                   "sys.base_prefix)"});
  }

  // Commands do not start in the folder of the test's data.
  std::string Packer() {
    return JoinPath(system_->WorkingDirectory(), kPacker);
  }

  static std::string DebianVersion(PythonProofTest& test) {
    return test.Output({kDebian, "-c",
                        "import sys; print('%d.%d.%d' % "
                        "sys.version_info[:3])"});
  }

  const TemporaryFolder folder_;
  const std::string root_ = NormalPath(folder_.path());
  const std::unique_ptr<System> system_ = NewLocalSystem();
  GuestFacts facts_{*system_, root_ + "/home"};
  Registry registry_;
  const std::unique_ptr<ArchiveUnpacker> unpacker_ = NewArchiveUnpacker();
  const ArtifactReaders readers_ = {.archives = *unpacker_,
                                    .wheels = NoArtifactReaders().wheels};
  LiveRun run_{*system_, facts_, registry_, readers_, folder_.path()};
};

TEST_F(PythonProofTest, DebiansStandsInForAnotherPatch) {
  const std::string version = DebianVersion(*this);
  if (version.empty()) GTEST_SKIP() << "no Debian Python 3.11";
  EXPECT_THAT(run_.Apply(Plan("3.11.7")),
              ElementsAre(absl::StrCat("python changed: ", version,
                                       " by rung SYSTEM")));
  EXPECT_EQ(Environment(), version + " /usr");
  EXPECT_THAT(run_.Apply(Plan("3.11.7")), ElementsAre("python already so"));
}

TEST_F(PythonProofTest, PyenvsIsExact) {
  const passwd* user = getpwuid(geteuid());
  const std::string pyenv =
      absl::StrCat(user == nullptr ? "" : user->pw_dir, "/.pyenv");
  const std::string prefix = pyenv + "/versions/3.11.7";
  if (Output({prefix + "/bin/python3.11", "-c", "print(1)"}).empty()) {
    GTEST_SKIP() << "pyenv has no 3.11.7";
  }
  setenv("PYENV_ROOT", pyenv.c_str(), 1);
  EXPECT_THAT(run_.Apply(Plan("3.11.7")),
              ElementsAre("python changed: 3.11.7 by rung EXACT"));
  EXPECT_EQ(Environment(), "3.11.7 " + prefix);
  EXPECT_THAT(run_.Apply(Plan("3.11.7")), ElementsAre("python already so"));
}

TEST_F(PythonProofTest, APyenvFolderIsExact) {
  const std::string version = DebianVersion(*this);
  if (version.empty()) GTEST_SKIP() << "no Debian Python 3.11";
  const std::string prefix = folder_.path() + "/pyenv/versions/" + version;
  ASSERT_EQ(Output({kDebian, "-I", "-B", Packer(), folder_.path() + "/mirror"})
                .size(),
            64u);
  Output({"/bin/mkdir", "-p", prefix});
  Output({"/bin/tar", "-xf", folder_.path() + "/mirror/build.tar.gz", "-C",
          prefix, "--strip-components=1"});
  setenv("PATH", "/none", 1);
  setenv("PYENV_ROOT", (folder_.path() + "/pyenv").c_str(), 1);
  EXPECT_THAT(
      run_.Apply(Plan(version)),
      ElementsAre(absl::StrCat("python changed: ", version, " by rung EXACT")));
  EXPECT_EQ(Environment(), version + " " + NormalPath(prefix));
}

TEST_F(PythonProofTest, AMirrorsOtherPatchStandsIn) {
  const std::string version = DebianVersion(*this);
  if (version.empty()) GTEST_SKIP() << "no Debian Python 3.11";
  const std::string list =
      Output({kDebian, "-I", "-B", Packer(), folder_.path() + "/mirror"});
  ASSERT_EQ(list.size(), 64u);
  setenv("PATH", "/none", 1);
  EXPECT_THAT(run_.Apply(Plan("3.11.7",
                              absl::StrCat("mirror { location: 'mirror' list: "
                                           "'builds.json' list_sha256: '",
                                           list, "' }"))),
              ElementsAre(absl::StrCat("python changed: ", version,
                                       " by rung RELAXED_PATCH")));
  EXPECT_THAT(Environment(), HasSubstr(version + " " + root_ + "/home/"));
}

TEST_F(PythonProofTest, AnEnvironmentIsBetteredWhenThereIsBetter) {
  const passwd* user = getpwuid(geteuid());
  const std::string pyenv =
      absl::StrCat(user == nullptr ? "" : user->pw_dir, "/.pyenv");
  if (Output({pyenv + "/versions/3.11.7/bin/python3.11", "-c", "print(1)"})
          .empty() ||
      DebianVersion(*this).empty()) {
    GTEST_SKIP() << "pyenv has no 3.11.7";
  }
  ASSERT_EQ(run_.Apply(Plan("3.11.7")).size(), 1u);
  folder_.Write(".venv/lib/python3.11/site-packages/kept.py", "");
  setenv("PYENV_ROOT", pyenv.c_str(), 1);
  EXPECT_THAT(run_.Apply(Plan("3.11.7")),
              ElementsAre("python changed: 3.11.7 by rung EXACT"));
  EXPECT_THAT(Environment(), HasSubstr("3.11.7 "));
  // Of the same minor version: what was installed stays.
  EXPECT_EQ(folder_.Read(".venv/lib/python3.11/site-packages/kept.py"), "");
}

TEST_F(PythonProofTest, AMirrorIsAFolder) {
  const std::string version = DebianVersion(*this);
  if (version.empty()) GTEST_SKIP() << "no Debian Python 3.11";
  const std::string list =
      Output({kDebian, "-I", "-B", Packer(), folder_.path() + "/mirror"});
  ASSERT_EQ(list.size(), 64u);
  const std::string mirror = absl::StrCat(
      "mirror { location: 'mirror' list: 'builds.json' list_sha256: '", list,
      "' }");
  EXPECT_THAT(
      run_.Apply(Plan(version, mirror)),
      ElementsAre(absl::StrCat("python changed: ", version, " by rung EXACT")));
  EXPECT_THAT(Environment(),
              HasSubstr(absl::StrCat(version, " ", root_,
                                     "/home/.local/share/provision/python/"
                                     "cpython-",
                                     version, "-linux-")));
  EXPECT_THAT(run_.Apply(Plan(version, mirror)),
              ElementsAre("python already so"));
  // Ours now: the mirror may go, a second environment is made on it.
  EXPECT_EQ(system_
                ->ListDirectory(folder_.path() +
                                "/home/.local/share/provision/python")
                ->size(),
            1u);
}

TEST_F(PythonProofTest, ABrokenArchiveFallsToTheNextRung) {
  const std::string version = DebianVersion(*this);
  if (version.empty()) GTEST_SKIP() << "no Debian Python 3.11";
  const std::string list =
      Output({kDebian, "-I", "-B", Packer(), folder_.path() + "/mirror"});
  ASSERT_EQ(list.size(), 64u);
  folder_.Write("mirror/build.tar.gz", "cut off");
  EXPECT_THAT(
      run_.Apply(Plan(version, absl::StrCat("mirror { location: 'mirror' list: "
                                            "'builds.json' list_sha256: '",
                                            list, "' }"))),
      ElementsAre(absl::StrCat("python changed: ", version, " by rung EXACT")));
  EXPECT_EQ(Environment(), version + " /usr");
}

}  // namespace
}  // namespace provision
