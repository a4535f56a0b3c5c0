#include "core/cli/man_page.h"

#include <filesystem>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::HasSubstr;

TEST(ManPageTest, PagesAreCurrent) {
  ExpectGolden("docs/man/provision.1", ManOverview());
  for (const Command& command : Commands()) {
    ExpectGolden(absl::StrCat("docs/man/", ManPageName(command)),
                 ManPage(command));
  }
}

// A page of a command that is no more.
TEST(ManPageTest, ThereIsNoOther) {
  std::set<std::string> pages = {"provision.1"};
  for (const Command& command : Commands()) pages.insert(ManPageName(command));
  for (const auto& entry : std::filesystem::directory_iterator("docs/man")) {
    EXPECT_EQ(pages.count(entry.path().filename().string()), 1u)
        << entry.path();
  }
}

TEST(ManPageTest, NoLineIsTakenForARequest) {
  for (const Command& command : Commands()) {
    for (absl::string_view line : absl::StrSplit(ManPage(command), '\n')) {
      EXPECT_FALSE(!line.empty() && line[0] == '\'') << line;
    }
    EXPECT_THAT(ManPage(command), HasSubstr(".SH SYNOPSIS\n\\fBprovision "));
  }
}

}  // namespace
}  // namespace provision
