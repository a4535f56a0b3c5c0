#include "core/host/python_tags.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace provision {
namespace {

// "2.36" as numbers; what is missing is 0.
std::pair<int, int> MajorMinor(absl::string_view version) {
  const std::vector<absl::string_view> parts = absl::StrSplit(version, '.');
  int major = 0, minor = 0;
  if (!absl::SimpleAtoi(parts[0], &major)) return {0, 0};
  if (parts.size() > 1 && !absl::SimpleAtoi(parts[1], &minor)) minor = 0;
  return {major, minor};
}

bool IsArm(const Lock::Target& target) {
  return target.architecture() == "arm64";
}

// The kernel's word for the architecture.
std::string Machine(const Lock::Target& target) {
  if (!IsArm(target)) return target.os() == "windows" ? "AMD64" : "x86_64";
  if (target.os() == "linux") return "aarch64";
  return target.os() == "windows" ? "ARM64" : "arm64";
}

std::vector<std::string> LinuxPlatforms(const Lock::Target& target) {
  const std::string machine = Machine(target);
  const auto [major, minor] = MajorMinor(target.libc_version());
  std::vector<std::string> platforms = {"linux_" + machine};
  if (target.libc() == "musl") {
    for (int i = minor; i >= 0; --i) {
      platforms.push_back(
          absl::StrCat("musllinux_", major, "_", i, "_", machine));
    }
  } else {
    // Older ones than these never had wheels.
    for (int i = minor; i >= (IsArm(target) ? 17 : 5); --i) {
      platforms.push_back(
          absl::StrCat("manylinux_", major, "_", i, "_", machine));
      const char* alias = i == 17   ? "2014"
                          : i == 12 ? "2010"
                          : i == 5  ? "1"
                                    : "";
      if (*alias != '\0') {
        platforms.push_back(absl::StrCat("manylinux", alias, "_", machine));
      }
    }
  }
  return platforms;
}

std::vector<std::string> MacPlatforms(const Lock::Target& target) {
  std::vector<std::string> platforms;
  const auto add = [&platforms](int major, int minor,
                                std::vector<absl::string_view> formats) {
    for (const absl::string_view format : formats) {
      platforms.push_back(
          absl::StrCat("macosx_", major, "_", minor, "_", format));
    }
  };
  const bool arm = IsArm(target);
  for (int major = MajorMinor(target.os_version()).first; major > 10; --major) {
    if (arm) {
      add(major, 0, {"arm64", "universal2"});
    } else {
      add(major, 0,
          {"x86_64", "intel", "fat64", "fat3", "universal2", "universal"});
    }
  }
  for (int minor = 16; minor > 3; --minor) {
    if (arm) {
      add(10, minor, {"universal2"});
    } else {
      add(10, minor,
          {"x86_64", "intel", "fat64", "fat3", "universal2", "universal"});
    }
  }
  return platforms;
}

std::vector<std::string> Platforms(const Lock::Target& target) {
  if (target.os() == "linux") return LinuxPlatforms(target);
  if (target.os() == "macos") return MacPlatforms(target);
  return {IsArm(target) ? "win_arm64" : "win_amd64"};
}

}  // namespace

std::vector<std::string> PythonTags(absl::string_view minor_version,
                                    const Lock::Target& target) {
  const std::vector<std::string> platforms = Platforms(target);
  const auto [major, minor] = MajorMinor(minor_version);
  const std::string own = absl::StrCat("cp", major, minor);
  std::vector<std::string> tags;
  const auto add = [&](absl::string_view interpreter, absl::string_view abi) {
    for (const std::string& platform : platforms) {
      tags.push_back(absl::StrCat(interpreter, "-", abi, "-", platform));
    }
  };
  std::vector<std::string> generic = {absl::StrCat("py", major, minor),
                                      absl::StrCat("py", major)};
  for (int i = minor - 1; i >= 0; --i) {
    generic.push_back(absl::StrCat("py", major, i));
  }
  add(own, own);
  add(own, "abi3");
  add(own, "none");
  for (int i = minor - 1; i >= 2; --i)
    add(absl::StrCat("cp", major, i), "abi3");
  for (const std::string& interpreter : generic) add(interpreter, "none");
  tags.push_back(own + "-none-any");
  for (const std::string& interpreter : generic) {
    tags.push_back(interpreter + "-none-any");
  }
  return tags;
}

absl::optional<WheelTags> ParseWheelTags(absl::string_view file) {
  if (!absl::ConsumeSuffix(&file, ".whl")) return absl::nullopt;
  const std::vector<std::string> parts = absl::StrSplit(file, '-');
  if (parts.size() != 5 && parts.size() != 6) return absl::nullopt;
  if (std::any_of(parts.begin(), parts.end(),
                  [](const std::string& part) { return part.empty(); })) {
    return absl::nullopt;
  }
  WheelTags wheel;
  wheel.name = parts[0];
  wheel.version = parts[1];
  if (parts.size() == 6) wheel.build = parts[2];
  const size_t first = parts.size() - 3;
  for (const absl::string_view interpreter :
       absl::StrSplit(parts[first], '.')) {
    for (const absl::string_view abi : absl::StrSplit(parts[first + 1], '.')) {
      for (const absl::string_view platform :
           absl::StrSplit(parts[first + 2], '.')) {
        wheel.tags.push_back(
            absl::StrCat(interpreter, "-", abi, "-", platform));
      }
    }
  }
  return wheel;
}

PythonMarkerEnvironment TargetMarkers(absl::string_view full_version,
                                      const Lock::Target& target) {
  const auto [major, minor] = MajorMinor(full_version);
  const bool windows = target.os() == "windows";
  const bool linux = target.os() == "linux";
  return {
      {"implementation_name", "cpython"},
      {"implementation_version", std::string(full_version)},
      {"os_name", windows ? "nt" : "posix"},
      {"platform_machine", Machine(target)},
      {"platform_python_implementation", "CPython"},
      {"platform_system", windows ? "Windows"
                          : linux ? "Linux"
                                  : "Darwin"},
      {"python_full_version", std::string(full_version)},
      {"python_version", absl::StrCat(major, ".", minor)},
      {"sys_platform", windows ? "win32"
                       : linux ? "linux"
                               : "darwin"},
  };
}

}  // namespace provision
