#include "core/testing/line_unpacker.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"

namespace provision {

absl::StatusOr<ArchiveListing> LineUnpacker::Scan(
    const ByteSource& archive, const ArchiveRules& rules) const {
  std::string text(archive.size(), '\0');
  PROVISION_RETURN_IF_ERROR(archive.ReadAt(0, absl::MakeSpan(text)));
  if (absl::StrContains(text, "evil")) {
    return DiagnosticError(absl::StatusCode::kInvalidArgument, "archive/name",
                           "evil: is evil");
  }
  ArchiveListing listing;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::vector<std::string> parts = absl::StrSplit(line, '=');
    listing.entries.push_back({.path = parts[0],
                               .size = parts[1].size(),
                               .sha256 = Sha256Hex(parts[1])});
    listing.bytes += parts[1].size();
  }
  if (listing.bytes > rules.limits.total_bytes) {
    return DiagnosticError(absl::StatusCode::kInvalidArgument, "archive/limit",
                           "too much");
  }
  if (rules.profile == ArchiveProfile::kUpstream) {
    listing.allowances = {"everything"};
  }
  return listing;
}

absl::Status LineUnpacker::Unpack(const ByteSource& archive,
                                  const ArchiveRules& rules,
                                  const ArchiveListing&,
                                  Directory& destination) const {
  std::string text(archive.size(), '\0');
  PROVISION_RETURN_IF_ERROR(archive.ReadAt(0, absl::MakeSpan(text)));
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::vector<std::string> parts = absl::StrSplit(line, '=');
    const std::vector<ArchiveEntry> selected =
        EntriesBelow({{{.path = parts[0], .sha256 = {}}}}, rules.prefix);
    if (selected.empty()) continue;
    const std::string& path = selected[0].path;
    for (size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      absl::Status made =
          destination.MakeDirectory(path.substr(0, slash), 0755);
      if (!made.ok() && !absl::IsAlreadyExists(made)) return made;
    }
    PROVISION_ASSIGN_OR_RETURN(auto file, destination.Create(path, 0644));
    PROVISION_RETURN_IF_ERROR(file->Append(parts[1]));
  }
  return absl::OkStatus();
}

}  // namespace provision
