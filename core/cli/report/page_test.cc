#include "core/cli/report/page.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/cli/report/page_files.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kPath[] = "core/cli/report/testdata/";

Report Sample() {
  return ParseText<Report>(
      ReadTestData(absl::StrCat(kPath, "report.textproto")));
}

int Count(absl::string_view text, absl::string_view part) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, part);
  return static_cast<int>(parts.size()) - 1;
}

TEST(PageTest, IsAsItWas) {
  ExpectGolden(absl::StrCat(kPath, "report.html"), ReportPage(Sample()));
}

TEST(PageTest, TheSameReportGivesTheSameBytes) {
  EXPECT_EQ(ReportPage(Sample()), ReportPage(Sample()));
}

// The browser's test drives the page; this one needs none.
TEST(PageTest, HasAPartForEachStepAndNothingElseToRun) {
  const Report report = Sample();
  const std::string page = ReportPage(report);
  EXPECT_EQ(Count(page, "<details "), report.step_size());
  EXPECT_EQ(Count(page, "</details>"), report.step_size());
  EXPECT_EQ(Count(page, "class=\"node "), report.step_size());
  EXPECT_EQ(Count(page, "<script"), 2);  // the data, and ours
  EXPECT_EQ(Count(page, "</script"), 2);
  EXPECT_EQ(Count(page, "<style"), 1);
  EXPECT_EQ(Count(page, "<!--"), 0);
  EXPECT_THAT(page, Not(HasSubstr("{{")));
}

TEST(PageTest, AsksForNothing) {
  const std::string page = ReportPage(Sample());
  for (absl::string_view word :
       {" src=", "http://", "https://", "url(", "@import", "fetch(",
        " style=", " onclick", "javascript:"}) {
    EXPECT_FALSE(absl::StrContains(page, word)) << word;
  }
  EXPECT_THAT(page, HasSubstr("content=\"default-src 'none'; style-src "
                              "'sha256-"));
}

TEST(PageTest, HostileTextIsText) {
  const std::string page = ReportPage(Sample());
  EXPECT_THAT(page, HasSubstr("&lt;/script&gt;&lt;script&gt;hacked=1"));
  EXPECT_THAT(page, HasSubstr("numpy &lt;!-- \\u202egnp.exe \\x1b[31m"));
  EXPECT_THAT(page, Not(HasSubstr("\xe2\x80\xae")));
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
}

TEST(PageTest, AHundredStepsAreLessThanAMegabyte) {
  Report report = Sample();
  const Report::Step step = report.step(1);
  while (report.step_size() < 100) *report.add_step() = step;
  EXPECT_LT(ReportPage(report).size(), 1'000'000u);
}

}  // namespace
}  // namespace provision
