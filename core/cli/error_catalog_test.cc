#include "core/cli/error_catalog.h"

#include "absl/strings/match.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(ErrorCatalogTest, IsSortedAndWhole) {
  absl::string_view last;
  for (const ErrorEntry& entry : ErrorCatalog()) {
    EXPECT_LT(last, entry.id);
    last = entry.id;
    EXPECT_TRUE(absl::StrContains(entry.id, '/')) << entry.id;
    EXPECT_TRUE(absl::EndsWith(entry.text, ".")) << entry.id;
  }
}

}  // namespace
}  // namespace provision
