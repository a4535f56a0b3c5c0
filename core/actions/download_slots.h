#ifndef PROVISION_CORE_ACTIONS_DOWNLOAD_SLOTS_H_
#define PROVISION_CORE_ACTIONS_DOWNLOAD_SLOTS_H_

// How many downloads run at once, whichever steps they are of (bundles.md 8.2).

#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace provision {

// Thread-safe; outlives what is Held.
class DownloadSlots {
 public:
  static constexpr int kAtOnce = 8;
  static constexpr int kFromOneHost = 6;

  // A slot, for as long as it lives.
  class Held {
   public:
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held() { slots_.Give(host_); }

   private:
    friend class DownloadSlots;
    Held(DownloadSlots& slots, absl::string_view host)
        : slots_(slots), host_(host) {}

    DownloadSlots& slots_;
    const std::string host_;
  };

  // Waits until one is free, among all and among those of `host`.
  Held Take(absl::string_view host);

 private:
  void Give(const std::string& host);

  absl::Mutex mutex_;
  int taken_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<std::string, int> of_host_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_DOWNLOAD_SLOTS_H_
