#include "core/testing/live_facts.h"

#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(LiveFactsTest, ReadsTheSystemAnew) {
  FakeSystem system;
  system.AddFile("/etc/motd", "hello\n");
  const std::unique_ptr<FactReader> host = NewLiveFacts(system);
  EXPECT_THAT(Facts(*host, {}).File("/etc/motd"), IsOkAndHolds("hello\n"));
  system.AddFile("/etc/motd", "bye\n");
  EXPECT_THAT(Facts(*host, {}).File("/etc/motd"), IsOkAndHolds("bye\n"));
}

}  // namespace
}  // namespace provision
