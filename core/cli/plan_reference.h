#ifndef PROVISION_CORE_CLI_PLAN_REFERENCE_H_
#define PROVISION_CORE_CLI_PLAN_REFERENCE_H_

#include <string>

#include "core/cli/schema_reference.h"

namespace provision {

// docs/plan_reference.md: every field of a plan and of each provisioner, as
// their protos describe it, in Markdown.
std::string PlanReference(const SchemaReference& schemas);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_PLAN_REFERENCE_H_
