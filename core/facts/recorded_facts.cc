#include "core/facts/recorded_facts.h"

#include <utility>

#include "core/base/serialize.h"
#include "core/facts/record_privacy.h"

namespace provision {

namespace {

// A record has no secret in its queries either (record_privacy.h).
std::string KeyOf(const FactQuery& query) {
  return DeterministicBytes(RecordableQuery(query));
}

}  // namespace

RecordedFacts::RecordedFacts(const HostRecord& record) {
  for (const Fact& fact : record.fact()) Set(fact.query(), fact.value());
}

FactValue RecordedFacts::Read(const FactQuery& query) {
  auto found = values_.find(KeyOf(query));
  if (found != values_.end()) return found->second;
  FactValue value;
  value.mutable_absent()->set_reason(FactValue::Absent::NOT_RECORDED);
  value.mutable_absent()->set_text("the record of the host does not have it");
  return value;
}

bool RecordedFacts::Has(const FactQuery& query) const {
  return values_.count(KeyOf(query)) > 0;
}

void RecordedFacts::Set(const FactQuery& query, FactValue value) {
  values_[KeyOf(query)] = std::move(value);
}

}  // namespace provision
