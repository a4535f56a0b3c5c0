#include "core/api/archive.h"

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/crypto.h"

namespace provision {
namespace {

// Every field ends in NUL, which neither paths nor targets can hold.
std::string Line(const ArchiveEntry& entry) {
  const absl::string_view end("\0", 1);
  switch (entry.type) {
    case ArchiveEntry::Type::kDirectory:
      return absl::StrCat("d", end, entry.path, end);
    case ArchiveEntry::Type::kSymlink:
      return absl::StrCat("l", end, entry.path, end, entry.target, end);
    case ArchiveEntry::Type::kFile:
      return absl::StrCat(entry.executable ? "x" : "f", end, entry.path, end,
                          entry.size, end, entry.sha256, end);
  }
  return "";
}

}  // namespace

std::string TreeDigest(absl::Span<const ArchiveEntry> entries) {
  std::map<std::string, std::string> lines;
  for (const ArchiveEntry& entry : entries) {
    lines[entry.path] = Line(entry);
    for (size_t slash = entry.path.rfind('/'); slash != std::string::npos;
         slash = entry.path.rfind('/', slash - 1)) {
      ArchiveEntry parent;
      parent.path = entry.path.substr(0, slash);
      parent.type = ArchiveEntry::Type::kDirectory;
      if (!lines.try_emplace(parent.path, Line(parent)).second) break;
    }
  }
  Sha256 hash;
  for (const auto& [path, line] : lines) hash.Update(line);
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
