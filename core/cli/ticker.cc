#include "core/cli/ticker.h"

#include <utility>

namespace provision {

Ticker::Ticker(absl::Duration period, std::function<void()> tick)
    : thread_([this, period, tick = std::move(tick)] {
        while (!ended_.WaitForNotificationWithTimeout(period)) tick();
      }) {}

Ticker::~Ticker() {
  ended_.Notify();
  thread_.join();
}

}  // namespace provision
