#include "plugins/files/path_claims.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/api/provisioner.h"
#include "core/base/path.h"

namespace provision {
namespace {

using Kind = PathClaim::Kind;

template <typename Entries>
void AddClaims(const Entries& entries, Kind kind,
               const std::function<std::string(const std::string&)>& normal,
               std::vector<PathClaim>* claims) {
  for (int i = 0; i < entries.size(); ++i) {
    if (entries[i].path().empty()) continue;
    claims->push_back({kind, i, normal(entries[i].path()), {}});
  }
}

size_t DepthOf(const PathClaim& claim) {
  return std::count(claim.path.begin(), claim.path.end(), '/');
}

bool MayShareAPath(const PathClaim& a, const PathClaim& b) {
  return a.kind == Kind::kBlock && b.kind == Kind::kBlock && a.block != b.block;
}

Diagnostic Conflict(const PathClaim& claim, absl::string_view message,
                    absl::string_view next) {
  return ConfigError("files/conflict", absl::StrCat(claim.field(), ".path"),
                     message, next);
}

}  // namespace

std::string PathClaim::field() const {
  switch (kind) {
    case Kind::kDirectory:
      return absl::StrCat("directory[", index, "]");
    case Kind::kFile:
      return absl::StrCat("file[", index, "]");
    case Kind::kLink:
      return absl::StrCat("link[", index, "]");
    case Kind::kBlock:
      return absl::StrCat("block[", index, "]");
    case Kind::kAbsent:
      break;
  }
  return absl::StrCat("absent[", index, "]");
}

std::vector<PathClaim> ClaimsOf(
    const FilesConfig& config,
    const std::function<std::string(const std::string&)>& normal) {
  std::vector<PathClaim> claims;
  AddClaims(config.directory(), Kind::kDirectory, normal, &claims);
  std::stable_sort(claims.begin(), claims.end(),
                   [](const PathClaim& a, const PathClaim& b) {
                     return DepthOf(a) < DepthOf(b);
                   });
  AddClaims(config.file(), Kind::kFile, normal, &claims);
  AddClaims(config.link(), Kind::kLink, normal, &claims);
  AddClaims(config.block(), Kind::kBlock, normal, &claims);
  AddClaims(config.absent(), Kind::kAbsent, normal, &claims);
  for (PathClaim& claim : claims) {
    if (claim.kind == Kind::kBlock) {
      claim.block = config.block(claim.index).name();
    }
  }
  return claims;
}

std::vector<Diagnostic> FindConflicts(const std::vector<PathClaim>& claims) {
  std::vector<Diagnostic> conflicts;
  std::multimap<std::string, const PathClaim*> by_path;
  for (const PathClaim& claim : claims) {
    auto [begin, end] = by_path.equal_range(claim.path);
    for (auto other = begin; other != end; ++other) {
      if (MayShareAPath(claim, *other->second)) continue;
      conflicts.push_back(
          Conflict(claim,
                   absl::StrCat("`", claim.path, "` is wanted twice, by ",
                                other->second->field(), " as well"),
                   "keep one of the two"));
      break;
    }
    by_path.emplace(claim.path, &claim);
  }
  for (const PathClaim& claim : claims) {
    for (std::string above = ParentPath(claim.path);
         above != "/" && above != "."; above = ParentPath(above)) {
      auto other = by_path.find(above);
      if (other == by_path.end() || other->second->kind == Kind::kDirectory) {
        continue;
      }
      conflicts.push_back(Conflict(
          claim,
          absl::StrCat("`", claim.path, "` is below ", other->second->field(),
                       ", which is no directory"),
          "choose another path for one of the two"));
      break;
    }
  }
  return conflicts;
}

}  // namespace provision
