#include "core/cli/command_list.h"

#include "core/cli/command_table.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

TEST(CommandListTest, HoldsExactlyTheCommandsOfTheTable) {
  std::vector<absl::string_view> listed, in_table;
  for (const CommandEntry& entry : CommandEntries()) {
    listed.push_back(entry.name);
    EXPECT_NE(entry.run, nullptr);
  }
  for (const Command& command : Commands()) in_table.push_back(command.name);
  EXPECT_EQ(listed, in_table);
}

}  // namespace
}  // namespace provision
