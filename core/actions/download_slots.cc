#include "core/actions/download_slots.h"

namespace provision {

DownloadSlots::Held DownloadSlots::Take(absl::string_view host) {
  absl::MutexLock lock(&mutex_);
  int& of_host = of_host_[std::string(host)];
  auto is_free = [this, &of_host]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return taken_ < kAtOnce && of_host < kFromOneHost;
  };
  mutex_.Await(absl::Condition(&is_free));
  ++taken_;
  ++of_host;
  return Held(*this, host);
}

void DownloadSlots::Give(const std::string& host) {
  absl::MutexLock lock(&mutex_);
  --taken_;
  --of_host_[host];
}

}  // namespace provision
