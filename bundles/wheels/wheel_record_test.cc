#include "bundles/wheels/wheel_record.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "bundles/testing/refusal_text.h"
#include "core/base/crypto.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

std::string Base64(absl::string_view bytes) {
  return absl::WebSafeBase64Escape(bytes);
}

TEST(WheelRecordTest, ReadsEveryDigestAndAnEmptyOne) {
  const std::string text =
      absl::StrCat("a.py,sha256=", Base64(Sha256Bytes("a")), ",1\r\n",
                   "b.py,sha384=", Base64(Sha384Bytes("b")), ",\n",
                   "\"c,\"\"d\"\"\n.py\",sha512=", Base64(Sha512Bytes("c")),
                   ",1\n", "x.dist-info/RECORD,,");
  ASSERT_OK_AND_ASSIGN(const std::vector<WheelRecordRow> rows,
                       ParseWheelRecord(text));
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0].size, 1u);
  EXPECT_TRUE(rows[0].digest->Fits("a"));
  EXPECT_FALSE(rows[0].digest->Fits("b"));
  EXPECT_EQ(rows[1].size, absl::nullopt);
  EXPECT_TRUE(rows[1].digest->Fits("b"));
  EXPECT_EQ(rows[2].path, "c,\"d\"\n.py");
  EXPECT_TRUE(rows[2].digest->Fits("c"));
  EXPECT_EQ(rows[3].digest, absl::nullopt);
}

TEST(WheelRecordTest, RefusesWhatIsNoRecord) {
  const std::string good = Base64(Sha256Bytes("a"));
  const struct {
    std::string text, reason;
  } kCases[] = {
      {"a.py", "1 fields in place of 3"},
      {"a.py,,,", "4 fields in place of 3"},
      {"\n", "1 fields in place of 3"},
      {"\"a.py,,", "a quote that does not end"},
      {absl::StrCat("a.py,sha256=", good, ",x"), "no number"},
      {absl::StrCat("a.py,sha256=", good, ",-1"), "no number"},
      {absl::StrCat("a.py,sha256=", good, "=,1"), "not unpadded base64"},
      {"a.py,sha256=AAAA,1", "not unpadded base64"},
      {absl::StrCat("a.py,", good, ",1"), "a digest by"},
      {"a.py,md5=1B2M2Y8AsgTpgAmY7PhCfg,0", "a digest by \"md5\""},
      {"a.py,sha1=2jmj7l5rSw0yVb_vlWAYkK_YBwk,0", "a digest by \"sha1\""},
  };
  for (const auto& c : kCases) {
    const std::string refusal = RefusalText(ParseWheelRecord(c.text).status());
    EXPECT_THAT(refusal, HasSubstr(c.reason)) << c.text;
    EXPECT_THAT(refusal, EndsWith("[wheel/record]"));
  }
}

TEST(WheelRecordTest, WritesWhatItReads) {
  const std::string text =
      WheelRecordText({WheelRecordRowOf("b", Sha256Hex("b"), 1),
                       WheelRecordRowOf("a,b", Sha256Hex(""), 0),
                       {.path = "RECORD"}});
  EXPECT_EQ(text,
            absl::StrCat("RECORD,,\n\"a,b\",sha256=", Base64(Sha256Bytes("")),
                         ",0\nb,sha256=", Base64(Sha256Bytes("b")), ",1\n"));
  ASSERT_OK_AND_ASSIGN(const std::vector<WheelRecordRow> rows,
                       ParseWheelRecord(text));
  EXPECT_EQ(WheelRecordText(rows), text);
}

}  // namespace
}  // namespace provision
