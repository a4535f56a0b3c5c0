#ifndef PROVISION_CORE_CLI_TICKER_H_
#define PROVISION_CORE_CLI_TICKER_H_

#include <functional>
#include <thread>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

namespace provision {

// Calls a function again and again from a thread of its own, as long as it
// lives: what draws live lines while the engine is at work.
class Ticker {
 public:
  Ticker(absl::Duration period, std::function<void()> tick);
  ~Ticker();

 private:
  absl::Notification ended_;
  std::thread thread_;
};

}  // namespace provision

#endif  // PROVISION_CORE_CLI_TICKER_H_
