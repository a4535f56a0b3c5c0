#include "core/host/platform.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/testing/fake_facts.h"
#include "core/testing/testing.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"

namespace provision {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

Platform Derive(absl::string_view os_release,
                absl::string_view path = "/etc/os-release",
                const std::map<std::string, std::string>& files = {}) {
  FakeFacts host;
  host.AddHost(0, "/root");
  host.AddFile(path, os_release);
  for (const auto& [name, content] : files) {
    host.AddFile(name, content, 0755);
  }
  Facts facts(host, {});
  return DerivePlatform(facts);
}

TEST(PlatformTest, Debian) {
  Platform platform = Derive("ID=debian\nVERSION_ID=\"12\"\n");
  EXPECT_EQ(platform.Text(), "debian-12/amd64");
  EXPECT_EQ(platform.base, "debian");
  EXPECT_EQ(platform.base_version, "12");
  EXPECT_THAT(platform.families, ElementsAre("debian"));
  EXPECT_THAT(platform.evidence,
              ElementsAre("/etc/os-release: ID=debian VERSION_ID=12"));
}

TEST(PlatformTest, TheOtherPlaceOfTheFile) {
  Platform platform =
      Derive("ID='ubuntu'\nVERSION_ID=\"22.04\"\nID_LIKE=\"debian ubuntu\"\n",
             "/usr/lib/os-release");
  EXPECT_EQ(platform.Text(), "ubuntu-22.04/amd64");
  EXPECT_THAT(platform.families, ElementsAre("ubuntu", "debian"));
}

TEST(PlatformTest, RollingOrNothing) {
  EXPECT_EQ(Derive("ID=arch\n").Text(), "arch/amd64");
  Platform none = Derive("", "/nowhere");
  EXPECT_EQ(none.Text(), "linux/amd64");
  EXPECT_EQ(none.base, "");
}

TEST(PlatformTest, MintWithItsUpstreamsFileOnly) {
  constexpr char kMint[] =
      "ID=linuxmint\nVERSION_ID=17\nID_LIKE=\"ubuntu debian\"\n";
  Platform platform = Derive(kMint, "/etc/os-release",
                             {{"/etc/upstream-release/lsb-release",
                               "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=14.04\n"}});
  EXPECT_EQ(platform.base, "ubuntu");
  EXPECT_EQ(platform.base_version, "14.04");
  EXPECT_EQ(Derive(kMint).base, "ubuntu");
  EXPECT_EQ(Derive(kMint).base_version, "");
}

TEST(PlatformTest, AMintThatIsNewerThanEachTable) {
  Platform platform = Derive(
      "ID=linuxmint\nVERSION_ID=99\nID_LIKE=ubuntu\nUBUNTU_CODENAME=noble\n");
  EXPECT_EQ(platform.base_version, "24.04");
}

TEST(PlatformTest, APackageManagerTellsTheFamilyOfTheUnknown) {
  Platform platform = Derive("ID=unheard\nVERSION_ID=1\n", "/etc/os-release",
                             {{"/usr/bin/zypper", ""}});
  EXPECT_THAT(platform.families, ElementsAre("unheard", "suse"));
  EXPECT_THAT(platform.evidence, Contains("/usr/bin/zypper is there"));
  EXPECT_THAT(Derive("ID=unheard\n").families, ElementsAre("unheard"));
}

TEST(PlatformTest, UnknownWordsOfLikenessAreEvidenceOnly) {
  Platform platform = Derive("ID=x\nID_LIKE=\"lede x arch\"\n");
  EXPECT_THAT(platform.families, ElementsAre("x", "arch"));
  EXPECT_THAT(platform.evidence, Contains(HasSubstr("lede")));
}

// "FILE: DISTRIBUTION-VERSION, base BASE-VERSION, FAMILIES".
std::string Line(const google::protobuf::Struct& fields) {
  std::string os_release;
  for (const auto& [name, value] : fields.fields()) {
    if (name == "file" || value.has_null_value()) continue;
    absl::StrAppend(&os_release, name, "=\"", value.string_value(), "\"\n");
  }
  const Platform platform = Derive(os_release);
  const auto text = [](const std::string& name, const std::string& version) {
    return absl::StrCat(name, version.empty() ? "" : "-", version);
  };
  return absl::StrCat(fields.fields().at("file").string_value(), ": ",
                      text(platform.distribution, platform.version), ", base ",
                      text(platform.base, platform.base_version), ", ",
                      absl::StrJoin(platform.families, " "), "\n");
}

TEST(PlatformTest, EachOfManyDistributions) {
  google::protobuf::ListValue rows;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(
                  ReadTestData("testdata/os-release/facts.json"), &rows)
                  .ok());
  std::string text;
  for (const google::protobuf::Value& row : rows.values()) {
    text += Line(row.struct_value());
  }
  EXPECT_EQ(rows.values_size(), 198);
  ExpectGolden("testdata/os-release/expected.txt", text);
}

}  // namespace
}  // namespace provision
