// P7: whatever is wrong with a command line is refused, and where a word was
// misspelt, with the nearest name. Operators make valid lines invalid; which
// one, and the seed that chose where, are printed with each failure.

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/cli/command_table.h"
#include "core/cli/flag_scanner.h"
#include "core/cli/flags.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

constexpr int kMutants = 200;

using Random = std::mt19937;
using Words = std::vector<std::string>;

template <typename T>
const T& Pick(const std::vector<T>& choices, Random& random) {
  return choices[random() % choices.size()];
}

std::string Misspelt(const std::string& word, Random& random) {
  while (true) {
    std::string other = word;
    const size_t at = 1 + random() % (word.size() - 1);
    switch (random() % 3) {
      case 0:
        other.erase(at, 1);
        break;
      case 1:
        other.insert(at, 1, word[at]);
        break;
      default:
        std::swap(other[at - 1], other[at]);
        break;
    }
    if (other != word) return other;
  }
}

struct Mutant {
  Words words;
  std::string meant = {};  // as in the answer; "" where no word was misspelt
  std::map<std::string, std::string> variables = {};
};

const Words kLine = {"apply", "plan.textproto", "--only", "packages", "--jobs",
                     "2",     "--detail",       "full",   "--offline"};

Words With(size_t at, Words words) {
  Words line = kLine;
  line.erase(line.begin() + at);
  line.insert(line.begin() + at, words.begin(), words.end());
  return line;
}

Words Plus(Words more) {
  Words line = kLine;
  line.insert(line.end(), more.begin(), more.end());
  return line;
}

// A flag that `command` does not take.
std::string Foreign(absl::string_view command, Random& random) {
  std::vector<std::string> names;
  for (const Flag& flag : Flags()) {
    if (!Takes(*FindCommand(command), flag.name)) names.emplace_back(flag.name);
  }
  return Pick(names, random);
}

struct Operator {
  const char* name;
  std::function<Mutant(Random&)> mutate;
};

const std::vector<Operator>& Operators() {
  static const auto* const operators = new std::vector<Operator>{
      {"misspell a command",
       [](Random& random) -> Mutant {
         const std::string command = Pick<std::string>(
             {"apply", "status", "rollback", "validate", "explain", "doctor"},
             random);
         return {{Misspelt(command, random), "x"}, command};
       }},
      {"misspell a flag",
       [](Random& random) -> Mutant {
         const std::string flag = Pick<std::string>(
             {"offline", "all-environments", "assume-done", "progress"},
             random);
         return {Plus({"--" + Misspelt(flag, random)}), "--" + flag};
       }},
      {"misspell a flag with a value",
       [](Random& random) -> Mutant {
         return {With(6, {"--" + Misspelt("detail", random)}), "--detail"};
       }},
      {"misspell a variable's flag after no-",
       [](Random& random) -> Mutant {
         return {Plus({"--no-" + Misspelt("offline", random)})};
       }},
      {"three dashes", [](Random&) -> Mutant { return {Plus({"---json"})}; }},
      {"a letter that is no flag",
       [](Random& random) -> Mutant {
         return {Plus({Pick<std::string>({"-x", "-J", "-1", "-?"}, random)})};
       }},
      {"letters run together",
       [](Random& random) -> Mutant {
         return {
             Plus({Pick<std::string>({"-qv", "-vq", "-hq", "-j4"}, random)})};
       }},
      {"a flag of another command",
       [](Random& random) -> Mutant {
         return {Plus({"--" + Foreign("apply", random), "1"})};
       }},
      {"a flag of another command with =",
       [](Random& random) -> Mutant {
         return {
             {"version", absl::StrCat("--", Foreign("version", random), "=1")}};
       }},
      {"a flag twice",
       [](Random& random) -> Mutant {
         return {Plus(Pick<Words>({{"--jobs", "3"},
                                   {"--jobs=2"},
                                   {"-j", "2"},
                                   {"--detail=short"},
                                   {"--offline"}},
                                  random))};
       }},
      {"a flag and its opposite",
       [](Random&) -> Mutant { return {Plus({"--no-offline"})}; }},
      {"a flag without its value",
       [](Random& random) -> Mutant {
         return {Plus({Pick<std::string>(
             {"--skip", "--root", "--state-dir", "--events", "--approved"},
             random)})};
       }},
      {"a value that is none of the choices",
       [](Random& random) -> Mutant {
         return {
             With(7, {Pick<std::string>({"ful", "FULL", "", "0"}, random)})};
       }},
      {"a number that is none",
       [](Random& random) -> Mutant {
         return {With(
             5, {Pick<std::string>({"two", "2.5", "", "0x2", "2x"}, random)})};
       }},
      {"a number that does not fit",
       [](Random& random) -> Mutant {
         return {With(
             5, {Pick<std::string>({"-1", "2147483648", "99999999999999999999"},
                                   random)})};
       }},
      {"a boolean that is neither",
       [](Random& random) -> Mutant {
         return {With(8, {"--offline=" +
                          Pick<std::string>({"maybe", "2", "tru"}, random)})};
       }},
      {"no- with a value",
       [](Random&) -> Mutant { return {With(8, {"--no-offline=true"})}; }},
      {"no- before a flag that is no boolean",
       [](Random& random) -> Mutant {
         return {Plus({Pick<std::string>({"--no-root", "--no-skip"}, random)})};
       }},
      {"an argument too many",
       [](Random& random) -> Mutant {
         return {
             Plus({Pick<std::string>({"other.textproto", "--", "-"}, random),
                   "more"})};
       }},
      {"an argument too few",
       [](Random& random) -> Mutant {
         return {{Pick<std::string>({"apply", "plan", "validate", "completion"},
                                    random)}};
       }},
      {"half a command",
       [](Random& random) -> Mutant {
         return {{Pick<std::string>({"store", "inspect"}, random)}};
       }},
      {"a command in capitals",
       [](Random& random) -> Mutant {
         return {{Pick<std::string>({"APPLY", "Status", "PLAN"}, random), "x"}};
       }},
      {"a flag of gflags",
       [](Random& random) -> Mutant {
         return {Plus(
             {Pick<std::string>({"--flagfile=x", "--fromenv=x", "--undefok=x",
                                 "--tryfromenv=x", "--helpfull", "--version"},
                                random)})};
       }},
      {"an empty flag",
       [](Random& random) -> Mutant {
         return {Plus({Pick<std::string>({"--=x", "-=x", "--no-"}, random)})};
       }},
      {"a variable with a bad value",
       [](Random& random) -> Mutant {
         return {{"apply", "plan.textproto"},
                 "",
                 {Pick<std::pair<std::string, std::string>>(
                     {{"PROVISION_JOBS", "two"},
                      {"PROVISION_COLOR", "pink"},
                      {"PROVISION_OFFLINE", "perhaps"},
                      {"PROVISION_PROGRESS", ""}},
                     random)}};
       }},
  };
  return *operators;
}

TEST(MutatedCommandLinesTest, TheLineItselfIsValid) {
  EXPECT_THAT(ScanCommandLine(kLine, {}).errors, IsEmpty());
}

TEST(MutatedCommandLinesTest, EveryMutantIsRefused) {
  ASSERT_GE(Operators().size(), 20u);
  for (int seed = 0; seed < kMutants; ++seed) {
    const Operator& by = Operators()[seed % Operators().size()];
    Random random(seed);
    const Mutant mutant = by.mutate(random);
    SCOPED_TRACE(absl::StrCat("seed ", seed, ": ", by.name, ": ",
                              absl::StrJoin(mutant.words, " ")));
    const ScanResult scan = ScanCommandLine(mutant.words, mutant.variables);
    EXPECT_THAT(scan.errors, Not(IsEmpty()));
    bool names_it = mutant.meant.empty();
    for (const Diagnostic& error : scan.errors) {
      EXPECT_TRUE(absl::StartsWith(error.id(), "usage/")) << error.id();
      EXPECT_THAT(error.next(), Not(IsEmpty())) << error.message();
      for (const Diagnostic::Detail& detail : error.detail()) {
        names_it |= absl::StrContains(detail.text(),
                                      absl::StrCat("`", mutant.meant, "`"));
      }
    }
    EXPECT_TRUE(names_it) << "nobody said " << mutant.meant;
  }
}

}  // namespace
}  // namespace provision
