#include "core/api/lock_text.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/base/diagnostic.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::HasSubstr;

constexpr char kText[] = R"(format: 1
step {
  name: "packages"
  config_sha256: "1111111111111111111111111111111111111111111111111111111111111111"
}
target {
  name: "debian-12/amd64"
}
artifact {
  kind: WHEEL
  name: "idna"
  version: "3.7"
  file: "idna-3.7-py3-none-any.whl"
  sha256: "2222222222222222222222222222222222222222222222222222222222222222"
  url: "https://files.index.example/idna-3.7-py3-none-any.whl"
  target: "debian-12/amd64"
  step: "packages"
}
)";

std::string With(absl::string_view before, absl::string_view after) {
  return absl::StrReplaceAll(kText, {{before, after}});
}

TEST(LockTextTest, StandsBesideThePlan) {
  EXPECT_EQ(LockPath("/a/plan.textproto"), "/a/plan.lock.textproto");
  EXPECT_EQ(LockPath("/a/api.textproto"), "/a/api.lock.textproto");
  EXPECT_EQ(LockPath("/a/plan"), "/a/plan.lock.textproto");
}

TEST(LockTextTest, WhatIsWrittenIsReadAgainAndWrittenAlike) {
  const auto lock = ParseLock("l", kText);
  ASSERT_OK(lock);
  const std::string text = LockText(*lock);
  EXPECT_THAT(text, HasSubstr(kText));
  const auto again = ParseLock("l", text);
  ASSERT_OK(again);
  EXPECT_EQ(LockText(*again), text);
}

TEST(LockTextTest, TheOrderOfAnswersDoesNotMatter) {
  Lock lock = *ParseLock("l", kText);
  Lock::Artifact other = lock.artifact(0);
  other.set_file("idna-3.7-py2-none-any.whl");
  Lock backwards = lock;
  *lock.add_artifact() = other;
  backwards.mutable_artifact()->Clear();
  *backwards.add_artifact() = other;
  *backwards.add_artifact() = lock.artifact(0);
  backwards.mutable_artifact(0)->add_target("debian-12/amd64");
  EXPECT_EQ(LockText(lock), LockText(backwards));
}

TEST(LockTextTest, RefusesWithPlaceAndReason) {
  struct Case {
    std::string text;
    const char* id;
    const char* message;
  };
  for (const Case& c : {
           Case{With("version:", "vresion:"), "lock/syntax", "vresion"},
           Case{With("format: 1", "format: 2"), "lock/format", "reads 1"},
           Case{With("format: 1\n", ""), "lock/format", "format is 0"},
           Case{With("222222", "22222G"), "lock/syntax", "no digest"},
           Case{With("111111", "11111"), "lock/syntax", "config_sha256"},
           Case{With("https://", "https://u:p@"), "lock/credentials",
                "contains credentials"},
           Case{With("https://", "ftp://"), "lock/syntax", "no URL of https"},
           Case{With("file: \"idna", "file: \"../idna"), "lock/syntax",
                "no plain file name"},
           Case{With("  target: \"debian-12", "  target: \"debian-13"),
                "lock/syntax", "no target \"debian-13/amd64\""},
           Case{With("  step: \"packages", "  step: \"other"), "lock/syntax",
                "no step \"other\""},
           Case{With("kind: WHEEL", ""), "lock/syntax", "no kind"},
           Case{absl::StrCat(kText, "target { name: \"debian-12/amd64\" }"),
                "lock/syntax", "there twice"},
       }) {
    const absl::Status status =
        ParseLock("plan.lock.textproto", c.text).status();
    EXPECT_THAT(status, HasDiagnosticId(c.id)) << c.message;
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.message));
  }
  const absl::Status status =
      ParseLock("l", With("version:", "vresion:")).status();
  EXPECT_EQ(DiagnosticFromStatus(status).place().line(), 12);
}

TEST(LockTextTest, TheDigestOfAConfigurationIsOfItsFields) {
  Lock::Target a, b;
  a.set_name("x");
  b.set_name("x");
  EXPECT_EQ(ConfigDigest(a), ConfigDigest(b));
  b.set_os("linux");
  EXPECT_NE(ConfigDigest(a), ConfigDigest(b));
}

}  // namespace
}  // namespace provision
