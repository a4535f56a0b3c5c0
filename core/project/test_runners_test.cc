#include "core/project/test_runners.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/testing/fake_facts.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;

class TestRunnersTest : public testing::Test {
 protected:
  // What is found where `files` lie in /app.
  std::vector<TestRunner> Find(
      const std::vector<std::pair<std::string, std::string>>& files) {
    std::vector<std::string> names;
    for (const auto& [name, content] : files) {
      names.push_back(name);
      reader_.AddFile(absl::StrCat("/app/", name), content);
    }
    reader_.AddDirectory("/app", 0755, names);
    Facts facts(reader_, {});
    return FindTestRunners("/app", facts);
  }

  FakeFacts reader_;
};

TEST_F(TestRunnersTest, ConfigurationSaysItOutright) {
  const std::vector<TestRunner> runners =
      Find({{"Makefile", "all:\n\ntest: all\n\tpytest\n"},
            {"manage.py",
             "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', "
             "'site.settings')\n"},
            {"noxfile.py", "import nox\n@nox.session\ndef tests(s): pass\n"},
            {"pyproject.toml", "[project]\n[tool.pytest.ini_options]\n"},
            {"tox.ini", "[tox]\n[testenv]\n"}});
  ASSERT_EQ(runners.size(), 5u);
  EXPECT_EQ(runners[0].command, "python -m pytest");
  EXPECT_THAT(runners[0].evidence,
              ElementsAre("pyproject.toml:2: [tool.pytest.ini_options]"));
  EXPECT_EQ(runners[1].command, "python manage.py test");
  EXPECT_EQ(runners[1].evidence.size(), 1u);
  EXPECT_THAT(runners[2].evidence,
              ElementsAre("tox.ini:1: [tox]", "tox.ini:2: [testenv]"));
  EXPECT_THAT(runners[3].evidence, ElementsAre("noxfile.py:2: @nox.session"));
  EXPECT_EQ(runners[4].command, "make test");
  EXPECT_THAT(runners[4].evidence, ElementsAre("Makefile:3: test: all"));
}

// A file called test_* that has no test in it is none.
TEST_F(TestRunnersTest, WhatIsInAFileCountsAndNotItsName) {
  const std::vector<TestRunner> runners = Find(
      {{"checks.py", "import unittest\nclass A(unittest.TestCase): pass\n"},
       {"test_data.py", "ROWS = []\n"},
       {"test_plain.py", "def test_one(): pass\n"}});
  ASSERT_EQ(runners.size(), 2u);
  EXPECT_THAT(runners[0].evidence,
              ElementsAre("test_plain.py:1: def test_one(): pass"));
  EXPECT_THAT(runners[1].evidence,
              ElementsAre("checks.py:2: class A(unittest.TestCase): pass"));
}

TEST_F(TestRunnersTest, NothingIsFoundWhereNothingIs) {
  EXPECT_TRUE(Find({{"app.py", "print(1)\n"}}).empty());
}

TEST_F(TestRunnersTest, EvidenceIsShortened) {
  std::vector<std::pair<std::string, std::string>> files;
  for (int i = 0; i < 7; ++i) {
    files.emplace_back(absl::StrCat("test_", i, ".py"), "def test_a(): pass\n");
  }
  const std::vector<TestRunner> runners = Find(files);
  ASSERT_EQ(runners.size(), 1u);
  EXPECT_EQ(runners[0].evidence.size(), kMostEvidence);
  EXPECT_EQ(runners[0].more_evidence, 2);
}

TEST_F(TestRunnersTest, WithoutPythonThereIsNoNumber) {
  TestRunner runner;
  Facts facts(reader_, {});
  EXPECT_THAT(CountTests(runner, "/app", "", facts),
              StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace provision
