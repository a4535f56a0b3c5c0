#ifndef PROVISION_CORE_FACTS_CACHING_FACTS_H_
#define PROVISION_CORE_FACTS_CACHING_FACTS_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "core/api/facts.h"

namespace provision {

// Reads each fact once until the host has changed. Which change moves which
// fact is not guessed: after an action all are read anew. Thread-safe; keeps
// `reader` by reference.
class CachingFacts : public FactReader {
 public:
  explicit CachingFacts(FactReader& reader) : reader_(reader) {}

  FactValue Read(const FactQuery& query) override;

  // Call it after every action, performed or failed. An answer that was being
  // read meanwhile is not kept.
  void DropAll();

 private:
  FactReader& reader_;
  absl::Mutex mutex_;
  std::map<std::string, FactValue> values_ ABSL_GUARDED_BY(mutex_);
  uint64_t drops_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace provision

#endif  // PROVISION_CORE_FACTS_CACHING_FACTS_H_
