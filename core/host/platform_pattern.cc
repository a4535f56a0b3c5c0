#include "core/host/platform_pattern.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"

namespace provision {
namespace {

struct Pattern {
  absl::string_view name;
  bool is_family = false;
  absl::string_view comparison;  // "", "=", ">=", ">", "<=", "<"
  absl::string_view version;     // "" with `comparison` "": any
  absl::string_view architecture;
};

absl::optional<std::vector<int>> Numbers(absl::string_view version) {
  std::vector<int> numbers;
  for (absl::string_view part : absl::StrSplit(version, '.')) {
    int number = 0;
    if (!absl::SimpleAtoi(part, &number)) return absl::nullopt;
    numbers.push_back(number);
  }
  // 12 and 12.0 are the same.
  while (!numbers.empty() && numbers.back() == 0) numbers.pop_back();
  return numbers;
}

absl::optional<Pattern> Parse(absl::string_view text) {
  Pattern pattern;
  const size_t slash = text.find('/');
  if (slash != absl::string_view::npos) {
    pattern.architecture = text.substr(slash + 1);
    if (pattern.architecture.empty()) return absl::nullopt;
    text = text.substr(0, slash);
  }
  const size_t colon = text.find(':');
  pattern.name = text.substr(0, colon);
  if (pattern.name.empty()) return absl::nullopt;
  pattern.is_family = absl::ConsumeSuffix(&pattern.name, "-like");
  if (colon == absl::string_view::npos) return pattern;
  absl::string_view version = text.substr(colon + 1);
  if (version == "*") return pattern;
  pattern.comparison = "=";
  for (absl::string_view sign : {">=", "<=", ">", "<"}) {
    if (absl::ConsumePrefix(&version, sign)) {
      pattern.comparison = sign;
      break;
    }
  }
  if (!Numbers(version)) return absl::nullopt;
  pattern.version = version;
  return pattern;
}

// "debian-12", as Platform::Text has it.
bool IsTextOf(absl::string_view name, absl::string_view distribution,
              absl::string_view version) {
  return !version.empty() && name == absl::StrCat(distribution, "-", version);
}

// The version that `pattern` is compared with, if its name fits `platform`.
absl::optional<absl::string_view> VersionOf(const Pattern& pattern,
                                            const Platform& platform) {
  if (!pattern.is_family) {
    if (pattern.name == platform.distribution || pattern.name == platform.os ||
        pattern.name == "*" ||
        (pattern.comparison.empty() &&
         IsTextOf(pattern.name, platform.distribution, platform.version))) {
      return absl::string_view(platform.version);
    }
    return absl::nullopt;
  }
  if (pattern.name == platform.distribution) {
    return absl::string_view(platform.version);
  }
  if (pattern.name == platform.base) {
    return absl::string_view(platform.base_version);
  }
  if (std::find(platform.families.begin(), platform.families.end(),
                pattern.name) == platform.families.end()) {
    return absl::nullopt;
  }
  return absl::string_view();
}

bool VersionMatches(const Pattern& pattern, absl::string_view version) {
  if (pattern.comparison.empty()) return true;
  const absl::optional<std::vector<int>> found = Numbers(version);
  const absl::optional<std::vector<int>> wanted = Numbers(pattern.version);
  if (version.empty() || !found || !wanted) return false;
  if (pattern.comparison == ">=") return *found >= *wanted;
  if (pattern.comparison == "<=") return *found <= *wanted;
  if (pattern.comparison == ">") return *found > *wanted;
  if (pattern.comparison == "<") return *found < *wanted;
  return *found == *wanted;
}

}  // namespace

bool MatchesPlatform(absl::string_view text, const Platform& platform) {
  const absl::optional<Pattern> pattern = Parse(text);
  if (!pattern) return false;
  const absl::optional<absl::string_view> version =
      VersionOf(*pattern, platform);
  return version.has_value() && VersionMatches(*pattern, *version) &&
         (pattern->architecture.empty() || pattern->architecture == "*" ||
          pattern->architecture == platform.architecture);
}

absl::Status CheckPlatformPattern(absl::string_view pattern) {
  if (Parse(pattern)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", pattern,
      "\" is no platform: write NAME, NAME:VERSION, NAME:>=VERSION or "
      "FAMILY-like:*, with /ARCHITECTURE behind it where it matters"));
}

}  // namespace provision
