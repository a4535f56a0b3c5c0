#include "core/actions/tree_merge.h"

#include <map>
#include <memory>

#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class TreeMergeTest : public testing::Test {
 protected:
  TreeMergeTest() {
    for (const char* tree : {"/t/here", "/t/staged", "/t/aside"}) {
      system_.AddDirectory(tree);
    }
    here_ = *system_.OpenDirectory("/t/here");
    staged_ = *system_.OpenDirectory("/t/staged");
    aside_ = *system_.OpenDirectory("/t/aside");
  }

  // "+path" comes, "-path" gives way, "*path" both.
  static std::vector<std::string> Text(const Moves& moves) {
    std::vector<std::string> text;
    for (const Preparation::Move& move : moves) {
      const char* sign = !move.gives_way() ? "+" : move.comes() ? "*" : "-";
      text.push_back(sign + move.path());
    }
    return text;
  }

  std::vector<std::string> Plan(const std::vector<std::string>& gone,
                                const std::vector<std::string>& coming) {
    auto moves = PlanMoves(*here_, gone, coming);
    EXPECT_OK(moves);
    return moves.ok() ? Text(*moves) : std::vector<std::string>();
  }

  MergedTrees Trees() { return {*here_, *staged_, *aside_}; }

  FakeSystem system_;
  std::unique_ptr<Directory> here_, staged_, aside_;
};

TEST_F(TreeMergeTest, WhatIsNewComesWhole) {
  EXPECT_THAT(Plan({}, {"lib/a/b.py", "lib/a/c.py", "bin/x"}),
              ElementsAre("+bin", "+lib"));
  system_.AddFile("/t/here/lib/other.py", "");
  EXPECT_THAT(Plan({}, {"lib/a/b.py", "lib/a/c.py", "bin/x"}),
              ElementsAre("+bin", "+lib/a"));
  EXPECT_THAT(Plan({}, {}), IsEmpty());
}

TEST_F(TreeMergeTest, WhatGoesWholeGoesInOne) {
  system_.AddFile("/t/here/lib/a/b.py", "");
  system_.AddFile("/t/here/lib/a/s/c.py", "");
  system_.AddFile("/t/here/lib/other.py", "");
  EXPECT_THAT(Plan({"lib/a/b.py", "lib/a/s/c.py", "lib/gone.py"}, {}),
              ElementsAre("-lib/a"));
  EXPECT_THAT(Plan({"lib/a/b.py", "lib/a/s/c.py"}, {"lib/a/b.py"}),
              ElementsAre("*lib/a"));
  system_.AddFile("/t/here/lib/a/users.txt", "");
  EXPECT_THAT(Plan({"lib/a/b.py", "lib/a/s/c.py"}, {"lib/a/b.py"}),
              ElementsAre("*lib/a/b.py", "-lib/a/s"));
}

TEST_F(TreeMergeTest, AFileGivesWayToAFile) {
  system_.AddFile("/t/here/LICENSE", "");
  system_.AddSymlink("/t/here/link", "LICENSE");
  EXPECT_THAT(Plan({}, {"LICENSE", "link"}), ElementsAre("*LICENSE", "*link"));
  EXPECT_THAT(Plan({"LICENSE"}, {"LICENSE/x"}), ElementsAre("*LICENSE"));
}

TEST_F(TreeMergeTest, AFolderAndAFileCannotBoth) {
  system_.AddFile("/t/here/a", "");
  system_.AddFile("/t/here/b/c", "");
  system_.AddSymlink("/t/here/link", "b");
  const struct {
    std::string coming, reason;
  } kCases[] = {{"a/x", "a: a file, and a folder"},
                {"link/x", "link: a file, and a folder"},
                {"b", "b: a folder, and a file"}};
  for (const auto& c : kCases) {
    EXPECT_THAT(PlanMoves(*here_, {}, {c.coming}).status(),
                testing::AllOf(HasDiagnosticId("apply/conflict"),
                               StatusIs(absl::StatusCode::kFailedPrecondition,
                                        HasSubstr(c.reason))));
  }
  EXPECT_THAT(Plan({"b/c"}, {"b"}), ElementsAre("*b"));
}

class MovingTest : public TreeMergeTest {
 protected:
  MovingTest() {
    system_.AddFile("/t/here/lib/old/x.py", "old x");
    system_.AddFile("/t/here/lib/kept.py", "kept");
    system_.AddFile("/t/here/bin/run", "old run");
    system_.AddFile("/t/staged/lib/new/y.py", "new y");
    system_.AddFile("/t/staged/bin/run", "new run");
    before_ = system_.Snapshot("/t/here");
    moves_ = *PlanMoves(*here_, {"lib/old/x.py", "bin/run"},
                        {"lib/new/y.py", "bin/run"});
  }

  MoveProgress Progress() {
    return *ProgressOf(moves_, *here_, staged_.get(), aside_.get());
  }

  std::map<std::string, std::string> before_;
  Moves moves_;
};

TEST_F(MovingTest, ThereAndBack) {
  EXPECT_THAT(Text(moves_), ElementsAre("*bin", "+lib/new", "-lib/old"));
  EXPECT_EQ(Progress(), MoveProgress::kNone);
  ASSERT_OK(PerformMoves(moves_, Trees()));
  EXPECT_EQ(Progress(), MoveProgress::kAll);
  EXPECT_EQ(system_.Content("/t/here/bin/run"), "new run");
  EXPECT_EQ(system_.Content("/t/here/lib/new/y.py"), "new y");
  EXPECT_EQ(system_.Content("/t/here/lib/kept.py"), "kept");
  EXPECT_EQ(system_.Content("/t/here/lib/old/x.py"), absl::nullopt);
  EXPECT_EQ(system_.Content("/t/aside/lib/old/x.py"), "old x");
  ASSERT_OK(BringBack(moves_, Trees()));
  EXPECT_EQ(Progress(), MoveProgress::kNone);
  EXPECT_EQ(system_.Snapshot("/t/here"), before_);
}

TEST_F(MovingTest, FromEveryPointThereIsAWayBack) {
  for (int n = 1;; ++n) {
    SCOPED_TRACE(n);
    system_.CrashAt(n);
    static_cast<void>(PerformMoves(moves_, Trees()));
    const bool crashed = system_.crashed();
    system_.Restart();
    here_ = *system_.OpenDirectory("/t/here");
    staged_ = *system_.OpenDirectory("/t/staged");
    aside_ = *system_.OpenDirectory("/t/aside");
    EXPECT_NE(Progress(), MoveProgress::kForeign);
    ASSERT_OK(BringBack(moves_, Trees()));
    EXPECT_EQ(system_.Snapshot("/t/here"), before_);
    EXPECT_EQ(Progress(), MoveProgress::kNone);
    if (!crashed) break;
  }
}

TEST_F(MovingTest, WhatOthersDidIsForeign) {
  system_.AddFile("/t/here/lib/new", "of somebody else");
  EXPECT_EQ(Progress(), MoveProgress::kForeign);
  EXPECT_THAT(BringBack(moves_, Trees()),
              HasDiagnosticId("apply/foreign-change"));
  system_.RemoveTree("/t/here/lib/new");
  system_.RemoveTree("/t/here/lib/old");
  EXPECT_EQ(Progress(), MoveProgress::kForeign);
  system_.AddFile("/t/here/lib/old/x.py", "another folder");
  EXPECT_EQ(Progress(), MoveProgress::kForeign);
}

TEST_F(MovingTest, ATreeThatIsNotThereIsEmpty) {
  EXPECT_THAT(ProgressOf(moves_, *here_, nullptr, nullptr),
              IsOkAndHolds(MoveProgress::kNone));
}

}  // namespace
}  // namespace provision
