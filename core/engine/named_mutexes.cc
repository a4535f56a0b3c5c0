#include "core/engine/named_mutexes.h"

namespace provision {

NamedMutexes::Held::~Held() {
  for (absl::Mutex* mutex : mutexes_) mutex->Unlock();
}

NamedMutexes::Held NamedMutexes::Lock(
    const std::set<std::string>& names,
    const std::function<void(absl::string_view name)>& on_wait)
    ABSL_NO_THREAD_SAFETY_ANALYSIS {
  Held held;
  for (const std::string& name : names) {
    absl::Mutex& mutex = Find(name);
    if (!mutex.TryLock()) {
      on_wait(name);
      mutex.Lock();
    }
    held.mutexes_.push_back(&mutex);
  }
  return held;
}

absl::Mutex& NamedMutexes::Find(const std::string& name) {
  absl::MutexLock lock(&mutex_);
  std::unique_ptr<absl::Mutex>& named = named_[name];
  if (named == nullptr) named = std::make_unique<absl::Mutex>();
  return *named;
}

}  // namespace provision
