// The judge must see what is wrong: a program that is not provision stands in.

#include "tools/crash/convergence.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ConvergenceTest : public ::testing::Test {
 protected:
  // `script` gets the words of the command; $HOME/.. is the workspace.
  CaseResult Judge(const std::string& script, const Fault& fault) {
    const std::string program = absl::StrCat(::testing::TempDir(), "program");
    std::ofstream(program) << "#!/bin/sh\ncd $HOME/../tree\n" << script;
    EXPECT_EQ(chmod(program.c_str(), 0755), 0);
    Workspace workspace(absl::StrCat(::testing::TempDir(), "judged"),
                        {program, "/bin/true"});
    ReferencePlan plan;
    plan.name = "plan";
    plan.killed = plan.then = {"apply", "PLAN"};
    absl::StatusOr<UndisturbedRun> undisturbed =
        RunUndisturbed(workspace, plan);
    EXPECT_OK(undisturbed);
    absl::StatusOr<CaseResult> result =
        RunCase(workspace, plan, *undisturbed, {.fault = fault});
    EXPECT_OK(result);
    return *std::move(result);
  }
};

// Call 1 is the start of the program.
constexpr Fault kKill = {.kind = Fault::Kind::kKillBefore, .at = 3};

TEST_F(ConvergenceTest, AGoodProgramIsGood) {
  const CaseResult result =
      Judge("[ -d a ] || mkdir a\n[ -d b ] || mkdir b\n", kKill);
  EXPECT_TRUE(result.fired);
  EXPECT_THAT(result.violations, IsEmpty());
}

TEST_F(ConvergenceTest, AFaultBeyondTheEndDoesNotFire) {
  EXPECT_FALSE(
      Judge("mkdir -p a\n", {.kind = Fault::Kind::kKillBefore, .at = 99})
          .fired);
}

TEST_F(ConvergenceTest, ARunThatDoesNotConvergeIsSeen) {
  const CaseResult result = Judge("mkdir a || exit 3\nmkdir b\n",
                                  {.kind = Fault::Kind::kKillAfter, .at = 3});
  EXPECT_THAT(result.violations,
              Contains(HasSubstr("the next run ends with 3")));
  EXPECT_THAT(result.violations, Contains(HasSubstr("b: absent, not")));
}

TEST_F(ConvergenceTest, AHalfMadeFileIsSeen) {
  const CaseResult result =
      Judge("echo whole > f\n", {.kind = Fault::Kind::kKillAfter, .at = 2});
  EXPECT_THAT(result.violations, Contains(HasSubstr("f is half-made")));
}

TEST_F(ConvergenceTest, ARepeatAfterTheEndIsSeen) {
  const CaseResult result =
      Judge("mkdir -p a b\necho once >> ../ledger\n", kKill);
  EXPECT_THAT(result.violations,
              Contains(HasSubstr("the run after that does something")));
}

TEST_F(ConvergenceTest, AnotherExitCodeIsSeen) {
  const CaseResult result =
      Judge("mkdir -p a || exit 99\n",
            {.kind = Fault::Kind::kErrno, .at = 3, .error_number = EIO});
  EXPECT_THAT(result.violations, Contains(HasSubstr("exit code 99")));
}

TEST_F(ConvergenceTest, AnOrderThatIsNotStableIsAnError) {
  const std::string program = absl::StrCat(::testing::TempDir(), "program");
  std::ofstream(program) << "#!/bin/sh\nmkdir $HOME/$$\n";
  ASSERT_EQ(chmod(program.c_str(), 0755), 0);
  Workspace workspace(absl::StrCat(::testing::TempDir(), "judged"),
                      {program, "/bin/true"});
  ReferencePlan plan;
  plan.killed = plan.then = {"apply"};
  EXPECT_EQ(RunUndisturbed(workspace, plan).status().code(),
            absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace provision
