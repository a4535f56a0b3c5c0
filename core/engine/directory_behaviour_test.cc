#include "core/engine/directory_behaviour.h"

#include <memory>

#include "core/base/local_system.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(DirectoryBehaviourTest, AnOrdinaryFolderCanAllAndStaysEmpty) {
  TemporaryFolder folder;
  std::unique_ptr<System> system = NewLocalSystem();
  ASSERT_OK_AND_ASSIGN(DirectoryBehaviour found,
                       ProbeBehaviour(*system, folder.path()));
  EXPECT_TRUE(found.symlinks);
  EXPECT_TRUE(found.locks);
  EXPECT_TRUE(found.executables);
  EXPECT_TRUE(system->ListDirectory(folder.path()).value().empty());
}

TEST(DirectoryBehaviourTest, WhatFailsIsSaid) {
  FakeSystem system;
  system.AddDirectory("/data");
  // No script runs there, as on a file system mounted noexec.
  ASSERT_OK_AND_ASSIGN(DirectoryBehaviour found,
                       ProbeBehaviour(system, "/data"));
  EXPECT_TRUE(found.symlinks);
  EXPECT_TRUE(found.locks);
  EXPECT_FALSE(found.executables);
  EXPECT_EQ(system.Snapshot("/data").size(), 1u);
  EXPECT_THAT(ProbeBehaviour(system, "/none"),
              StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace provision
