#include "core/api/archive.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/crypto.h"

namespace provision {
namespace {

// A path and what is there; without an entry a directory that others imply.
using Place = std::pair<absl::string_view, const ArchiveEntry*>;

// Every field ends in NUL, which neither paths nor targets can hold.
std::string Line(const Place& place) {
  const absl::string_view end("\0", 1);
  const auto& [path, entry] = place;
  if (entry == nullptr || entry->type == ArchiveEntry::Type::kDirectory) {
    return absl::StrCat("d", end, path, end);
  }
  if (entry->type == ArchiveEntry::Type::kSymlink) {
    return absl::StrCat("l", end, path, end, entry->target, end);
  }
  return absl::StrCat(entry->executable ? "x" : "f", end, path, end,
                      entry->size, end, entry->sha256, end);
}

}  // namespace

std::string TreeDigest(absl::Span<const ArchiveEntry> entries) {
  absl::flat_hash_map<absl::string_view, const ArchiveEntry*> found;
  found.reserve(2 * entries.size());
  for (const ArchiveEntry& entry : entries) {
    const absl::string_view path = entry.path;
    found[path] = &entry;
    for (size_t slash = path.rfind('/'); slash != path.npos;
         slash = path.rfind('/', slash - 1)) {
      if (!found.try_emplace(path.substr(0, slash), nullptr).second) break;
    }
  }
  std::vector<Place> places(found.begin(), found.end());
  std::sort(places.begin(), places.end());
  Sha256 hash;
  for (const Place& place : places) hash.Update(Line(place));
  return hash.FinalHex();
}

std::vector<ArchiveEntry> EntriesBelow(absl::Span<const ArchiveEntry> entries,
                                       absl::string_view prefix) {
  std::vector<ArchiveEntry> below(entries.begin(), entries.end());
  absl::ConsumeSuffix(&prefix, "/");
  if (prefix.empty()) return below;
  const std::string start = absl::StrCat(prefix, "/");
  auto strip = [&start](std::string& path) {
    if (!absl::StartsWith(path, start)) return false;
    path.erase(0, start.size());
    return true;
  };
  below.erase(std::remove_if(below.begin(), below.end(),
                             [&strip](ArchiveEntry& e) {
                               // What it is a copy of may be outside.
                               if (!strip(e.copy_of)) e.copy_of.clear();
                               return !strip(e.path);
                             }),
              below.end());
  return below;
}

}  // namespace provision
