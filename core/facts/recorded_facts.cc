#include "core/facts/recorded_facts.h"

#include <utility>

#include "core/base/serialize.h"

namespace provision {

RecordedFacts::RecordedFacts(const HostRecord& record) {
  for (const Fact& fact : record.fact()) Set(fact.query(), fact.value());
}

FactValue RecordedFacts::Read(const FactQuery& query) {
  auto found = values_.find(DeterministicBytes(query));
  if (found != values_.end()) return found->second;
  FactValue value;
  value.mutable_absent()->set_reason(FactValue::Absent::NOT_RECORDED);
  value.mutable_absent()->set_text("the record of the host does not have it");
  return value;
}

bool RecordedFacts::Has(const FactQuery& query) const {
  return values_.count(DeterministicBytes(query)) > 0;
}

void RecordedFacts::Set(const FactQuery& query, FactValue value) {
  values_[DeterministicBytes(query)] = std::move(value);
}

}  // namespace provision
