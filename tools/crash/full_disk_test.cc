// T5: a small file system that is nearly full. Whatever is left of it, nothing
// is half-made, and the same command, apply or rollback, goes on once there is
// room.

#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <memory>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/testing/testing.h"
#include "tools/crash/convergence.h"
#include "tools/crash/crash_fixture.h"

namespace provision {
namespace {

class FullDiskTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char folder[] = "/tmp/full_disk.XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    mount_ = folder;
    if (mount("tmpfs", folder, "tmpfs", 0, "size=4m") != 0) {
      rmdir(folder);
      mount_.clear();
      GTEST_SKIP() << "a tmpfs cannot be mounted";
    }
    workspace_ = std::make_unique<Workspace>(absl::StrCat(mount_, "/work"),
                                             RunfilePrograms());
    absl::StatusOr<UndisturbedRun> undisturbed =
        RunUndisturbed(*workspace_, plan_);
    ASSERT_OK(undisturbed);
    undisturbed_ = *std::move(undisturbed);
  }
  void TearDown() override {
    if (mount_.empty()) return;
    EXPECT_EQ(umount2(mount_.c_str(), MNT_DETACH), 0);
    rmdir(mount_.c_str());
  }

  // Leaves `bytes` for the plan, whatever was left before.
  void Fill(uint64_t bytes) {
    unlink(Ballast().c_str());
    ASSERT_OK(workspace_->Prepare(plan_));
    struct statvfs space;
    ASSERT_EQ(statvfs(mount_.c_str(), &space), 0);
    const uint64_t free = space.f_bfree * space.f_bsize;
    ASSERT_GT(free, bytes);
    std::ofstream(Ballast()) << std::string(free - bytes, 'b');
  }
  std::string Ballast() const { return absl::StrCat(mount_, "/ballast"); }

  // Applies while it is full; a named code, and nothing half-made.
  int ApplyFull() {
    absl::StatusOr<TraceResult> run = workspace_->Run(plan_.killed);
    EXPECT_OK(run);
    EXPECT_EQ(run->end_signal, 0);
    EXPECT_TRUE(
        absl::c_linear_search(std::vector<int>{0, 1, 3, 74}, run->exit_code))
        << run->exit_code << workspace_->Output();
    EXPECT_THAT(HalfMade(workspace_->Tree(),
                         {undisturbed_.before, undisturbed_.after}, {}),
                ::testing::IsEmpty());
    return run->exit_code;
  }

  void GoesOn() {
    ASSERT_EQ(unlink(Ballast().c_str()), 0);
    absl::StatusOr<TraceResult> run = workspace_->Run(plan_.killed);
    ASSERT_OK(run);
    EXPECT_EQ(run->exit_code, 0) << workspace_->Output();
    EXPECT_THAT(TreeDifferences(workspace_->Tree(), undisturbed_.after),
                ::testing::IsEmpty());
  }

  std::string mount_;
  const ReferencePlan plan_ = RunfilePlan("every_kind");
  std::unique_ptr<Workspace> workspace_;
  UndisturbedRun undisturbed_;
};

// Every step up to what the plan needs and 64 KiB of reserve.
constexpr uint64_t kMost = 320 << 10;
constexpr uint64_t kStep = 20 << 10;

TEST_F(FullDiskTest, TheSameCommandGoesOnOnceThereIsRoom) {
  int stopped = 0;
  for (uint64_t bytes = 0; bytes <= kMost; bytes += kStep) {
    SCOPED_TRACE(bytes);
    ASSERT_NO_FATAL_FAILURE(Fill(bytes));
    if (ApplyFull() != 0) ++stopped;
    ASSERT_NO_FATAL_FAILURE(GoesOn());
  }
  EXPECT_GT(stopped, 3) << "it was never full";
}

// A command fills the disk, and the step after it has no room.
constexpr char kFills[] = R"(
name: "fills"
step {
  name: "old"
  [provision.files] {
    file { path: "old" content: "replaced" }
    absent { path: "full" recursive: true }
  }
}
step {
  name: "fill"
  after: "old"
  [provision.command] {
    argv: "/bin/sh"
    argv: "-c"
    argv: "cat /dev/zero > fill 2>/dev/null; true"
    creates: "fill"
  }
}
step {
  name: "late"
  after: "fill"
  [provision.files] { file { path: "late" content: "L" } }
}
)";

// What needs no room is undone at once. An old content that is written back
// needs some: until there is, the rollback stops, and goes on by the same
// command.
TEST_F(FullDiskTest, ARollbackGoesOnOnceThereIsRoom) {
  ReferencePlan plan;
  plan.text = kFills;
  ASSERT_OK(workspace_->Prepare(plan));
  absl::StatusOr<TraceResult> run = workspace_->Run({"apply", "PLAN"});
  ASSERT_OK(run);
  EXPECT_EQ(run->exit_code, 3) << workspace_->Output();
  EXPECT_EQ(workspace_->Tree().count("late"), 0u);
  struct statvfs space;
  ASSERT_EQ(statvfs(mount_.c_str(), &space), 0);
  ASSERT_EQ(space.f_bavail, 0u) << "it is not full";
  run = workspace_->Run({"rollback"});
  ASSERT_OK(run);
  EXPECT_EQ(run->exit_code, 3) << workspace_->Output();
  EXPECT_EQ(workspace_->Tree()["full/a"], undisturbed_.before["full/a"]);
  ASSERT_EQ(unlink(absl::StrCat(workspace_->tree(), "/fill").c_str()), 0);
  run = workspace_->Run({"rollback"});
  ASSERT_OK(run);
  EXPECT_EQ(run->exit_code, 1) << "the command has no inverse\n"
                               << workspace_->Output();
  EXPECT_THAT(TreeDifferences(workspace_->Tree(), undisturbed_.before),
              ::testing::IsEmpty());
}

// The journal is then longer than what was reserved at first.
TEST_F(FullDiskTest, ALongRunStillHasRoomToSayHowItEnds) {
  ReferencePlan plan;
  plan.text = absl::StrReplaceAll(
      kFills, {{"after: \"old\"", "after: \"old\" after: \"many\""}});
  absl::StrAppend(&plan.text, "step { name: 'many' [provision.files] {");
  for (int i = 0; i < 40; ++i) {
    absl::StrAppend(&plan.text, "file { path: 'many", i, "' content: '",
                    std::string(8000, 'c'), "' }\n");
  }
  plan.text += "} }\n";
  ASSERT_OK(workspace_->Prepare(plan));
  absl::StatusOr<TraceResult> run = workspace_->Run({"apply", "PLAN"});
  ASSERT_OK(run);
  EXPECT_EQ(run->exit_code, 3) << workspace_->Output();
  EXPECT_EQ(workspace_->Tree().count("many39"), 1u);
  EXPECT_EQ(workspace_->Tree().count("late"), 0u);
  ASSERT_EQ(unlink(absl::StrCat(workspace_->tree(), "/fill").c_str()), 0);
  run = workspace_->Run({"rollback"});
  ASSERT_OK(run);
  EXPECT_EQ(run->exit_code, 1) << "the command has no inverse\n"
                               << workspace_->Output();
  EXPECT_THAT(TreeDifferences(workspace_->Tree(), undisturbed_.before),
              ::testing::IsEmpty());
}

}  // namespace
}  // namespace provision
