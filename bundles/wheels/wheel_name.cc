#include "bundles/wheels/wheel_name.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "bundles/wheels/wheel_error.h"
#include "core/host/python_name.h"

namespace provision {
namespace {

constexpr size_t kMaxTags = 1024;

absl::Status Refuse(absl::string_view file, absl::string_view reason) {
  return ArchiveError(kWheelName, file, reason);
}

// One of the three dotted sets of tags.
absl::StatusOr<std::vector<std::string>> ParseTagSet(absl::string_view file,
                                                     absl::string_view text) {
  std::vector<std::string> tags = absl::StrSplit(text, '.');
  for (const std::string& tag : tags) {
    bool is_tag = !tag.empty();
    for (const char c : tag) is_tag &= absl::ascii_isalnum(c) || c == '_';
    if (!is_tag) return Refuse(file, absl::StrCat("no tag: \"", text, "\""));
  }
  return tags;
}

}  // namespace

absl::StatusOr<WheelName> ParseWheelName(absl::string_view file) {
  absl::string_view stem = file;
  if (!absl::ConsumeSuffix(&stem, ".whl")) {
    return Refuse(file, "a wheel's name ends in .whl");
  }
  const std::vector<std::string> parts = absl::StrSplit(stem, '-');
  if (parts.size() != 5 && parts.size() != 6) {
    return Refuse(file, "a wheel's name has 5 or 6 parts");
  }
  WheelName name;
  name.project = parts[0];
  if (!IsPythonName(name.project)) return Refuse(file, "names no project");
  absl::StatusOr<PythonVersion> version = PythonVersion::Parse(parts[1]);
  if (!version.ok()) return Refuse(file, "names no version");
  name.version = *std::move(version);
  if (parts.size() == 6) {
    name.build = parts[2];
    if (name.build.empty() || !absl::ascii_isdigit(name.build[0])) {
      return Refuse(file, "a build number begins with a digit");
    }
  }
  std::vector<std::vector<std::string>> sets;
  for (size_t i = parts.size() - 3; i < parts.size(); ++i) {
    absl::StatusOr<std::vector<std::string>> set = ParseTagSet(file, parts[i]);
    if (!set.ok()) return set.status();
    sets.push_back(*std::move(set));
  }
  if (sets[0].size() * sets[1].size() * sets[2].size() > kMaxTags) {
    return Refuse(file, absl::StrCat("more than ", kMaxTags, " tags"));
  }
  for (const std::string& python : sets[0]) {
    for (const std::string& abi : sets[1]) {
      for (const std::string& platform : sets[2]) {
        name.tags.push_back(absl::StrCat(python, "-", abi, "-", platform));
      }
    }
  }
  return name;
}

bool IsStemOf(const WheelName& name, absl::string_view stem) {
  const std::vector<absl::string_view> parts = absl::StrSplit(stem, '-');
  if (parts.size() != 2) return false;
  const absl::StatusOr<PythonVersion> version = PythonVersion::Parse(parts[1]);
  return version.ok() && *version == name.version &&
         NormalizePythonName(parts[0]) == NormalizePythonName(name.project);
}

}  // namespace provision
