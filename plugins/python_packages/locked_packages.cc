#include "plugins/python_packages/locked_packages.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/base/url_user_info.h"
#include "core/host/document.h"
#include "core/host/python_name.h"
#include "core/host/python_tags.h"
#include "core/host/toml_document.h"

namespace provision {
namespace {

DiagnosticError ErrorAt(const std::string& file, int line, absl::string_view id,
                        absl::string_view message) {
  return DiagnosticError(absl::StatusCode::kInvalidArgument, id, message)
      .Place(file, line, 1);
}

// The last part of a URL, its percent signs decoded; without query and
// fragment.
std::string FileNameOf(absl::string_view url) {
  const absl::string_view raw = url.substr(0, url.find_first_of("?#"));
  const std::string name(raw.substr(raw.rfind('/') + 1));
  std::string decoded;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '%' && i + 2 < name.size() &&
        absl::ascii_isxdigit(name[i + 1]) &&
        absl::ascii_isxdigit(name[i + 2])) {
      decoded += absl::HexStringToBytes(name.substr(i + 1, 2));
      i += 2;
    } else {
      decoded += name[i];
    }
  }
  return decoded;
}

// The file URL of an absolute path.
std::string FileUrl(const std::string& path) {
  std::string url = "file://";
  for (const char c : path) {
    if (absl::ascii_isalnum(c) || absl::StrContains("/-._~+", c)) {
      url += c;
    } else {
      absl::StrAppend(
          &url, "%", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
    }
  }
  return url;
}

class PylockReader {
 public:
  PylockReader(const std::string& file, absl::string_view folder)
      : folder_(folder) {
    locked_.file = file;
  }

  absl::StatusOr<LockedPackages> Read(const std::string& content) {
    PROVISION_ASSIGN_OR_RETURN(const DocumentNode root,
                               ParseToml(locked_.file, content));
    const std::string version = root.TextOf("lock-version");
    if (version != "1" && !absl::StartsWith(version, "1.")) {
      return Error(root.line, "lock/unanswered",
                   absl::StrCat("lock-version is \"", version,
                                "\"; this provision reads 1"))
          .Next("write it with a tool that makes PEP 751 files, such as uv");
    }
    if (const DocumentNode* range = root.Find("requires-python")) {
      auto parsed = PythonSpecifierSet::Parse(range->text);
      if (!parsed.ok()) {
        return Error(range->line, "project/syntax", parsed.status().message());
      }
      locked_.requires_python = *std::move(parsed);
    }
    if (const DocumentNode* packages = root.Find("packages")) {
      for (const DocumentNode& package : packages->items) {
        PROVISION_RETURN_IF_ERROR(AddPackage(package));
      }
    }
    return std::move(locked_);
  }

 private:
  DiagnosticError Error(int line, absl::string_view id,
                        absl::string_view message) const {
    return ErrorAt(locked_.file, line, id, message);
  }

  absl::Status AddPackage(const DocumentNode& node) {
    LockedPackage package;
    package.line = node.line;
    package.name = NormalizePythonName(node.TextOf("name"));
    package.version = node.TextOf("version");
    package.has_sdist = node.Find("sdist") != nullptr;
    for (const char* source : {"vcs", "directory", "archive"}) {
      if (node.Find(source) == nullptr) continue;
      return Error(node.line, "lock/unanswered",
                   absl::StrCat(package.name, " comes from a ", source,
                                ", which no wheel's digest pins"))
          .Next(
              "publish a wheel of it to an index, or leave the step unlocked");
    }
    if (package.name.empty() || package.version.empty()) {
      return Error(node.line, "project/syntax",
                   "a package has no name or no version");
    }
    if (const std::string marker = node.TextOf("marker"); !marker.empty()) {
      auto parsed = PythonMarker::Parse(marker);
      if (!parsed.ok()) {
        return Error(node.line, "project/syntax",
                     absl::StrCat("the marker of ", package.name, ": ",
                                  parsed.status().message()));
      }
      package.marker = *std::move(parsed);
    }
    if (const DocumentNode* wheels = node.Find("wheels")) {
      for (const DocumentNode& wheel : wheels->items) {
        PROVISION_RETURN_IF_ERROR(AddWheel(wheel, package));
      }
    }
    locked_.packages.push_back(std::move(package));
    return absl::OkStatus();
  }

  absl::Status AddWheel(const DocumentNode& node, LockedPackage& package) {
    LockedFile wheel;
    wheel.url = node.TextOf("url");
    if (const std::string path = node.TextOf("path");
        wheel.url.empty() && !path.empty()) {
      wheel.url = FileUrl(JoinPath(folder_, path));
    }
    if (HasUrlSecret(wheel.url)) {
      return Error(node.line, "lock/credentials",
                   absl::StrCat("the URL of a wheel of ", package.name,
                                " contains credentials"))
          .Next("take them out and put them into ~/.netrc");
    }
    wheel.name = node.TextOf("name");
    if (wheel.name.empty()) wheel.name = FileNameOf(wheel.url);
    const auto tags = ParseWheelTags(wheel.name);
    if (!tags.has_value() || NormalizePythonName(tags->name) != package.name) {
      return Error(
          node.line, "lock/unanswered",
          absl::StrCat("\"", wheel.name, "\" is no wheel of ", package.name));
    }
    if (const DocumentNode* hashes = node.Find("hashes")) {
      wheel.sha256 = absl::AsciiStrToLower(hashes->TextOf("sha256"));
    }
    if (const std::string size = node.TextOf("size");
        !size.empty() && !absl::SimpleAtoi(size, &wheel.size)) {
      return Error(node.line, "project/syntax",
                   absl::StrCat("the size of ", wheel.name, " is no number"));
    }
    package.wheels.push_back(std::move(wheel));
    return absl::OkStatus();
  }

  const std::string folder_;
  LockedPackages locked_;
};

// The build number, which counts where tags are alike: digits, then the rest.
std::pair<uint64_t, std::string> BuildOrder(const std::string& build) {
  size_t digits = 0;
  while (digits < build.size() && absl::ascii_isdigit(build[digits])) ++digits;
  uint64_t number = 0;
  if (!absl::SimpleAtoi(build.substr(0, digits), &number)) number = 0;
  return {number, build.substr(digits)};
}

// The chooser for one target.
class WheelChooser {
 public:
  WheelChooser(const LockedPackages& locked, const Lock::Target& target,
               const std::vector<std::string>& full_versions)
      : locked_(locked), target_(target), full_versions_(full_versions) {
    const std::string minor =
        TargetMarkers(full_versions[0], target).at("python_version");
    size_t rank = 0;
    for (std::string& tag : PythonTags(minor, target)) {
      if (rank == 0) best_tag_ = tag;
      ranks_.emplace(std::move(tag), rank++);
    }
  }

  absl::StatusOr<std::vector<Lock::Artifact>> Choose() const {
    std::vector<Lock::Artifact> chosen;
    std::map<std::string, std::string> versions;
    for (const LockedPackage& package : locked_.packages) {
      PROVISION_ASSIGN_OR_RETURN(const bool applies, Applies(package));
      if (!applies) continue;
      const auto [before, is_new] =
          versions.emplace(package.name, package.version);
      if (!is_new) {
        return At(
            package, "lock/unanswered",
            absl::StrCat(package.name, " is wanted at ", before->second,
                         " and at ", package.version, " on ", target_.name()));
      }
      PROVISION_ASSIGN_OR_RETURN(Lock::Artifact artifact, Best(package));
      chosen.push_back(std::move(artifact));
    }
    return chosen;
  }

 private:
  DiagnosticError At(const LockedPackage& package, absl::string_view id,
                     absl::string_view message) const {
    return ErrorAt(locked_.file, package.line, id, message);
  }

  absl::StatusOr<bool> Applies(const LockedPackage& package) const {
    if (!package.marker.has_value()) return true;
    absl::optional<bool> answer;
    for (const std::string& version : full_versions_) {
      const auto holds =
          package.marker->Evaluate(TargetMarkers(version, target_));
      if (!holds.ok()) {
        return At(package, "lock/marker",
                  absl::StrCat("requirement ", package.name, " on ",
                               target_.name(), ": ", holds.status().message()))
            .Found(package.marker->ToString())
            .Next("require it without this variable, or lock on its own");
      }
      if (answer.has_value() && *answer != *holds) {
        return At(package, "lock/marker",
                  absl::StrCat(
                      "requirement ", package.name,
                      " depends on the last number of Python's version"))
            .Found(package.marker->ToString())
            .Next("write all of it in the step: python_version: \"3.11.7\"");
      }
      answer = *holds;
    }
    return *answer;
  }

  absl::StatusOr<Lock::Artifact> Best(const LockedPackage& package) const {
    const LockedFile* best = nullptr;
    std::pair<size_t, std::pair<uint64_t, std::string>> best_order;
    for (const LockedFile& wheel : package.wheels) {
      const auto parsed = ParseWheelTags(wheel.name);
      for (const std::string& tag : parsed->tags) {
        const auto rank = ranks_.find(tag);
        if (rank == ranks_.end()) continue;
        const auto build = BuildOrder(parsed->build);
        if (best == nullptr || rank->second < best_order.first ||
            (rank->second == best_order.first && build > best_order.second)) {
          best = &wheel;
          best_order = {rank->second, build};
        }
      }
    }
    if (best == nullptr) return NoWheel(package);
    if (best->sha256.size() != 64) {
      return At(package, "lock/weak-hash",
                absl::StrCat(best->name, ": the source offers no SHA-256"))
          .Next("use an index that gives one, as all current ones do");
    }
    Lock::Artifact artifact;
    artifact.set_kind(Lock::WHEEL);
    artifact.set_name(package.name);
    artifact.set_version(package.version);
    artifact.set_file(best->name);
    if (best->size > 0) artifact.set_size(best->size);
    artifact.set_sha256(best->sha256);
    artifact.add_url(best->url);
    artifact.add_target(target_.name());
    return artifact;
  }

  absl::Status NoWheel(const LockedPackage& package) const {
    DiagnosticError error =
        At(package, "lock/no-wheel",
           absl::StrCat("no wheel of ", package.name, " ", package.version,
                        " fits ", target_.name()));
    error.Expected(absl::StrCat("a tag such as ", best_tag_));
    error.Found(package.wheels.empty() ? "no wheel at all"
                                       : package.wheels[0].name);
    if (package.has_sdist) {
      error.Because("it has a source distribution, and a lock builds nothing");
    }
    error.Next("bound its version to one that has a wheel there");
    return error;
  }

  const LockedPackages& locked_;
  const Lock::Target& target_;
  const std::vector<std::string>& full_versions_;
  std::map<std::string, size_t> ranks_;
  std::string best_tag_;
};

}  // namespace

absl::StatusOr<LockedPackages> ReadPylock(const std::string& file,
                                          const std::string& content,
                                          absl::string_view folder) {
  return PylockReader(file, folder).Read(content);
}

absl::StatusOr<std::vector<Lock::Artifact>> ChooseWheels(
    const LockedPackages& locked, const Lock::Target& target,
    const std::vector<std::string>& full_versions) {
  for (const std::string& version : full_versions) {
    if (locked.requires_python.Contains(version)) continue;
    return ErrorAt(locked.file, 1, "lock/unanswered",
                   absl::StrCat("it is for Python ",
                                locked.requires_python.ToString(), ", not ",
                                version))
        .Next("let the step's Python and the file agree");
  }
  return WheelChooser(locked, target, full_versions).Choose();
}

}  // namespace provision
