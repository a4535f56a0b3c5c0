#include "core/cli/ticker.h"

#include "absl/synchronization/blocking_counter.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(TickerTest, TicksUntilItEnds) {
  int ticks = 0;
  {
    absl::BlockingCounter three(3);
    Ticker ticker(absl::Milliseconds(1), [&] {
      if (++ticks <= 3) three.DecrementCount();
    });
    three.Wait();
  }
  const int at_end = ticks;
  EXPECT_GE(at_end, 3);
}

TEST(TickerTest, EndsAtOnce) {
  bool ticked = false;
  {
    Ticker ticker(absl::Hours(1), [&ticked] { ticked = true; });
  }
  EXPECT_FALSE(ticked);
}

}  // namespace
}  // namespace provision
