#include "core/base/redactor.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.pb.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

constexpr char kCanary[] = "s3cret \"Pa/ss\\w+rd?";

TEST(RedactorTest, FindsTheValueInEveryEncoding) {
  Redactor redactor;
  redactor.Add(Secret(kCanary));
  const struct {
    std::string text, redacted;
  } kCases[] = {
      {kCanary, "[secret]"},
      {absl::StrCat("https://u:", kCanary, "@h/"), "https://***@h/"},
      {absl::StrCat(kCanary, kCanary), "[secret]"},
      {absl::StrCat(kCanary, " ", kCanary), "[secret] [secret]"},
      {absl::Base64Escape(kCanary), "[secret]"},
      {absl::WebSafeBase64Escape(kCanary), "[secret]"},
      {absl::BytesToHexString(kCanary), "[secret]"},
      {"73336372657420225061"
       "2F73735C772B72643F",
       "[secret]"},
      {"{\"p\":\"s3cret \\\"Pa/ss\\\\w+rd?\"}", "{\"p\":\"[secret]\"}"},
      {"p=s3cret%20%22Pa%2Fss%5Cw%2Brd%3F&q", "p=[secret]&q"},
      {"p=s3cret%20%22Pa%2fss%5cw%2brd%3f&q", "p=[secret]&q"},
      {"p=s3cret+%22Pa%2Fss%5Cw%2Brd%3F&q", "p=[secret]&q"},
      {"p=s3cret%20%22Pa/ss%5Cw%2Brd%3F&q", "p=[secret]&q"},
      {"s3cret \"P\na/ss\\\r\nw+rd?", "[secret]"},
      {"s3cret \"Pa/ss", "s3cret \"Pa/ss"}};
  for (const auto& c : kCases) EXPECT_EQ(redactor.Redact(c.text), c.redacted);
}

TEST(RedactorTest, FindsTheValueInsideALongerBase64Text) {
  Redactor redactor;
  redactor.Add(Secret("correct horse"));
  for (absl::string_view user : {"", "u", "us", "use", "user"}) {
    const std::string header =
        absl::Base64Escape(absl::StrCat(user, ":correct horse;tail"));
    const std::string redacted = redactor.Redact(header);
    // At most a character at either end still belongs to the value.
    const size_t mask = redacted.find(Redactor::kMask);
    ASSERT_NE(mask, std::string::npos) << user;
    EXPECT_LE(mask, (user.size() + 1) * 8 / 6 + 1);
    EXPECT_LE(redacted.size() - mask - sizeof(Redactor::kMask) + 1,
              10u);  // with padding
  }
}

TEST(RedactorTest, AUrlLosesItsLoginThoughNobodyKnowsIt) {
  Redactor redactor;
  EXPECT_EQ(redactor.Redact("see http://ada:pw@h/x"), "see http://***@h/x");
  redactor.Add(Secret(kCanary));
  EXPECT_EQ(redactor.Redact("see http://ada:pw@h/x"), "see http://***@h/x");
}

TEST(RedactorTest, EachLineOfALongValueIsHiddenByItself) {
  Redactor redactor;
  redactor.Add(Secret("-----KEY-----\nMIIEowIBAAKCAQEA\nshort\n"));
  EXPECT_EQ(redactor.Redact("log: MIIEowIBAAKCAQEA."), "log: [secret].");
  EXPECT_EQ(redactor.Redact("short"), "short");
}

TEST(RedactorTest, AShortValueHidesNothing) {
  Redactor redactor;
  redactor.Add(Secret("abc"));
  EXPECT_EQ(redactor.Redact("abc"), "abc");
  EXPECT_EQ(redactor.longest_form(), 0u);
  redactor.Add(Secret("abcd"));
  EXPECT_EQ(redactor.Redact("abcd"), "[secret]");
  EXPECT_GE(redactor.longest_form(), 8u);
}

TEST(RedactorTest, EveryTextOfAMessageIsRedacted) {
  Redactor redactor;
  redactor.Add(Secret(kCanary));
  Diagnostic diagnostic;
  diagnostic.set_message(kCanary);
  diagnostic.mutable_place()->set_file(kCanary);
  diagnostic.mutable_place()->set_line(3);
  diagnostic.add_next("other");
  diagnostic.add_next(kCanary);
  diagnostic.add_detail()->set_text(kCanary);
  redactor.RedactMessage(&diagnostic);
  EXPECT_EQ(diagnostic.SerializeAsString().find("w+rd"), std::string::npos);
  EXPECT_EQ(diagnostic.message(), Redactor::kMask);
  EXPECT_EQ(diagnostic.place().file(), Redactor::kMask);
  EXPECT_EQ(diagnostic.place().line(), 3);
  EXPECT_EQ(diagnostic.next(0), "other");
  EXPECT_EQ(diagnostic.next(1), Redactor::kMask);
  EXPECT_EQ(diagnostic.detail(0).text(), Redactor::kMask);
}

}  // namespace
}  // namespace provision
