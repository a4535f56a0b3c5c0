#include "core/base/planted_bug.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(PlantedBugTest, ThereIsNoneUnlessOneIsAskedFor) {
  static_assert(!IsPlanted("intent_not_synced"));
  static_assert(!IsPlanted(""));
}

}  // namespace
}  // namespace provision
