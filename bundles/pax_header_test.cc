#include "bundles/pax_header.h"

#include "absl/strings/str_cat.h"
#include "bundles/testing/refusal_text.h"
#include "bundles/testing/tar_builder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Parsed {
  absl::StatusOr<PaxHeader> header;
  std::set<std::string> allowances;
};

Parsed Parse(absl::string_view records,
             ArchiveProfile profile = ArchiveProfile::kStrict,
             PaxScope scope = PaxScope::kLocal) {
  Parsed parsed = {absl::UnknownError(""), {}};
  parsed.header =
      ParsePaxHeader(records, scope, profile, "m", &parsed.allowances);
  return parsed;
}

TEST(PaxHeaderTest, OverridesAndTheRest) {
  Parsed parsed = Parse(
      absl::StrCat(PaxRecord("path", "a/b=c d"), PaxRecord("linkpath", "t"),
                   PaxRecord("size", "12"), PaxRecord("mtime", "-1.5"),
                   PaxRecord("atime", "99999999999"),
                   PaxRecord("ctime", "0.000"), PaxRecord("uid", "4294967296"),
                   PaxRecord("gid", "0"), PaxRecord("uname", "\u00e9"),
                   PaxRecord("gname", ""), PaxRecord("comment", "x\ny")));
  ASSERT_TRUE(parsed.header.ok()) << parsed.header.status();
  EXPECT_EQ(*parsed.header->path, "a/b=c d");
  EXPECT_EQ(*parsed.header->link_path, "t");
  EXPECT_EQ(*parsed.header->size, 12u);
  EXPECT_THAT(parsed.allowances, IsEmpty());
}

TEST(PaxHeaderTest, MalformedRecordsAreRefused) {
  const std::string nul("\0", 1);
  for (const std::string& records : {
           std::string(""),
           std::string("path=a\n"),
           std::string("9 path=a"),      // no newline within the length
           std::string("8 path=a\n"),    // too short by one
           std::string("11 path=a\n"),   // too long
           std::string("010 path=a\n"),  // leading zero
           std::string(" 10 path=a\n"),
           std::string("-9 path=a\n"),
           std::string("999999 path=a\n"),
           std::string("18446744073709551626 path=a\n"),
           std::string("9 pathaaa\n"),
           std::string("5 =a\n"),
           std::string("4 =\n"),
           PaxRecord("path", "a") + "x",
           PaxRecord("path", "a") + nul,
           PaxRecord("path", "a" + nul + "b"),
           PaxRecord("pa" + nul + "th", "a"),
           PaxRecord("path", ""),
           PaxRecord("linkpath", ""),
           PaxRecord("size", ""),
           PaxRecord("size", "-1"),
           PaxRecord("size", "1x"),
           PaxRecord("size", "99999999999999999999"),
           PaxRecord("mtime", ""),
           PaxRecord("mtime", "1."),
           PaxRecord("mtime", "1e5"),
           PaxRecord("uid", "-1"),
           PaxRecord("path", "a") + PaxRecord("path", "b"),
           PaxRecord("mtime", "1") + PaxRecord("mtime", "1"),
           PaxRecord("hdrcharset", "BINARY"),
           PaxRecord("charset", "ISO-IR 8859 1 1998"),
           PaxRecord("GNU.sparse.major", "1"),
           PaxRecord("GNU.sparse.map", "0,1"),
           PaxRecord("VENDOR.x", "1"),
           PaxRecord("SCHILY.realsize", "1"),
           PaxRecord("SCHILY.xattr.", "1"),
           PaxRecord("PATH", "a"),
       }) {
    for (ArchiveProfile profile :
         {ArchiveProfile::kStrict, ArchiveProfile::kUpstream}) {
      EXPECT_THAT(RefusalText(Parse(records, profile).header.status()),
                  HasSubstr("[archive/tar]"))
          << records;
    }
  }
}

TEST(PaxHeaderTest, GlobalMayNotOverride) {
  for (const std::string key : {"path", "linkpath", "size"}) {
    EXPECT_THAT(RefusalText(Parse(PaxRecord(key, "1"),
                                  ArchiveProfile::kUpstream, PaxScope::kGlobal)
                                .header.status()),
                HasSubstr("global extended header has " + key));
  }
  EXPECT_TRUE(Parse(PaxRecord("comment", "1"), ArchiveProfile::kStrict,
                    PaxScope::kGlobal)
                  .header.ok());
}

TEST(PaxHeaderTest, AttributesAreUpstreamOnlyAndDropped) {
  for (const std::string key :
       {"SCHILY.dev", "SCHILY.ino", "SCHILY.nlink", "SCHILY.fflags",
        "SCHILY.xattr.security.capability", "SCHILY.acl.access",
        "LIBARCHIVE.creationtime", "LIBARCHIVE.xattr.user.x",
        "RHT.security.selinux"}) {
    const std::string record = PaxRecord(key, std::string("\1\0\xff", 3));
    EXPECT_THAT(RefusalText(Parse(record).header.status()),
                HasSubstr("[archive/metadata]"))
        << key;
    Parsed parsed = Parse(record, ArchiveProfile::kUpstream);
    EXPECT_TRUE(parsed.header.ok()) << key;
    EXPECT_THAT(parsed.allowances,
                ElementsAre("attributes in extended headers, ignored"));
  }
}

}  // namespace
}  // namespace provision
