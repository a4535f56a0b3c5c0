#include "plugins/python/version_file.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> Requests(absl::string_view content) {
  std::vector<std::string> texts;
  for (const VersionRequest& request : ReadVersionFile(content).requests) {
    texts.push_back(request.ToString());
  }
  return texts;
}

// After CVE-2022-35861.
TEST(ReadVersionFileTest, P13PathsAreRejectedAndTheRestIsRead) {
  constexpr char kContent[] =
      "# for the build\r\n"
      "../x\r\n"
      "/bin/sh\r\n"
      "\r\n"
      "3.11.7\r\n"
      "3.12 # newest\r\n";
  EXPECT_THAT(Requests(kContent), ElementsAre("3.11.7", "3.12"));
  EXPECT_THAT(ReadVersionFile(kContent).rejected,
              ElementsAre("2: \"../x\": a path is no version",
                          "3: \"/bin/sh\": a path is no version"));
}

TEST(ReadVersionFileTest, WhatIsNoRequestIsTold) {
  EXPECT_THAT(Requests("3.11"), ElementsAre("3.11"));
  EXPECT_THAT(Requests(""), IsEmpty());
  EXPECT_THAT(
      ReadVersionFile("system\nmyenv\n").rejected,
      ElementsAre(HasSubstr("1: \"system\""), HasSubstr("2: \"myenv\"")));
}

}  // namespace
}  // namespace provision
