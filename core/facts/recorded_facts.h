#ifndef PROVISION_CORE_FACTS_RECORDED_FACTS_H_
#define PROVISION_CORE_FACTS_RECORDED_FACTS_H_

#include <map>
#include <string>

#include "core/api/fact.pb.h"
#include "core/api/facts.h"

namespace provision {

// Answers from a record, as if it were the host that it was made on. What it
// does not hold is NOT_RECORDED.
class RecordedFacts : public FactReader {
 public:
  RecordedFacts() = default;
  // Of two facts with one query the later counts.
  explicit RecordedFacts(const HostRecord& record);

  FactValue Read(const FactQuery& query) override;

  bool Has(const FactQuery& query) const;

 protected:
  void Set(const FactQuery& query, FactValue value);

 private:
  std::map<std::string, FactValue> values_;  // by serialized query
};

}  // namespace provision

#endif  // PROVISION_CORE_FACTS_RECORDED_FACTS_H_
