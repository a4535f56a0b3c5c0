#include "plugins/python_packages/installed_distributions.h"

#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/path.h"
#include "core/host/python_name.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"

namespace provision {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

// Headers up to the first blank line, folded ones joined.
std::vector<std::pair<std::string, std::string>> ParseHeaders(
    absl::string_view text) {
  std::vector<std::pair<std::string, std::string>> headers;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    absl::ConsumeSuffix(&line, "\r");
    if (line.empty()) break;
    if (absl::ascii_isspace(line[0])) {
      if (headers.empty()) break;
      absl::StrAppend(&headers.back().second, " ",
                      absl::StripAsciiWhitespace(line));
      continue;
    }
    const size_t colon = line.find(':');
    if (colon == absl::string_view::npos) break;
    headers.emplace_back(
        absl::AsciiStrToLower(line.substr(0, colon)),
        std::string(absl::StripAsciiWhitespace(line.substr(colon + 1))));
  }
  return headers;
}

std::string TextOf(const Struct& object, const std::string& key) {
  const auto it = object.fields().find(key);
  return it == object.fields().end() ? "" : it->second.string_value();
}

Struct ObjectOf(const Struct& object, const std::string& key) {
  const auto it = object.fields().find(key);
  return it == object.fields().end() ? Struct() : it->second.struct_value();
}

absl::optional<DirectUrl> ParseDirectUrl(const std::string& json) {
  Struct object;
  if (!google::protobuf::util::JsonStringToMessage(json, &object).ok()) {
    return absl::nullopt;
  }
  DirectUrl direct;
  direct.url = TextOf(object, "url");
  const Struct vcs = ObjectOf(object, "vcs_info");
  direct.vcs = TextOf(vcs, "vcs");
  direct.requested_revision = TextOf(vcs, "requested_revision");
  direct.commit = TextOf(vcs, "commit_id");
  const Struct archive = ObjectOf(object, "archive_info");
  direct.sha256 = TextOf(ObjectOf(archive, "hashes"), "sha256");
  const Struct folder = ObjectOf(object, "dir_info");
  const auto editable = folder.fields().find("editable");
  direct.editable =
      editable != folder.fields().end() && editable->second.bool_value();
  return direct;
}

InstalledDistribution ParseMetadata(absl::string_view text) {
  InstalledDistribution distribution;
  for (const auto& [name, value] : ParseHeaders(text)) {
    if (name == "name") {
      distribution.name = value;
    } else if (name == "version") {
      distribution.version = value;
    } else if (name == "requires-dist") {
      auto requirement = ParsePythonRequirement(value);
      if (requirement.ok()) {
        distribution.requires_distributions.push_back(*std::move(requirement));
      } else {
        distribution.unreadable.push_back(value);
      }
    }
  }
  return distribution;
}

// The path of `entry` relative to the environment, through its `lib64` link.
std::string ThroughLinks(const std::string& path,
                         const PythonEnvironment& environment) {
  const size_t slash = path.find('/');
  const auto first = environment.entries.find(path.substr(0, slash));
  if (slash == std::string::npos || first == environment.entries.end() ||
      first->second.type() != PathState::SYMLINK) {
    return path;
  }
  return absl::StrCat(first->second.target(), path.substr(slash));
}

}  // namespace

std::map<std::string, InstalledDistribution> ReadInstalledDistributions(
    const PythonEnvironment& environment, Facts& facts) {
  std::map<std::string, InstalledDistribution> installed;
  for (const std::string& site : environment.site_packages) {
    const std::string prefix =
        absl::StrCat(ThroughLinks(site + "/", environment));
    for (auto it = environment.entries.lower_bound(prefix);
         it != environment.entries.end() && absl::StartsWith(it->first, prefix);
         ++it) {
      const absl::string_view name =
          absl::string_view(it->first).substr(prefix.size());
      const bool wheel = absl::EndsWith(name, ".dist-info/METADATA");
      const bool egg = absl::EndsWith(name, ".egg-info/PKG-INFO");
      if ((!wheel && !egg) || name.find('/') != name.rfind('/')) continue;
      // What pip was moving out of the way when it was killed.
      if (absl::StartsWith(name, "~")) continue;
      const std::string folder = ParentPath(it->first);
      const auto text =
          facts.File(absl::StrCat(environment.path, "/", it->first));
      if (!text.ok()) continue;
      InstalledDistribution distribution = ParseMetadata(*text);
      if (distribution.name.empty()) continue;
      distribution.metadata_folders = {folder};
      const std::string direct = folder + "/direct_url.json";
      if (environment.entries.count(direct) != 0) {
        const auto json =
            facts.File(absl::StrCat(environment.path, "/", direct));
        if (json.ok()) distribution.direct_url = ParseDirectUrl(*json);
      }
      const auto [known, added] = installed.emplace(
          NormalizePythonName(distribution.name), std::move(distribution));
      std::vector<std::string>& folders = known->second.metadata_folders;
      if (!added && folders.back() != folder) folders.push_back(folder);
    }
  }
  return installed;
}

DistributionDamage FindDamage(const InstalledDistribution& distribution,
                              const PythonEnvironment& environment,
                              Facts& facts) {
  if (distribution.metadata_folders.size() > 1) {
    return {"metadata of two versions", true};
  }
  const std::string& folder = distribution.metadata_folders[0];
  if (!absl::EndsWith(folder, ".dist-info")) return {};  // has no RECORD
  const auto record =
      facts.File(absl::StrCat(environment.path, "/", folder, "/RECORD"));
  if (!record.ok()) return {"no RECORD", true};
  const std::string site = ParentPath(folder);
  bool was_finished = false;
  for (const RecordRow& row : ParseRecord(*record)) {
    if (absl::EndsWith(row.path, ".dist-info/INSTALLER")) was_finished = true;
    if (row.path.empty() || absl::EndsWith(row.path, ".pyc")) continue;
    const std::string path =
        JoinPath(absl::StrCat(environment.path, "/", site), row.path);
    PathState::Type type = PathState::ABSENT;
    uint64_t size = 0;
    if (IsBelowOrSame(path, environment.path)) {
      const auto it = environment.entries.find(
          ThroughLinks(RelativeTo(path, environment.path), environment));
      if (it != environment.entries.end()) {
        type = it->second.type();
        size = it->second.size();
      }
    } else {
      const PathState state = facts.Metadata(path);
      type = state.type();
      size = state.size();
    }
    if (type == PathState::ABSENT) {
      return {absl::StrCat(row.path, " is missing")};
    }
    uint64_t recorded = 0;
    if (type == PathState::FILE && absl::SimpleAtoi(row.size, &recorded) &&
        recorded != size) {
      return {absl::StrCat(row.path, " has ", size, " bytes, not ", recorded)};
    }
  }
  // Until an installer writes its own at the end, the RECORD is the wheel's,
  // which knows no scripts.
  if (!was_finished) return {"its installation was cut off"};
  return {};
}

std::vector<RecordRow> ParseRecord(absl::string_view text) {
  std::vector<RecordRow> rows;
  std::vector<std::string> cells(1);
  bool quoted = false;
  const auto end_row = [&] {
    cells.resize(3);
    if (!cells[0].empty()) rows.push_back({cells[0], cells[1], cells[2]});
    cells.assign(1, "");
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      const bool doubled =
          c == '"' && i + 1 < text.size() && text[i + 1] == '"';
      if (c != '"' || doubled) cells.back().push_back(c);
      if (doubled) {
        ++i;
      } else if (c == '"') {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      cells.emplace_back();
    } else if (c == '\n' || c == '\r') {
      end_row();
    } else {
      cells.back().push_back(c);
    }
  }
  end_row();
  return rows;
}

}  // namespace provision
