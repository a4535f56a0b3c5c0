#ifndef PROVISION_CORE_FACTS_ABSENT_FACT_H_
#define PROVISION_CORE_FACTS_ABSENT_FACT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/api/fact.pb.h"

namespace provision {

FactValue AbsentFact(FactValue::Absent::Reason reason, absl::string_view text);

// The answer where reading ended with `error`.
FactValue AbsentFact(const absl::Status& error);

}  // namespace provision

#endif  // PROVISION_CORE_FACTS_ABSENT_FACT_H_
