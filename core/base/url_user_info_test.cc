#include "core/base/url_user_info.h"

#include "gtest/gtest.h"

namespace provision {
namespace {

TEST(UrlUserInfoTest, RedactsEveryUserInfo) {
  struct Case {
    const char* text;
    const char* redacted;
  };
  for (const Case& c : {
           Case{"https://u:p@h.example/x", "https://***@h.example/x"},
           Case{"https://token@h.example", "https://***@h.example"},
           Case{"https://u:p@ss@h.example/a@b", "https://***@h.example/a@b"},
           Case{"a http://u:p@h and http://v:q@i",
                "a http://***@h and http://***@i"},
           Case{"git+ssh://git@h/x", "git+ssh://git@h/x"},
           Case{"git+ssh://git:pw@h/x", "git+ssh://***@h/x"},
           Case{"https://h/x?y=a@b", "https://h/x?y=a@b"},
           Case{"https://h#a@b", "https://h#a@b"},
           Case{"user@example.org", "user@example.org"},
           Case{"https://u@", "https://***@"},
           Case{"://", "://"},
       }) {
    EXPECT_EQ(RedactUrlSecrets(c.text), c.redacted);
    EXPECT_EQ(HasUrlSecret(c.text), std::string(c.text) != c.redacted)
        << c.text;
  }
}

TEST(UrlUserInfoTest, KnowsWhatLiesInTheUserInfo) {
  const std::string text = "-i https://${A}:${B}@h/${C}";
  EXPECT_TRUE(IsInUrlUserInfo(text, text.find("${A}")));
  EXPECT_TRUE(IsInUrlUserInfo(text, text.find("${B}")));
  EXPECT_FALSE(IsInUrlUserInfo(text, text.find("${C}")));
  EXPECT_FALSE(IsInUrlUserInfo(text, 0));
}

}  // namespace
}  // namespace provision
