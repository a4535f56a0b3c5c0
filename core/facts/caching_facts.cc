#include "core/facts/caching_facts.h"

#include <utility>

#include "core/base/serialize.h"

namespace provision {

FactValue CachingFacts::Read(const FactQuery& query) {
  std::string key = DeterministicBytes(query);
  uint64_t drops = 0;
  {
    absl::MutexLock lock(&mutex_);
    auto found = values_.find(key);
    if (found != values_.end()) return found->second;
    drops = drops_;
  }
  // Without the lock: a command may take seconds.
  FactValue value = reader_.Read(query);
  absl::MutexLock lock(&mutex_);
  if (drops == drops_) values_.emplace(std::move(key), value);
  return value;
}

void CachingFacts::DropAll() {
  absl::MutexLock lock(&mutex_);
  values_.clear();
  ++drops_;
}

}  // namespace provision
