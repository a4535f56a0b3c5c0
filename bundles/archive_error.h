#ifndef PROVISION_BUNDLES_ARCHIVE_ERROR_H_
#define PROVISION_BUNDLES_ARCHIVE_ERROR_H_

// Refusals of an archive: a diagnostic `MEMBER: REASON` with the id
// `archive/…`, kInvalidArgument. The caller puts the artifact's name before it.

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace provision {

// The ids of refusals and what each stands for.
inline constexpr absl::string_view kArchiveFilter = "archive/filter";
inline constexpr absl::string_view kArchiveName = "archive/name";
inline constexpr absl::string_view kArchiveDuplicate = "archive/duplicate";
inline constexpr absl::string_view kArchiveCollision = "archive/collision";
inline constexpr absl::string_view kArchiveType = "archive/type";
inline constexpr absl::string_view kArchiveMetadata = "archive/metadata";
inline constexpr absl::string_view kArchiveTar = "archive/tar";
inline constexpr absl::string_view kArchiveZip = "archive/zip";
inline constexpr absl::string_view kArchiveLimit = "archive/limit";
inline constexpr absl::string_view kArchiveDiffers = "archive/differs";

// A refusal for what `member` is or does; without a member if that is empty.
// The name is escaped for a terminal and cut to a readable length.
absl::Status ArchiveError(absl::string_view id, absl::string_view member,
                          absl::string_view reason);

// A name from an archive, fit to be printed: only printable ASCII as it is.
std::string EscapedName(absl::string_view name);

}  // namespace provision

#endif  // PROVISION_BUNDLES_ARCHIVE_ERROR_H_
