#include "core/host/platform.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace provision {
namespace {

// The names that Debian and Go use, which plans use too.
const std::pair<absl::string_view, absl::string_view> kArchitectures[] = {
    {"x86_64", "amd64"},    {"aarch64", "arm64"}, {"armv7l", "armhf"},
    {"i386", "i386"},       {"i686", "i386"},     {"ppc64le", "ppc64le"},
    {"riscv64", "riscv64"}, {"s390x", "s390x"}};

// The value of a line of os-release, as a shell would read it.
std::string Unquote(absl::string_view text) {
  std::string value;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
      value += text[++i];
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote && quote != 0) {
      quote = 0;
    } else {
      value += c;
    }
  }
  return value;
}

std::map<std::string, std::string> ParseOsRelease(absl::string_view text) {
  std::map<std::string, std::string> fields;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    const size_t equals = line.find('=');
    if (line.empty() || line[0] == '#' || equals == absl::string_view::npos) {
      continue;
    }
    fields[std::string(line.substr(0, equals))] =
        Unquote(line.substr(equals + 1));
  }
  return fields;
}

void AddFamily(absl::string_view family, Platform* platform) {
  std::vector<std::string>& families = platform->families;
  if (!family.empty() &&
      std::find(families.begin(), families.end(), family) == families.end()) {
    families.emplace_back(family);
  }
}

}  // namespace

std::string Platform::Text() const {
  std::string name = distribution.empty() ? os : distribution;
  if (!version.empty()) absl::StrAppend(&name, "-", version);
  return absl::StrCat(name, "/", architecture);
}

Platform DerivePlatform(Facts& facts) {
  Platform platform;
  const FactValue::Host host = facts.Host();
  platform.os = absl::AsciiStrToLower(host.os());
  platform.architecture = host.architecture();
  for (const auto& [kernel, name] : kArchitectures) {
    if (kernel == host.architecture())
      platform.architecture = std::string(name);
  }
  for (const char* path : {"/etc/os-release", "/usr/lib/os-release"}) {
    absl::StatusOr<std::string> text = facts.File(path);
    if (!text.ok()) continue;
    std::map<std::string, std::string> fields = ParseOsRelease(*text);
    platform.distribution = absl::AsciiStrToLower(fields["ID"]);
    platform.version = fields["VERSION_ID"];
    platform.evidence.push_back(absl::StrCat(
        path, ": ID=", fields["ID"], " VERSION_ID=", fields["VERSION_ID"]));
    AddFamily(platform.distribution, &platform);
    for (absl::string_view word :
         absl::StrSplit(fields["ID_LIKE"], ' ', absl::SkipEmpty())) {
      AddFamily(absl::AsciiStrToLower(word), &platform);
    }
    break;
  }
  return platform;
}

}  // namespace provision
