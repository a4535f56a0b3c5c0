#ifndef PROVISION_CORE_ENGINE_NAMED_MUTEXES_H_
#define PROVISION_CORE_ENGINE_NAMED_MUTEXES_H_

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace provision {

// The mutexes of a run by their names: shared resources of the host, such as
// "packages" (reliability.md 9.3). Thread-safe; outlives what is Held.
class NamedMutexes {
 public:
  // Locks mutexes for as long as it lives.
  class Held {
   public:
    Held() = default;
    Held(Held&&) = default;
    Held& operator=(Held&&) = delete;
    ~Held();

   private:
    friend class NamedMutexes;
    std::vector<absl::Mutex*> mutexes_;
  };

  // All of `names`, in their order, so that two threads never wait for each
  // other. Tells each name that has to be waited for.
  Held Lock(const std::set<std::string>& names,
            const std::function<void(absl::string_view name)>& on_wait);

 private:
  absl::Mutex& Find(const std::string& name);

  absl::Mutex mutex_;
  std::map<std::string, std::unique_ptr<absl::Mutex>> named_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_NAMED_MUTEXES_H_
