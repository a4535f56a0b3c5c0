#include "core/cli/completion.h"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/cli/command_table.h"
#include "core/cli/flags.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// What bash offers when TAB is pressed behind the last of `words`. Nothing but
// bash itself runs: PATH is empty.
std::vector<std::string> Complete(const std::vector<std::string>& words) {
  TemporaryFolder folder;
  std::string script = CompletionScript("bash");
  absl::StrAppend(&script, "COMP_WORDS=(provision");
  for (const std::string& word : words)
    absl::StrAppend(&script, " '", word, "'");
  absl::StrAppend(&script, ")\nCOMP_CWORD=", words.size(),
                  "\n_provision\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n");
  const std::string file = folder.Write("script", script);
  const std::string out = folder.Write("out", "");
  EXPECT_EQ(std::system(absl::StrCat("PATH= /bin/bash -u '", file, "' > '", out,
                                     "' 2>&1")
                            .c_str()),
            0);
  return absl::StrSplit(folder.Read("out"), '\n', absl::SkipEmpty());
}

TEST(CompletionTest, BashOffersCommandsFlagsAndValues) {
  EXPECT_THAT(Complete({""}), AllOf(Contains("apply"), Contains("init"),
                                    Not(Contains("show"))));
  EXPECT_THAT(Complete({"ap"}), ElementsAre("apply"));
  EXPECT_THAT(Complete({"plan", "s"}), ElementsAre("show"));
  EXPECT_THAT(Complete({"inspect", ""}), ElementsAre("requirements"));
  EXPECT_THAT(Complete({"apply", "p", "--dur"}), ElementsAre("--durability"));
  EXPECT_THAT(Complete({"plan", "p", "--dur"}), IsEmpty());
  EXPECT_THAT(Complete({"apply", "--durability", ""}),
              ElementsAre("full", "run", "none"));
  EXPECT_THAT(Complete({"--color", "always", "stat"}), ElementsAre("status"));
  EXPECT_THAT(Complete({"plan", "show", "--re"}), IsEmpty());
  EXPECT_THAT(Complete({"completion", "z"}), ElementsAre("zsh"));
  // Bash completes files by itself.
  EXPECT_THAT(Complete({"plan", "--out", ""}), IsEmpty());
}

TEST(CompletionTest, EachScriptNamesEveryCommandAndFlag) {
  for (const char* shell : {"bash", "fish", "zsh"}) {
    const std::string script = CompletionScript(shell);
    for (const Command& command : Commands()) {
      for (absl::string_view word : absl::StrSplit(command.name, ' ')) {
        EXPECT_THAT(script, HasSubstr(std::string(word))) << shell;
      }
    }
    for (const Flag& flag : Flags()) {
      EXPECT_THAT(script, HasSubstr(std::string(flag.name))) << shell;
    }
  }
  EXPECT_EQ(CompletionScript("tcsh"), "");
}

}  // namespace
}  // namespace provision
