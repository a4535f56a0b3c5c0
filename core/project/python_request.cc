#include "core/project/python_request.h"

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/host/python_specifier.h"
#include "core/host/python_version.h"

namespace provision {
namespace {

// More minor versions and patches than there will be for long.
constexpr int kMinors = 30;
constexpr int kPatches = 30;

PythonSpecifierSet RangeOf(absl::string_view request) {
  std::string text(request);
  if (absl::ascii_isdigit(text[0])) {
    const auto version = PythonVersion::Parse(text);
    const bool minor = version.ok() && version->release_size() < 3;
    text = absl::StrCat("==", text, minor ? ".*" : "");
  }
  return PythonSpecifierSet::Parse(text).value_or(PythonSpecifierSet());
}

}  // namespace

std::string NormalPythonRequest(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (text.empty()) return "";
  int major;
  if (absl::SimpleAtoi(text, &major) && absl::ascii_isdigit(text[0])) {
    return absl::StrCat(">=", major, ",<", major + 1);
  }
  if (absl::ascii_isdigit(text[0])) {
    const auto version = PythonVersion::Parse(text);
    return version.ok() && version->release_size() <= 3 ? std::string(text)
                                                        : "";
  }
  const auto range = PythonSpecifierSet::Parse(text);
  return range.ok() && !range->empty() ? std::string(text) : "";
}

bool PythonRequestsAgree(absl::string_view a, absl::string_view b) {
  const PythonSpecifierSet first = RangeOf(a), second = RangeOf(b);
  std::vector<std::string> candidates;
  for (absl::string_view request : {a, b}) {
    if (absl::ascii_isdigit(request[0])) candidates.emplace_back(request);
  }
  for (int minor = 0; minor < kMinors; ++minor) {
    for (int patch = 0; patch < kPatches; ++patch) {
      candidates.push_back(absl::StrCat("3.", minor, ".", patch));
    }
  }
  for (const std::string& candidate : candidates) {
    if (first.Contains(candidate) && second.Contains(candidate)) return true;
  }
  return false;
}

}  // namespace provision
