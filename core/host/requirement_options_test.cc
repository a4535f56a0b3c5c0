#include "core/host/requirement_options.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/host/error_offset.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

TEST(RequirementOptionsTest, ReadsEverySpelling) {
  struct Case {
    std::string line;
    std::vector<std::string> options;
  };
  for (const Case& c : {
           Case{"", {}},
           Case{"-i u", {"--index-url=u"}},
           Case{"-iu", {"--index-url=u"}},
           Case{"--index-url=u", {"--index-url=u"}},
           Case{"--index-url u", {"--index-url=u"}},
           Case{"--pypi-url u", {"--index-url=u"}},
           Case{"--ind u", {"--index-url=u"}},  // cut short, still unique
           Case{"--no-index --pre", {"--no-index=", "--pre="}},
           Case{"--hash=a --hash b", {"--hash=a", "--hash=b"}},
           Case{"-C k=v --config-setting a='b c'",
                {"--config-settings=k=v", "--config-settings=a=b c"}},
           Case{"-r 'a b.txt'", {"--requirement=a b.txt"}},
           Case{"-e ./x", {"--editable=./x"}},
           Case{"-e./x", {"--editable=./x"}},
           Case{"--editable=./x", {"--editable=./x"}},
           Case{"-e './a b'", {"--editable=./a b"}},
           Case{R"(-e ./x[d, dev] ; os_name == "posix" --hash=h)",
                {R"(--editable=./x[d, dev] ; os_name == "posix")", "--hash=h"}},
           Case{"-e C:\\x", {"--editable=C:\\x"}},
       }) {
    const auto options = ParseRequirementOptions(c.line, 0);
    ASSERT_TRUE(options.ok()) << c.line << ": " << options.status();
    std::vector<std::string> found;
    for (const ParsedOption& option : *options) {
      found.push_back(absl::StrCat(option.rule->name, "=", option.value));
    }
    EXPECT_EQ(found, c.options) << c.line;
  }
}

TEST(RequirementOptionsTest, KnowsWhereValuesBegin) {
  const auto options = ParseRequirementOptions("x  -i  u --hash=h -e ./p", 1);
  ASSERT_TRUE(options.ok()) << options.status();
  ASSERT_EQ(options->size(), 3);
  EXPECT_EQ((*options)[0].begin, 3);
  EXPECT_EQ((*options)[0].value_begin, 7);
  EXPECT_EQ((*options)[1].value_begin, 16);
  EXPECT_EQ((*options)[2].value_begin, 21);
}

TEST(RequirementOptionsTest, ErrorsSayWhereAndWhat) {
  struct Case {
    std::string line;
    size_t offset;
    std::string message;
  };
  for (const Case& c : {
           Case{"--no-such", 0,
                "`--no-such` is no option of a requirement file"},
           Case{"--index-ulr u", 0,
                "`--index-ulr` is no option of a requirement file; did you "
                "mean --index-url?"},
           Case{"--pre -x", 6, "`-x` is no option of a requirement file"},
           Case{"--no", 0, "`--no` may be --no-index or --no-binary"},
           Case{"--pre=1", 6, "--pre takes no value"},
           Case{"-i", 2, "--index-url needs a value"},
           Case{"--hash=", 7, "--hash needs a value"},
           Case{"-e", 2, "--editable needs a value"},
           Case{"-r a b", 5,
                "`b` follows an option and belongs to nothing; pip would drop "
                "it"},
           Case{"--pre --", 6,
                "`--` follows an option and belongs to nothing; pip would drop "
                "it"},
           Case{"-i 'u", 3, "the quote has no end"},
       }) {
    const absl::Status status = ParseRequirementOptions(c.line, 0).status();
    EXPECT_EQ(status.message(), c.message) << c.line;
    EXPECT_EQ(ErrorOffset(status), c.offset) << c.line;
  }
}

}  // namespace
}  // namespace provision
