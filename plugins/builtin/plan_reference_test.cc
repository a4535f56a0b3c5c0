#include "core/cli/plan_reference.h"

#include "core/cli/schema_reference.h"
#include "core/testing/testing.h"
#include "plugins/builtin/builtin_schemas.h"

namespace provision {
namespace {

TEST(PlanReferenceTest, IsCurrent) {
  ExpectGolden("docs/plan_reference.md",
               PlanReference(SchemaReference(BuiltinSchemas())));
}

}  // namespace
}  // namespace provision
