#include "core/project/plan_writer.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ProjectFinding Taken(ProjectWish::Kind kind, const std::string& file) {
  ProjectFinding finding;
  finding.wish.kind = kind;
  finding.wish.file = file;
  finding.wish.line = 2;
  finding.wish.shown = "as it says";
  return finding;
}

PlanPart Part(const std::string& folder) {
  PlanPart part;
  part.folder = folder;
  part.project.found = {
      Taken(ProjectWish::Kind::kPython, "pyproject.toml"),
      Taken(ProjectWish::Kind::kPackages, "requirements.txt")};
  part.project.found[0].wish.python = ">=3.9";
  part.project.found[1].wish.by_file = true;
  part.project.found[1].wish.requirements = {"a"};
  return part;
}

TEST(PlanWriterTest, WritesOneProject) {
  const WrittenPlan plan = WritePlan("My App", {Part("")});
  EXPECT_EQ(plan.steps, 2);
  EXPECT_EQ(plan.text, R"(# proto-file: core/api/plan.proto
# proto-message: provision.Plan
#
# Written by `provision init` from pyproject.toml, requirements.txt.
name: "my-app"
step {
  name: "python"
  # pyproject.toml:2: as it says
  [provision.python] {
    version: ">=3.9"
    environment: ".venv"
  }
}
step {
  name: "packages"
  after: "python"
  # requirements.txt:2: as it says
  [provision.python_packages] {
    environment: ".venv"
    requirements: "requirements.txt"
  }
}
)");
}

TEST(PlanWriterTest, PathsStartFromThePlansFolder) {
  const WrittenPlan plan = WritePlan("a", {Part("../b")});
  EXPECT_THAT(plan.text, HasSubstr("environment: \"../b/.venv\""));
  EXPECT_THAT(plan.text, HasSubstr("requirements: \"../b/requirements.txt\""));
}

TEST(PlanWriterTest, ALockIsNamedByItsFolder) {
  PlanPart part = Part("");
  part.project.found[1].wish.file = "pylock.toml";
  part.project.found[1].wish.is_locked = true;
  EXPECT_THAT(WritePlan("a", {part}).text, HasSubstr("    project: \".\"\n"));
  part.folder = "../b";
  EXPECT_THAT(WritePlan("a", {part}).text,
              HasSubstr("    project: \"../b\"\n"));
}

TEST(PlanWriterTest, SeveralProjectsAreEnvironments) {
  PlanPart root = Part("");
  root.is_environment = false;
  const WrittenPlan plan =
      WritePlan("a", {root, Part("x/api"), Part("y/api"), Part("y/web")});
  EXPECT_EQ(plan.steps, 6);
  EXPECT_THAT(plan.text, HasSubstr("environment {\n  name: \"api\"\n  path: "
                                   "\"x/api\"\n  step {\n    name: "
                                   "\"python\"\n"));
  EXPECT_THAT(plan.text, HasSubstr("name: \"y-api\"\n  path: \"y/api\""));
  EXPECT_THAT(plan.text, HasSubstr("name: \"web\""));
  EXPECT_THAT(plan.text, HasSubstr("requirements: \"requirements.txt\""));
}

TEST(PlanWriterTest, WithoutAPythonAnyWillDo) {
  PlanPart part = Part("");
  part.project.found.erase(part.project.found.begin());
  EXPECT_THAT(WritePlan("a", {part}).text, HasSubstr("version: \">=3\""));
}

TEST(PlanWriterTest, NothingAskedForIsNoStep) {
  EXPECT_EQ(WritePlan("a", {PlanPart()}).steps, 0);
}

// What a file says cannot end its comment or its string.
TEST(PlanWriterTest, TextFromOutsideStaysWhereItIs) {
  PlanPart part = Part("");
  part.project.found[0].wish.shown = "x\nstep { name: \"evil\" }\xe2\x80\xae";
  part.project.found[0].wish.python = "3\"\n}";
  part.project.not_understood = {{"f\n", 3, "a\rb", "c\nd"}};
  const std::string text = WritePlan("\"\n", {part}).text;
  EXPECT_THAT(text, HasSubstr("# pyproject.toml:2: x\\nstep { name: \"evil\" "
                              "}\\xe2\\x80\\xae\n"));
  EXPECT_THAT(text, HasSubstr("version: \"3\\\"\\n}\""));
  EXPECT_THAT(text, HasSubstr("#   f\\n:3: a\\rb (c\\nd)\n"));
  EXPECT_THAT(text, HasSubstr("name: \"project\"\n"));
}

TEST(PlanWriterTest, SaysWhatDiffersAndWhatIsLeft) {
  PlanPart part = Part("sub");
  ProjectFinding other = Taken(ProjectWish::Kind::kPython, "Dockerfile");
  other.verdict = ProjectFinding::Verdict::kDiffers;
  other.why = "because";
  part.project.found.push_back(other);
  part.project.not_understood = {{"mise.toml", 4, "[tasks.b]", "tasks"}};
  EXPECT_THAT(
      WritePlan("a", {part}).text,
      HasSubstr("#\n# Differs, not taken:\n#   sub/Dockerfile:2: as it says "
                "(because)\n#\n# Not understood, so nothing here brings it "
                "about:\n#   sub/mise.toml:4: [tasks.b] (tasks)\nname: "));
}

}  // namespace
}  // namespace provision
