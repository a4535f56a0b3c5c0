#include "core/plan/plan_file.h"

#include "core/base/diagnostic.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

class PlanFileTest : public testing::Test {
 protected:
  PlanFileTest() { system_.SetWorkingDirectory("/home/ada"); }

  FakeSystem system_;
};

TEST_F(PlanFileTest, IsReadOnce) {
  system_.AddFile("/home/ada/app/plan.textproto", "name: \"a\"\n");
  ASSERT_OK_AND_ASSIGN(PlanFile plan,
                       ReadPlanFile(system_, "app/../app/plan.textproto"));
  EXPECT_EQ(plan.file, "app/../app/plan.textproto");
  EXPECT_EQ(plan.path, "/home/ada/app/plan.textproto");
  EXPECT_EQ(plan.folder, "/home/ada/app");
  EXPECT_EQ(plan.content, "name: \"a\"\n");
  EXPECT_EQ(plan.sha256,
            "195443cbf1c02dda1a227f7675bc4f849f8097296becc00ad18ceadf76c8f784");
  EXPECT_TRUE(plan.ours);
  int reads = 0;
  for (const std::string& read : system_.reads()) {
    if (testing::Value(read, testing::HasSubstr("plan.textproto"))) ++reads;
  }
  EXPECT_EQ(reads, 1);
}

TEST_F(PlanFileTest, SaysWhetherItIsOurs) {
  Identity ada;
  ada.uid = 1000;
  system_.SetIdentity(ada);
  system_.AddFile("/plan", "");
  EXPECT_TRUE(ReadPlanFile(system_, "/plan")->ours);
  system_.ChangeOwner("/plan", 1000, 1000);
  EXPECT_TRUE(ReadPlanFile(system_, "/plan")->ours);
  system_.ChangeOwner("/plan", 1001, 1001);
  EXPECT_FALSE(ReadPlanFile(system_, "/plan")->ours);
}

TEST_F(PlanFileTest, SaysWhyItCannotBeRead) {
  system_.AddDirectory("/home/ada/folder");
  system_.AddFile("/home/ada/long", std::string((4 << 20) + 1, ' '));
  system_.AddFile("/home/ada/fits", std::string(4 << 20, ' '));
  EXPECT_OK(ReadPlanFile(system_, "fits"));
  struct Case {
    const char* file;
    const char* id;
  };
  for (const Case& c :
       {Case{"none", "plan/missing"}, Case{"long", "plan/limit"},
        Case{"folder", "host/io"}}) {
    const absl::Status status = ReadPlanFile(system_, c.file).status();
    EXPECT_THAT(status, HasDiagnosticId(c.id));
    EXPECT_EQ(DiagnosticFromStatus(status).place().file(), c.file);
  }
}

}  // namespace
}  // namespace provision
