#include "core/base/redacted_output.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/base/secret.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kCanary[] = "correct horse battery";

class RedactedOutputTest : public testing::Test {
 protected:
  Redactor redactor_;
  std::vector<std::string> pieces_;
  std::string text_;
  RedactedOutput output_{redactor_, [this](bool, absl::string_view bytes) {
                           pieces_.push_back(std::string(bytes));
                           absl::StrAppend(&text_, bytes);
                         }};
};

TEST_F(RedactedOutputTest, LinesPassWhenTheyAreWhole) {
  output_.Add(false, "one\ntw");
  EXPECT_THAT(pieces_, ElementsAre("one\n"));
  output_.Add(false, "o\r");
  output_.Add(true, "err");
  EXPECT_THAT(pieces_, ElementsAre("one\n", "two\r"));
  output_.Finish();
  EXPECT_THAT(pieces_, ElementsAre("one\n", "two\r", "err"));
}

TEST_F(RedactedOutputTest, AValueIsFoundWhereverItIsCut) {
  redactor_.Add(Secret(kCanary));
  for (const std::string& form :
       {std::string(kCanary), absl::Base64Escape(kCanary),
        absl::BytesToHexString(kCanary),
        std::string("correct\n horse\r\n bat\ntery")}) {
    const std::string said =
        absl::StrCat("before\nit is ", form, " indeed\nafter\n");
    for (size_t cut = 0; cut <= said.size(); ++cut) {
      text_.clear();
      output_.Add(false, said.substr(0, cut));
      output_.Add(false, said.substr(cut));
      output_.Finish();
      EXPECT_EQ(text_, "before\nit is [secret] indeed\nafter\n") << cut;
    }
  }
}

TEST_F(RedactedOutputTest, AValueOfOneByteAtATimeIsFound) {
  redactor_.Add(Secret(kCanary));
  const std::string said = absl::StrCat("x ", kCanary, "\n", kCanary, "\n\n");
  for (char c : said) output_.Add(false, std::string(1, c));
  output_.Finish();
  EXPECT_EQ(text_, "x [secret]\n[secret]\n\n");
}

TEST_F(RedactedOutputTest, ALoginOfAUrlIsFoundWhereverItIsCut) {
  const std::string said = "from http://ada:hunter2@h/x\n";
  for (size_t cut = 0; cut <= said.size(); ++cut) {
    text_.clear();
    output_.Add(false, said.substr(0, cut));
    output_.Add(false, said.substr(cut));
    output_.Finish();
    EXPECT_EQ(text_, "from http://***@h/x\n") << cut;
  }
}

TEST_F(RedactedOutputTest, ALineWithoutEndDoesNotWaitForEver) {
  redactor_.Add(Secret(kCanary));
  for (int i = 0; i < 100; ++i) output_.Add(false, std::string(10000, 'x'));
  EXPECT_GT(text_.size(), 500000u);
  output_.Finish();
  EXPECT_EQ(text_.size(), 1000000u);
}

TEST_F(RedactedOutputTest, NothingIsPassedOfNothing) {
  output_.Add(false, "");
  output_.Finish();
  EXPECT_THAT(pieces_, IsEmpty());
}

}  // namespace
}  // namespace provision
