#include "plugins/python/build_list.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "plugins/python/build_table.h"

namespace provision {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

void Sort(BuildList* list) {
  absl::c_stable_sort(list->builds,
                      [](const PythonBuild& a, const PythonBuild& b) {
                        return a.version < b.version;
                      });
}

// The value of a field, or an empty one.
const Value& Field(const Struct& record, const char* name) {
  static const Value& empty = *new Value();
  const auto found = record.fields().find(name);
  return found == record.fields().end() ? empty : found->second;
}

bool IsSha256(absl::string_view text) {
  return text.size() == 64 && absl::c_all_of(text, [](char c) {
           return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
         });
}

// Final, plain, for this target.
bool IsWanted(const Struct& record, const PythonTarget& target) {
  const Struct& arch = Field(record, "arch").struct_value();
  return Field(record, "name").string_value() == "cpython" &&
         Field(record, "os").string_value() == "linux" &&
         Field(arch, "family").string_value() == target.machine &&
         Field(arch, "variant").string_value().empty() &&
         Field(record, "libc").string_value() == target.libc &&
         Field(record, "prerelease").string_value().empty() &&
         Field(record, "variant").string_value().empty() &&
         !Field(record, "sha256").string_value().empty();
}

// Where an archive is within a mirror.
absl::StatusOr<std::string> ArchiveOf(const std::string& url) {
  std::string path = url;
  if (absl::StrContains(url, "://")) {
    const std::vector<std::string> parts = absl::StrSplit(url, '/');
    path = absl::StrCat(parts[parts.size() - 2], "/", parts.back());
  }
  path = absl::StrReplaceAll(path, {{"%2B", "+"}, {"%2b", "+"}});
  for (absl::string_view part : absl::StrSplit(path, '/')) {
    if (part.empty() || part == "." || part == "..") {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", url, "\" is no path within a mirror"));
    }
  }
  return path;
}

}  // namespace

std::string PythonTarget::ToString() const {
  return absl::StrCat("linux/",
                      machine == "x86_64"    ? "amd64"
                      : machine == "aarch64" ? "arm64"
                                             : machine,
                      "/", libc);
}

std::string PythonBuild::Prefix() const {
  // Archives from before 2022 hold the build's own files too.
  return absl::EndsWith(archive, ".tar.zst") ? "python/install/" : "python/";
}

std::string PythonBuild::Name() const {
  return absl::StrContains(archive, "/") ? archive.substr(0, archive.find('/'))
                                         : "";
}

const PythonBuild* BuildList::Find(const PythonVersion& version) const {
  const auto found = absl::c_find_if(builds, [&](const PythonBuild& build) {
    return build.version == version;
  });
  return found == builds.end() ? nullptr : &*found;
}

BuildList EmbeddedBuildList(const PythonTarget& target) {
  BuildList list;
  list.name = absl::StrCat("build list ", kBuildTableDate);
  const std::string wanted = absl::StrCat(target.machine, "-", target.libc);
  for (absl::string_view line :
       absl::StrSplit(kBuildTable, '\n', absl::SkipEmpty())) {
    const std::vector<std::string> columns = absl::StrSplit(line, ' ');
    if (columns[1] != wanted) continue;
    list.builds.push_back(
        {*PythonVersion::Parse(columns[0]), columns[2], columns[3]});
  }
  Sort(&list);
  return list;
}

absl::StatusOr<BuildList> ParseBuildList(absl::string_view json,
                                         const PythonTarget& target) {
  Struct records;
  if (!google::protobuf::util::JsonStringToMessage(std::string(json), &records)
           .ok()) {
    return absl::InvalidArgumentError("it is no JSON object");
  }
  BuildList list;
  list.name = "the mirror's list";
  // Fields of a Struct have no order of their own.
  std::vector<std::string> keys;
  for (const auto& [key, value] : records.fields()) keys.push_back(key);
  absl::c_sort(keys);
  for (const std::string& key : keys) {
    const Struct& record = records.fields().at(key).struct_value();
    if (!IsWanted(record, target)) continue;
    const auto number = [&record](const char* name) {
      return static_cast<int>(Field(record, name).number_value());
    };
    PROVISION_ASSIGN_OR_RETURN(std::string archive,
                               ArchiveOf(Field(record, "url").string_value()));
    const std::string& sha256 = Field(record, "sha256").string_value();
    absl::StatusOr<PythonVersion> version = PythonVersion::Parse(absl::StrCat(
        number("major"), ".", number("minor"), ".", number("patch")));
    if (!version.ok() || !IsSha256(sha256)) {
      return absl::InvalidArgumentError(
          absl::StrCat(key, " has no proper version or digest"));
    }
    list.builds.push_back({*std::move(version), std::move(archive), sha256});
  }
  Sort(&list);
  return list;
}

}  // namespace provision
