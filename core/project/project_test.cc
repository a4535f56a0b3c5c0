#include "core/project/project.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using Verdict = ProjectFinding::Verdict;
using Kind = ProjectWish::Kind;

ProjectWish Python(const std::string& python) {
  ProjectWish wish;
  wish.python = python;
  return wish;
}

ProjectWish Packages(std::vector<std::string> requirements) {
  ProjectWish wish;
  wish.kind = Kind::kPackages;
  wish.requirements = std::move(requirements);
  return wish;
}

TEST(ProjectTest, TheFirstSourceOfAValueWins) {
  ProjectReading reading;
  reading.name = "app";
  reading.wishes = {Packages({"a"}), Python("3.11.7"), Python(">=3.11"),
                    Python("3.12")};
  const Project project = DecideProject(reading);
  EXPECT_EQ(project.name, "app");
  ASSERT_EQ(project.found.size(), 4u);
  EXPECT_EQ(project.found[0].verdict, Verdict::kTaken);
  EXPECT_EQ(project.found[1].verdict, Verdict::kTaken);
  EXPECT_EQ(project.found[2].verdict, Verdict::kAgrees);
  EXPECT_EQ(project.found[3].verdict, Verdict::kDiffers);
  EXPECT_EQ(project.found[3].why, "no Python is both 3.11.7 and 3.12");
  EXPECT_EQ(project.Taken(Kind::kPython)->python, "3.11.7");
  EXPECT_EQ(DecideProject({}).Taken(Kind::kPackages), nullptr);
}

TEST(ProjectTest, ComparesPackages) {
  const struct {
    std::vector<std::string> taken, other;
    const char* why;
  } kCases[] = {{{"a==1.2", "b"}, {"A>=1"}, ""},
                {{"a==1.2"}, {"a>=2"}, "a 1.2 is not >=2"},
                {{"a==1.2"},
                 {"a @ https://h.example/a.whl"},
                 "a 1.2 is not https://h.example/a.whl"},
                {{"a"}, {"b"}, "b is not asked for there"},
                {{"a>=1"}, {"a>=1"}, ""},
                {{"a>=1"}, {"a"}, ""},
                {{"a>=1"}, {"a>=2"}, "a>=2 here"},
                {{"a"}, {"./local"}, "./local is not asked for there"},
                {{"a==1", "b==2"}, {}, ""}};
  for (const auto& c : kCases) {
    ProjectReading reading;
    reading.wishes = {Packages(c.taken), Packages(c.other)};
    EXPECT_EQ(DecideProject(reading).found[1].why, c.why);
  }
}

}  // namespace
}  // namespace provision
