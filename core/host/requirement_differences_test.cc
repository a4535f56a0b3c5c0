#include "core/host/requirement_differences.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAreArray;

TEST(RequirementDifferencesTest, SaysWherePipAndUvDiffer) {
  const struct {
    std::string text;
    std::vector<std::string> notes;
  } kCases[] = {
      {"numpy==1.26.4\n-r more.txt\n--hash=x\n", {}},
      {"--pre\n--trusted-host h.example\n",
       {"1:1 pip honours --pre, uv ignores it with a warning",
        "2:1 pip honours --trusted-host, uv ignores it with a warning"}},
      {"a --config-settings k=v\n",
       {"1:1 pip gives --config-settings to the build, uv refuses the line"}},
      {"-e ./x[a, b]\n-e ./y[a,b]\nb[a, b]\n",
       {"1:4 pip refuses blanks in the extras, uv takes them"}},
      {"-i https://a.example\n-i https://b.example\n",
       {"2:1 pip takes the last --index-url, uv refuses"}},
      {"a\xe9\n", {"0:0 pip guesses by the locale, uv refuses the file"}}};
  for (const auto& c : kCases) {
    RequirementFileSources sources;
    sources.read = [&c](const std::string& path) {
      return path == "/r.txt" ? absl::make_optional(c.text)
                              : absl::make_optional(std::string());
    };
    sources.variable = [](const std::string&) { return absl::nullopt; };
    RequirementSet set;
    ASSERT_OK(ReadRequirementFile("/r.txt", false, sources, set));
    CheckRequirementSet(set);
    std::vector<std::string> notes;
    for (const Diagnostic& note : PipAndUvDifferences(set)) {
      EXPECT_EQ(note.severity(), Diagnostic::NOTE);
      notes.push_back(absl::StrCat(note.place().line(), ":",
                                   note.place().column(), " ", note.message()));
    }
    EXPECT_THAT(notes, ElementsAreArray(c.notes)) << c.text;
  }
}

}  // namespace
}  // namespace provision
