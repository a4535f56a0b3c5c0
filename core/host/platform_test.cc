#include "core/host/platform.h"

#include "core/host/platform_pattern.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;

// A host with one os-release.
class OneHost final : public FactReader {
 public:
  OneHost(std::string path, std::string os_release)
      : path_(std::move(path)), os_release_(std::move(os_release)) {}
  FactValue Read(const FactQuery& query) override {
    FactValue value;
    if (query.has_host()) {
      value.mutable_host()->set_os("Linux");
      value.mutable_host()->set_architecture("x86_64");
    } else if (query.file().path() == path_) {
      value.mutable_file()->add_chunk(os_release_);
    } else {
      value.mutable_absent()->set_reason(FactValue::Absent::MISSING);
    }
    return value;
  }

 private:
  const std::string path_;
  const std::string os_release_;
};

Platform Derive(std::string os_release, std::string path = "/etc/os-release") {
  OneHost host(std::move(path), std::move(os_release));
  Facts facts(host, {});
  return DerivePlatform(facts);
}

TEST(PlatformTest, Debian) {
  Platform platform = Derive("ID=debian\nVERSION_ID=\"12\"\n");
  EXPECT_EQ(platform.Text(), "debian-12/amd64");
  EXPECT_THAT(platform.families, ElementsAre("debian"));
}

TEST(PlatformTest, QuotesEscapesAndFamilies) {
  Platform platform = Derive(
      "# comment\nNAME=\"A \\\"B\\\"\"\nID='ubuntu'\nVERSION_ID=\"22.04\"\n"
      "ID_LIKE=\"debian ubuntu\"\n",
      "/usr/lib/os-release");
  EXPECT_EQ(platform.Text(), "ubuntu-22.04/amd64");
  EXPECT_THAT(platform.families, ElementsAre("ubuntu", "debian"));
}

TEST(PlatformTest, RollingOrNothing) {
  EXPECT_EQ(Derive("ID=arch\n").Text(), "arch/amd64");
  EXPECT_EQ(Derive("", "/nowhere").Text(), "linux/amd64");
}

TEST(PlatformPatternTest, Matches) {
  const Platform ubuntu =
      Derive("ID=ubuntu\nVERSION_ID=22.04\nID_LIKE=debian\n");
  const Platform arch = Derive("ID=arch\n");
  const struct {
    const char* pattern;
    bool ubuntu;
    bool arch;
  } kCases[] = {
      {"ubuntu:22.04", true, false},   {"ubuntu:>=22.04", true, false},
      {"ubuntu:>=20", true, false},    {"ubuntu:<22.04", false, false},
      {"ubuntu:>22.04", false, false}, {"ubuntu:<=22.4", true, false},
      {"ubuntu:*", true, false},       {"ubuntu", true, false},
      {"debian-like:*", true, false},  {"debian:*", false, false},
      {"linux", true, true},           {"linux/amd64", true, true},
      {"linux/arm64", false, false},   {"arch:*", false, true},
      {"arch:>=1", false, false},      {"ubuntu:22.04/amd64", true, false},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(MatchesPlatform(c.pattern, ubuntu), c.ubuntu) << c.pattern;
    EXPECT_EQ(MatchesPlatform(c.pattern, arch), c.arch) << c.pattern;
    EXPECT_OK(CheckPlatformPattern(c.pattern));
  }
  for (const char* bad : {"", ":1", "ubuntu:", "ubuntu:x", "ubuntu/", "a:>="}) {
    EXPECT_FALSE(CheckPlatformPattern(bad).ok()) << bad;
    EXPECT_FALSE(MatchesPlatform(bad, ubuntu)) << bad;
  }
}

}  // namespace
}  // namespace provision
