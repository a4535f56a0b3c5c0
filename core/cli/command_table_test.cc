#include "core/cli/command_table.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/cli/flag_scanner.h"
#include "core/cli/flags.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::IsEmpty;

TEST(CommandTableTest, EveryEntryIsComplete) {
  std::set<absl::string_view> names;
  for (const Command& command : Commands()) {
    SCOPED_TRACE(std::string(command.name));
    EXPECT_TRUE(names.insert(command.name).second);
    EXPECT_EQ(FindCommand(command.name), &command);
    EXPECT_FALSE(command.brief.empty());
    EXPECT_TRUE(absl::ascii_islower(command.brief.front()));
    EXPECT_FALSE(command.examples.empty());
    EXPECT_FALSE(command.host.empty());
    EXPECT_EQ(command.arguments.empty(), command.most_arguments == 0);
    EXPECT_LE(command.least_arguments, command.most_arguments);
    EXPECT_THAT(command.exits, testing::Contains(ExitCode::kConverged));
    EXPECT_THAT(command.exits, testing::Contains(ExitCode::kUsage));
    for (absl::string_view flag : command.flags) {
      EXPECT_NE(FindFlag(flag), nullptr) << flag;
    }
  }
}

TEST(CommandTableTest, EveryFlagBelongsToACommand) {
  for (const Flag& flag : Flags()) {
    EXPECT_THAT(CommandsThatTake(flag.name), testing::Not(IsEmpty()))
        << flag.name;
  }
}

// P4: a command in a text passes our own parser.
TEST(CommandTableTest, EveryExampleIsACommandLine) {
  for (const Command& command : Commands()) {
    for (absl::string_view example : command.examples) {
      std::vector<std::string> words = absl::StrSplit(example, ' ');
      ASSERT_EQ(words.front(), "provision");
      words.erase(words.begin());
      const ScanResult result = ScanCommandLine(words, {});
      EXPECT_THAT(result.errors, IsEmpty()) << example;
      EXPECT_EQ(result.line.command, &command) << example;
    }
  }
}

TEST(CommandTableTest, AHelpLineNamesOnlyFlagsOfItsCommand) {
  for (const Command& command : Commands()) {
    for (const Command::HelpLine& line : command.help) {
      for (absl::string_view word :
           absl::StrSplit(line.left, absl::ByAnyChar(" ,"))) {
        if (!absl::ConsumePrefix(&word, "--")) continue;
        EXPECT_TRUE(Takes(command, word)) << command.name << " --" << word;
      }
    }
  }
}

}  // namespace
}  // namespace provision
