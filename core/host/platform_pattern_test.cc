#include "core/host/platform_pattern.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

Platform Ubuntu() {
  Platform platform;
  platform.os = "linux";
  platform.distribution = platform.base = "ubuntu";
  platform.version = platform.base_version = "22.04";
  platform.families = {"ubuntu", "debian"};
  platform.architecture = "amd64";
  return platform;
}

Platform Mint() {
  Platform platform = Ubuntu();
  platform.distribution = "linuxmint";
  platform.version = "21.3";
  platform.families = {"linuxmint", "ubuntu", "debian"};
  return platform;
}

Platform Arch() {
  Platform platform;
  platform.os = "linux";
  platform.distribution = platform.base = "arch";
  platform.families = {"arch"};
  platform.architecture = "amd64";
  return platform;
}

TEST(PlatformPatternTest, Matches) {
  const struct {
    const char* pattern;
    bool ubuntu;
    bool mint;
    bool arch;
  } kCases[] = {{"ubuntu:22.04", true, false, false},
                {"ubuntu:>=22.04", true, false, false},
                {"ubuntu:>=20", true, false, false},
                {"ubuntu:<22.04", false, false, false},
                {"ubuntu:>22.04", false, false, false},
                {"ubuntu:<=22.4", true, false, false},
                {"ubuntu:*", true, false, false},
                {"ubuntu", true, false, false},
                {"ubuntu-22.04", true, false, false},
                {"ubuntu-22.04/*", true, false, false},
                {"ubuntu-22.04:*", true, false, false},
                {"ubuntu-22", false, false, false},
                {"linuxmint-21.3", false, true, false},
                {"ubuntu-like:*", true, true, false},
                {"ubuntu-like:22.04", true, true, false},
                {"ubuntu-like:>22.04", false, false, false},
                {"debian-like:*", true, true, false},
                {"debian-like:12", false, false, false},
                {"debian:*", false, false, false},
                {"linux", true, true, true},
                {"linux/amd64", true, true, true},
                {"linux/arm64", false, false, false},
                {"*/amd64", true, true, true},
                {"arch:*", false, false, true},
                {"arch-like", false, false, true},
                {"arch:>=1", false, false, false},
                {"ubuntu:22.04/amd64", true, false, false}};
  for (const auto& c : kCases) {
    EXPECT_EQ(MatchesPlatform(c.pattern, Ubuntu()), c.ubuntu) << c.pattern;
    EXPECT_EQ(MatchesPlatform(c.pattern, Mint()), c.mint) << c.pattern;
    EXPECT_EQ(MatchesPlatform(c.pattern, Arch()), c.arch) << c.pattern;
    EXPECT_OK(CheckPlatformPattern(c.pattern));
  }
}

TEST(PlatformPatternTest, RefusesWhatIsNone) {
  for (const char* bad : {"", ":1", "ubuntu:", "ubuntu:x", "ubuntu/", "a:>="}) {
    EXPECT_THAT(CheckPlatformPattern(bad),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << bad;
    EXPECT_FALSE(MatchesPlatform(bad, Ubuntu())) << bad;
  }
}

}  // namespace
}  // namespace provision
