#include "core/host/lock_target.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/diagnostic.h"
#include "core/base/nearest_name.h"
#include "core/host/platform.h"
#include "core/host/python_version.h"

namespace provision {
namespace {

struct System {
  const char* name;
  const char* os;
  const char* libc;     // of linux
  const char* version;  // of the C library, or of macOS
};

// The C library is the one that the release came with.
constexpr System kSystems[] = {
    {"alpine-3.18", "linux", "musl", "1.2"},
    {"alpine-3.19", "linux", "musl", "1.2"},
    {"alpine-3.20", "linux", "musl", "1.2"},
    {"alpine-3.21", "linux", "musl", "1.2"},
    {"alpine-3.22", "linux", "musl", "1.2"},
    {"amzn-2023", "linux", "glibc", "2.34"},
    {"debian-11", "linux", "glibc", "2.31"},
    {"debian-12", "linux", "glibc", "2.36"},
    {"debian-13", "linux", "glibc", "2.41"},
    {"fedora-40", "linux", "glibc", "2.39"},
    {"fedora-41", "linux", "glibc", "2.40"},
    {"fedora-42", "linux", "glibc", "2.41"},
    {"macos-12", "macos", "", "12"},
    {"macos-13", "macos", "", "13"},
    {"macos-14", "macos", "", "14"},
    {"macos-15", "macos", "", "15"},
    {"rhel-8", "linux", "glibc", "2.28"},
    {"rhel-9", "linux", "glibc", "2.34"},
    {"rhel-10", "linux", "glibc", "2.39"},
    {"ubuntu-20.04", "linux", "glibc", "2.31"},
    {"ubuntu-22.04", "linux", "glibc", "2.35"},
    {"ubuntu-24.04", "linux", "glibc", "2.39"},
    {"windows-10", "windows", "", ""},
    {"windows-11", "windows", "", ""},
};

constexpr const char* kArchitectures[] = {"amd64", "arm64"};

Lock::Target MakeTarget(const System& system, absl::string_view architecture) {
  Lock::Target target;
  target.set_name(absl::StrCat(system.name, "/", architecture));
  target.set_os(system.os);
  target.set_architecture(std::string(architecture));
  if (target.os() == "linux") {
    target.set_libc(system.libc);
    target.set_libc_version(system.version);
  } else if (target.os() == "macos") {
    target.set_os_version(system.version);
  }
  return target;
}

// "manylinux_2_28/amd64"; false if it is no such name.
bool ParseFloor(absl::string_view name, absl::string_view architecture,
                Lock::Target* target) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '_');
  int major = 0, minor = 0;
  if (parts.size() != 3 ||
      (parts[0] != "manylinux" && parts[0] != "musllinux") ||
      !absl::SimpleAtoi(parts[1], &major) ||
      !absl::SimpleAtoi(parts[2], &minor) || major < 1 || minor < 0) {
    return false;
  }
  target->set_name(absl::StrCat(name, "/", architecture));
  target->set_os("linux");
  target->set_architecture(std::string(architecture));
  target->set_libc(parts[0] == "manylinux" ? "glibc" : "musl");
  target->set_libc_version(absl::StrCat(major, ".", minor));
  return true;
}

absl::Status UnknownTarget(absl::string_view name) {
  DiagnosticError error(absl::StatusCode::kInvalidArgument, "usage/target",
                        absl::StrCat("there is no target \"", name, "\""));
  const std::string near = NearestName(name, LockTargetNames());
  if (!near.empty()) error.Next(absl::StrCat("--target ", near));
  error.Next("provision lock --target list shows them all");
  return error;
}

// Negative, zero or positive; a version that cannot be read is the lowest.
int CompareVersions(const std::string& a, const std::string& b) {
  const auto left = PythonVersion::Parse(a);
  const auto right = PythonVersion::Parse(b);
  if (!left.ok() || !right.ok()) return left.ok() - right.ok();
  return *left < *right ? -1 : *right < *left ? 1 : 0;
}

}  // namespace

std::vector<std::string> LockTargetNames() {
  std::vector<std::string> names;
  for (const System& system : kSystems) {
    for (const char* architecture : kArchitectures) {
      names.push_back(absl::StrCat(system.name, "/", architecture));
    }
  }
  for (const char* architecture : kArchitectures) {
    names.push_back(absl::StrCat("manylinux_2_28/", architecture));
    names.push_back(absl::StrCat("musllinux_1_2/", architecture));
  }
  return names;
}

absl::StatusOr<Lock::Target> FindLockTarget(absl::string_view name) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(name, absl::MaxSplits('/', 1));
  for (const char* architecture : kArchitectures) {
    if (parts.second != architecture) continue;
    for (const System& system : kSystems) {
      if (parts.first == system.name) return MakeTarget(system, architecture);
    }
    Lock::Target target;
    if (ParseFloor(parts.first, architecture, &target)) return target;
  }
  return UnknownTarget(name);
}

absl::StatusOr<Lock::Target> HostLockTarget(Facts& facts) {
  const Platform platform = DerivePlatform(facts);
  absl::StatusOr<Lock::Target> target = FindLockTarget(platform.Text());
  if (target.ok()) return target;
  absl::StatusOr<Lock::Target> base = FindLockTarget(absl::StrCat(
      platform.base, "-", platform.base_version, "/", platform.architecture));
  if (!base.ok()) return target;
  base->set_name(platform.Text());
  return base;
}

const Lock::Target* TargetForHost(const Lock& lock, const Lock::Target& host) {
  const Lock::Target* best = nullptr;
  for (const Lock::Target& target : lock.target()) {
    if (target.name() == host.name()) return &target;
    if (target.os() != host.os() ||
        target.architecture() != host.architecture() ||
        target.libc() != host.libc() ||
        CompareVersions(target.libc_version(), host.libc_version()) > 0 ||
        CompareVersions(target.os_version(), host.os_version()) > 0) {
      continue;
    }
    // The newest that fits; of macOS the system counts, for its libc has none.
    const int libc = best == nullptr ? 1
                                     : CompareVersions(target.libc_version(),
                                                       best->libc_version());
    if (libc > 0 || (libc == 0 && CompareVersions(target.os_version(),
                                                  best->os_version()) > 0)) {
      best = &target;
    }
  }
  return best;
}

}  // namespace provision
