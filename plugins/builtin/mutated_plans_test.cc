// P7: whatever is wrong with a plan is refused, with its position, and with the
// nearest name where a word was misspelt. Operators make valid plans invalid;
// which one, and the seed that chose where, are printed with each failure.

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/plan/plan_check.h"
#include "core/testing/testing.h"
#include "plugins/builtin/builtin.h"

namespace provision {
namespace {

using testing::IsEmpty;
using testing::Not;

constexpr int kMutants = 200;

// Each part of it is there for some operator.
constexpr char kPlan[] = R"(# A comment
name: "search-api"
step {
  name: "python"
  tag: "base"
  timeout_s: 600
  [provision.python] {
    version: "3.11.7"
    ladder: [EXACT, RELAXED_PATCH, SYSTEM]
    environment: ".venv"
    mirror { location: "/srv/mirror" }
  }
}
step {
  name: "packages"
  after: "python"
  [provision.python_packages] {
    environment: ".venv"
    requirements: "requirements.txt"
    package_manager: PIP
  }
  retry { attempts: 3 backoff_s: 2 }
  on_failure: ROLLBACK
  verify { import: "numpy.linalg" }
}
step {
  name: "settings"
  after: "packages"
  when { platform: "linux" outcome: SUCCEEDED }
  [provision.files] {
    file { path: "conf/app.ini" content: "port = 80\n" mode: "0640" }
    directory { path: "data" }
  }
}
step {
  name: "migrate"
  after: "settings"
  consent: "old_data"
  [provision.command] {
    argv: "/bin/sh"
    argv: "migrate.sh"
    destroys: "old_data"
    creates: "done"
  }
}
)";

using Random = std::mt19937;

size_t Below(size_t limit, Random& random) { return random() % limit; }

std::string Pick(const std::vector<std::string>& choices, Random& random) {
  return choices[Below(choices.size(), random)];
}

// `word` with one letter dropped, doubled or changed for its neighbour: near
// enough that its name is found again.
std::string Misspelt(const std::string& word, Random& random) {
  while (true) {
    std::string other = word;
    const size_t at = 1 + Below(word.size() - 1, random);
    switch (Below(3, random)) {
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
  std::string text;
  // The word that the misspelt one is near to; "" where no word was.
  std::string meant = {};
};

// Replaces the first `from`, which is there.
std::string With(absl::string_view from, absl::string_view to) {
  std::string text = kPlan;
  const size_t at = text.find(std::string(from));
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), std::string(to));
}

// Misspells `word` in the first `line` that holds it.
Mutant Misspell(const std::string& line, const std::string& word,
                Random& random) {
  return {
      With(line, absl::StrReplaceAll(line, {{word, Misspelt(word, random)}})),
      word};
}

struct Operator {
  const char* name;
  std::function<Mutant(Random&)> mutate;
};

const std::vector<Operator>& Operators() {
  static const auto* const operators = new std::vector<Operator>{
      {"misspell a field of the plan",
       [](Random& random) { return Misspell("\nstep {", "step", random); }},
      {"misspell a field of a step",
       [](Random& random) {
         const std::string field = Pick(
             {"timeout_s", "retry", "on_failure", "verify", "consent"}, random);
         return Misspell(absl::StrCat("  ", field), field, random);
       }},
      {"misspell a field of a config",
       [](Random& random) {
         const std::string field = Pick(
             {"version", "environment", "requirements", "mirror", "destroys"},
             random);
         return Misspell(absl::StrCat("    ", field), field, random);
       }},
      {"misspell a field within a config",
       [](Random& random) {
         const std::string field = Pick({"path", "content", "mode"}, random);
         return Misspell(
             "file { path: \"conf/app.ini\" content: \"port = "
             "80\\n\" mode: \"0640\" }",
             field, random);
       }},
      {"misspell a provisioner",
       [](Random& random) {
         const std::string name =
             Pick({"python_packages", "files", "command"}, random);
         return Misspell(absl::StrCat("[provision.", name, "]"), name, random);
       }},
      {"misspell a rung",
       [](Random& random) {
         return Misspell("ladder: [EXACT, RELAXED_PATCH, SYSTEM]",
                         Pick({"EXACT", "RELAXED_PATCH", "SYSTEM"}, random),
                         random);
       }},
      {"misspell a choice",
       [](Random& random) {
         return Misspell("on_failure: ROLLBACK", "ROLLBACK", random);
       }},
      {"misspell a predecessor",
       [](Random& random) {
         const std::string step =
             Pick({"python", "packages", "settings"}, random);
         return Misspell(absl::StrCat("after: \"", step, "\""), step, random);
       }},
      {"misspell a consent",
       [](Random& random) {
         return Misspell("consent: \"old_data\"", "old_data", random);
       }},
      {"name two steps alike",
       [](Random&) -> Mutant {
         return {With("name: \"settings\"", "name: \"packages\"")};
       }},
      {"let steps wait for each other",
       [](Random& random) -> Mutant {
         return {
             With("tag: \"base\"",
                  absl::StrCat("after: \"",
                               Pick({"python", "packages", "migrate"}, random),
                               "\""))};
       }},
      {"take a closing brace away",
       [](Random& random) -> Mutant {
         std::string text = kPlan;
         std::vector<size_t> braces;
         for (size_t i = 0; i < text.size(); ++i) {
           if (text[i] == '}') braces.push_back(i);
         }
         text.erase(braces[Below(braces.size(), random)], 1);
         return {text};
       }},
      {"close what is not open",
       [](Random& random) -> Mutant {
         const std::string line = Pick({"name: \"python\"", "timeout_s: 600",
                                        "retry { attempts: 3 backoff_s: 2 }"},
                                       random);
         return {With(line, line + " }")};
       }},
      {"leave a text open",
       [](Random& random) -> Mutant {
         const std::string text = Pick({"\"3.11.7\"", "\"requirements.txt\"",
                                        "\"numpy.linalg\"", "\"conf/app.ini\""},
                                       random);
         return {With(text, text.substr(0, text.size() - 1))};
       }},
      {"a number in place of a text",
       [](Random& random) -> Mutant {
         return {With(
             Pick({"\"3.11.7\"", "\"packages\"", "\"0640\"", "\"/bin/sh\""},
                  random),
             absl::StrCat(Below(1000, random)))};
       }},
      {"a text in place of a number",
       [](Random& random) -> Mutant {
         return {With(Pick({"600", "3 backoff", "2 }"}, random), "\"many\" ")};
       }},
      {"a number that does not fit",
       [](Random& random) -> Mutant {
         return {
             With("timeout_s: 600",
                  absl::StrCat("timeout_s: ", Pick({"99999999999999999999",
                                                    "4294967296", "-5", "1.5"},
                                                   random)))};
       }},
      {"a single field twice",
       [](Random& random) -> Mutant {
         const std::string line = Pick(
             {"timeout_s: 600", "name: \"settings\"", "version: \"3.11.7\"",
              "package_manager: PIP", "on_failure: ROLLBACK"},
             random);
         return {With(line, absl::StrCat(line, " ", line))};
       }},
      {"a step without a name",
       [](Random& random) -> Mutant {
         return {With(
             Pick({"  name: \"python\"\n", "  name: \"migrate\"\n"}, random),
             "")};
       }},
      {"a name that is none",
       [](Random& random) -> Mutant {
         return {With(
             "name: \"migrate\"",
             absl::StrCat("name: \"",
                          Pick({"", "a/b", "a b", "-a", "a:b", "*"}, random),
                          "\""))};
       }},
      {"a step with nothing to do",
       [](Random&) -> Mutant {
         std::string text = kPlan;
         const size_t begin = text.find("  [provision.files]");
         const size_t end = text.find("  }\n", begin) + 4;
         return {text.erase(begin, end - begin)};
       }},
      {"a step with two things to do",
       [](Random& random) -> Mutant {
         return {
             With("  on_failure: ROLLBACK",
                  Pick({"  [provision.command] { argv: \"/bin/true\" }",
                        "  [provision.files] { directory { path: \"x\" } }"},
                       random))};
       }},
      {"a mode that is none",
       [](Random& random) -> Mutant {
         return {With("\"0640\"", Pick({"\"0999\"", "\"rw-r--r--\"",
                                        "\"77777\"", "\"u+x\""},
                                       random))};
       }},
      {"a version that is none",
       [](Random& random) -> Mutant {
         return {With("\"3.11.7\"", Pick({"\"three\"", "\">=\"", "\"3.11.7.\"",
                                          "\"==3..11\""},
                                         random))};
       }},
      {"a required field that is empty",
       [](Random& random) -> Mutant {
         return {With(Pick({"environment: \".venv\"",
                            "requirements: \"requirements.txt\"",
                            "path: \"conf/app.ini\"",
                            "argv: \"/bin/sh\"\n    argv: \"migrate.sh\""},
                           random),
                      "")};
       }},
      {"a byte that is no text",
       [](Random& random) -> Mutant {
         return {With("port = 80",
                      std::string("port ") +
                          Pick({std::string("\xff"), std::string("\xc3("),
                                std::string("\xed\xa0\x80")},
                               random))};
       }},
      {"a word that means nothing here",
       [](Random& random) -> Mutant {
         return {With("timeout_s: 600",
                      Pick({"timeout_s 600", "timeout_s: : 600", "= 600",
                            "timeout_s: 600 601", "@timeout"},
                           random))};
       }},
  };
  return *operators;
}

class MutatedPlansTest : public ::testing::Test {
 protected:
  MutatedPlansTest() { EXPECT_OK(RegisterBuiltins(registry_)); }

  PlanVerdict Judge(const std::string& text) const {
    PlanFile file;
    file.file = "plan.textproto";
    file.path = "/srv/plan.textproto";
    file.folder = "/srv";
    file.content = text;
    return CheckPlan(file, registry_);
  }

  Registry registry_;
};

TEST_F(MutatedPlansTest, ThePlanItselfIsValid) {
  const PlanVerdict verdict = Judge(kPlan);
  for (const Diagnostic& diagnostic : verdict.diagnostics) {
    ADD_FAILURE() << diagnostic.ShortDebugString();
  }
}

TEST_F(MutatedPlansTest, EveryMutantIsRefusedWithItsPosition) {
  ASSERT_GE(Operators().size(), 20u);
  for (int seed = 0; seed < kMutants; ++seed) {
    const Operator& by = Operators()[seed % Operators().size()];
    Random random(seed);
    const Mutant mutant = by.mutate(random);
    SCOPED_TRACE(absl::StrCat("seed ", seed, ": ", by.name, "\n", mutant.text));
    ASSERT_NE(mutant.text, kPlan);
    const PlanVerdict verdict = Judge(mutant.text);
    EXPECT_FALSE(verdict.ok());
    bool names_it = mutant.meant.empty();
    for (const Diagnostic& diagnostic : verdict.diagnostics) {
      EXPECT_EQ(diagnostic.place().file(), "plan.textproto");
      EXPECT_GT(diagnostic.place().line(), 0) << diagnostic.ShortDebugString();
      EXPECT_GT(diagnostic.place().column(), 0)
          << diagnostic.ShortDebugString();
      EXPECT_THAT(diagnostic.id(), Not(IsEmpty()));
      names_it |= absl::StrContains(diagnostic.suggestion(), mutant.meant);
    }
    EXPECT_TRUE(names_it) << "nobody said " << mutant.meant << ": "
                          << verdict.diagnostics[0].ShortDebugString();
  }
}

}  // namespace
}  // namespace provision
