#include "core/base/program_start.h"

#include <sys/resource.h>

#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(ProgramStartTest, TurnsCoreDumpsOff) {
  ASSERT_OK(StartProgram());
  rlimit limit;
  ASSERT_EQ(getrlimit(RLIMIT_CORE, &limit), 0);
  EXPECT_EQ(limit.rlim_cur, 0u);
  EXPECT_EQ(limit.rlim_max, 0u);
}

}  // namespace
}  // namespace provision
