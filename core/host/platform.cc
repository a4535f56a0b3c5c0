#include "core/host/platform.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/child_environment.h"
#include "core/host/distribution_table.h"
#include "core/host/executable.h"
#include "core/host/os_release.h"

namespace provision {
namespace {

// The names that Debian and Go use, which plans use too.
const std::pair<absl::string_view, absl::string_view> kArchitectures[] = {
    {"x86_64", "amd64"},    {"aarch64", "arm64"}, {"armv7l", "armhf"},
    {"i386", "i386"},       {"i686", "i386"},     {"ppc64le", "ppc64le"},
    {"riscv64", "riscv64"}, {"s390x", "s390x"}};

// Which family a package manager tells of.
const std::pair<absl::string_view, absl::string_view> kManagers[] = {
    {"apt-get", "debian"}, {"dnf", "fedora"},  {"yum", "fedora"},
    {"zypper", "suse"},    {"pacman", "arch"}, {"apk", "alpine"}};

class PlatformDeriver {
 public:
  explicit PlatformDeriver(Facts& facts) : facts_(facts) {}

  Platform Derive();

 private:
  void ReadHost();
  bool ReadOsRelease();
  // Each rule in the order of host.md 5.4; the first that knows a base wins.
  void FindBase();
  bool BaseFromCodename(absl::string_view field, absl::string_view base);
  bool BaseFromUpstreamFile();
  bool BaseFromPlatformId();
  bool BaseOfRebuild();
  void AddFamilies();
  void AddFamiliesOfLikeness();
  void AddFamilyOfManager();
  void AddFamily(absl::string_view family);
  bool IsLike(absl::string_view family) const;
  std::string Field(absl::string_view name) const;
  void Evidence(const std::string& text) { platform_.evidence.push_back(text); }

  Facts& facts_;
  std::map<std::string, std::string> fields_;
  Platform platform_;
};

Platform PlatformDeriver::Derive() {
  ReadHost();
  if (ReadOsRelease()) {
    FindBase();
    AddFamilies();
  }
  return std::move(platform_);
}

void PlatformDeriver::ReadHost() {
  const FactValue::Host host = facts_.Host();
  platform_.os = absl::AsciiStrToLower(host.os());
  platform_.architecture = host.architecture();
  for (const auto& [kernel, name] : kArchitectures) {
    if (kernel == host.architecture()) {
      platform_.architecture = std::string(name);
    }
  }
}

bool PlatformDeriver::ReadOsRelease() {
  for (const char* path : {"/etc/os-release", "/usr/lib/os-release"}) {
    absl::StatusOr<std::string> text = facts_.File(path);
    if (!text.ok()) continue;
    fields_ = ParseOsRelease(*text);
    platform_.distribution = absl::AsciiStrToLower(Field("ID"));
    platform_.version = Field("VERSION_ID");
    // It has a date there, or the name of a template.
    if (platform_.distribution == "arch") platform_.version = "";
    platform_.base = platform_.distribution;
    platform_.base_version = platform_.version;
    Evidence(absl::StrCat(path, ": ID=", Field("ID"),
                          " VERSION_ID=", Field("VERSION_ID")));
    return true;
  }
  return false;
}

std::string PlatformDeriver::Field(absl::string_view name) const {
  auto found = fields_.find(std::string(name));
  return found == fields_.end() ? "" : found->second;
}

bool PlatformDeriver::IsLike(absl::string_view family) const {
  if (platform_.distribution == family) return true;
  for (absl::string_view word : absl::StrSplit(Field("ID_LIKE"), ' ')) {
    if (absl::EqualsIgnoreCase(word, family)) return true;
  }
  const auto aliases = AliasesOf(platform_.distribution);
  return std::find(aliases.begin(), aliases.end(), family) != aliases.end();
}

void PlatformDeriver::FindBase() {
  if (BaseFromCodename("UBUNTU_CODENAME", "ubuntu")) return;
  if (BaseFromCodename("DEBIAN_CODENAME", "debian")) return;
  if (IsLike("ubuntu") && BaseFromCodename("VERSION_CODENAME", "ubuntu")) {
    return;
  }
  if (IsLike("ubuntu") && Field("UBUNTU_CODENAME").empty() &&
      platform_.distribution != "ubuntu" && BaseFromUpstreamFile()) {
    return;
  }
  // Of Debian's own testing the codename is that of the next release.
  if (IsLike("debian") && !platform_.version.empty() &&
      BaseFromCodename("VERSION_CODENAME", "debian")) {
    return;
  }
  if (BaseFromPlatformId() || BaseOfRebuild() ||
      IsFamily(platform_.distribution)) {
    return;
  }
  for (absl::string_view base : {"ubuntu", "debian", "arch", "alpine"}) {
    if (!IsLike(base)) continue;
    platform_.base = std::string(base);
    // A derivative's own version says nothing of its base.
    platform_.base_version = "";
    return;
  }
}

bool PlatformDeriver::BaseFromCodename(absl::string_view field,
                                       absl::string_view base) {
  const std::string codename = absl::AsciiStrToLower(Field(field));
  if (!IsCodenameOf(base, codename)) return false;
  platform_.base = std::string(base);
  platform_.base_version = std::string(VersionOfCodename(base, codename));
  Evidence(absl::StrCat(
      field, "=", codename, " is ", base, " ",
      platform_.base_version.empty() ? "unstable" : platform_.base_version));
  return true;
}

bool PlatformDeriver::BaseFromUpstreamFile() {
  constexpr char kPath[] = "/etc/upstream-release/lsb-release";
  absl::StatusOr<std::string> text = facts_.File(kPath);
  if (!text.ok()) return false;
  std::map<std::string, std::string> upstream = ParseOsRelease(*text);
  if (upstream["DISTRIB_RELEASE"].empty()) return false;
  platform_.base = absl::AsciiStrToLower(upstream["DISTRIB_ID"]);
  platform_.base_version = upstream["DISTRIB_RELEASE"];
  Evidence(
      absl::StrCat(kPath, ": ", platform_.base, " ", platform_.base_version));
  return true;
}

// "platform:el9" of RHEL 9 and what is built from it, "platform:f40" of Fedora.
bool PlatformDeriver::BaseFromPlatformId() {
  const std::string platform_id = Field("PLATFORM_ID");
  absl::string_view version = platform_id;
  absl::string_view base;
  if (absl::ConsumePrefix(&version, "platform:el")) {
    base = "rhel";
  } else if (absl::ConsumePrefix(&version, "platform:f")) {
    base = "fedora";
  }
  if (base.empty() || version.empty() ||
      !std::all_of(version.begin(), version.end(), absl::ascii_isdigit)) {
    return false;
  }
  Evidence(absl::StrCat("PLATFORM_ID=", platform_id));
  // RHEL's own VERSION_ID says more.
  if (platform_.distribution == base) return true;
  platform_.base = std::string(base);
  platform_.base_version = std::string(version);
  return true;
}

bool PlatformDeriver::BaseOfRebuild() {
  if (!IsRhelRebuild(platform_.distribution)) return false;
  platform_.base = "rhel";
  platform_.base_version =
      platform_.version.substr(0, platform_.version.find('.'));
  Evidence(absl::StrCat(platform_.distribution, " is built from rhel"));
  return true;
}

void PlatformDeriver::AddFamily(absl::string_view family) {
  std::vector<std::string>& families = platform_.families;
  if (!family.empty() &&
      std::find(families.begin(), families.end(), family) == families.end()) {
    families.emplace_back(family);
  }
}

void PlatformDeriver::AddFamiliesOfLikeness() {
  bool is_told = false;
  for (absl::string_view word :
       absl::StrSplit(Field("ID_LIKE"), ' ', absl::SkipEmpty())) {
    const std::string family = absl::AsciiStrToLower(word);
    if (family == platform_.distribution) continue;
    if (!IsFamily(family)) {
      Evidence(absl::StrCat("ID_LIKE has ", word, ", which names no family"));
      continue;
    }
    AddFamily(family);
    Evidence(absl::StrCat("ID_LIKE has ", word));
    is_told = true;
  }
  if (is_told) return;
  for (absl::string_view family : AliasesOf(platform_.distribution)) {
    AddFamily(family);
    Evidence(
        absl::StrCat(platform_.distribution, " is known to be like ", family));
  }
}

void PlatformDeriver::AddFamilies() {
  AddFamily(platform_.distribution);
  AddFamily(platform_.base);
  AddFamiliesOfLikeness();
  // By index: it grows.
  for (size_t i = 0; i < platform_.families.size(); ++i) {
    for (absl::string_view above :
         FamiliesAbove(std::string(platform_.families[i]))) {
      AddFamily(above);
    }
  }
  if (std::none_of(platform_.families.begin(), platform_.families.end(),
                   IsFamily)) {
    AddFamilyOfManager();
  }
}

void PlatformDeriver::AddFamilyOfManager() {
  for (const auto& [manager, family] : kManagers) {
    absl::optional<std::string> program =
        FindExecutable(facts_, manager, kChildPath);
    if (!program.has_value()) continue;
    AddFamily(family);
    Evidence(absl::StrCat(*program, " is there"));
    return;
  }
}

}  // namespace

std::string Platform::Text() const {
  std::string name = distribution.empty() ? os : distribution;
  if (!version.empty()) absl::StrAppend(&name, "-", version);
  return absl::StrCat(name, "/", architecture);
}

Platform DerivePlatform(Facts& facts) {
  return PlatformDeriver(facts).Derive();
}

}  // namespace provision
