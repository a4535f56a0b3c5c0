#include "core/engine/file_check.h"

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "core/api/proposal.h"
#include "core/base/crypto.h"
#include "core/base/path.h"
#include "core/base/source_hash.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

absl::StatusOr<std::string> FileSha256(System& system, absl::string_view path) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> source,
                             system.OpenForReading(path));
  Sha256 digest;
  PROVISION_RETURN_IF_ERROR(HashSource(*source, digest));
  return digest.FinalHex();
}

PathState::Type TypeOf(const absl::optional<FileMetadata>& metadata) {
  if (!metadata.has_value()) return PathState::ABSENT;
  switch (metadata->type) {
    case FileType::kRegular:
      return PathState::FILE;
    case FileType::kDirectory:
      return PathState::DIRECTORY;
    case FileType::kSymlink:
      return PathState::SYMLINK;
    case FileType::kOther:
      break;
  }
  return PathState::OTHER;
}

// What `file` asks for, to compare with what is found.
absl::StatusOr<PathState> ExpectedState(const Check::File& file) {
  PathState expected;
  if (file.has_target()) {
    expected.set_type(PathState::SYMLINK);
    expected.set_target(file.target());
  } else if (file.has_type()) {
    expected.set_type(file.type());
  } else if (file.has_sha256()) {
    expected.set_type(PathState::FILE);
  }
  if (file.has_sha256()) expected.set_sha256(file.sha256());
  if (file.has_uid()) expected.set_uid(file.uid());
  if (file.has_gid()) expected.set_gid(file.gid());
  if (file.has_mode()) {
    uint32_t mode = 0;
    for (char digit : file.mode()) {
      if (digit < '0' || digit > '7' || mode > 07777) {
        return absl::InvalidArgumentError(
            absl::StrCat("not an octal mode: ", file.mode()));
      }
      mode = mode * 8 + (digit - '0');
    }
    expected.set_mode(mode);
  }
  return expected;
}

// Only what is set, so that what is expected says no more than it asks for.
std::string StateText(const PathState& state) {
  if (state.type() == PathState::ABSENT) return "nothing";
  std::vector<std::string> parts;
  switch (state.type()) {
    case PathState::FILE:
      parts.push_back("file");
      break;
    case PathState::DIRECTORY:
      parts.push_back("directory");
      break;
    case PathState::SYMLINK:
      parts.push_back("link");
      break;
    default:
      break;
  }
  if (state.has_target()) parts.push_back(absl::StrCat("to ", state.target()));
  if (state.has_mode()) {
    parts.push_back(absl::StrFormat("mode %04o", state.mode()));
  }
  if (state.has_uid()) parts.push_back(absl::StrCat("user ", state.uid()));
  if (state.has_gid()) parts.push_back(absl::StrCat("group ", state.gid()));
  if (state.has_sha256()) {
    parts.push_back(absl::StrCat("sha256:", state.sha256().substr(0, 12)));
  }
  return parts.empty() ? "something" : absl::StrJoin(parts, " ");
}

absl::StatusOr<PathState> FoundState(System& system, const std::string& path,
                                     const PathState& expected) {
  const bool is_about_a_link = expected.type() == PathState::SYMLINK ||
                               expected.type() == PathState::ABSENT;
  PROVISION_ASSIGN_OR_RETURN(
      absl::optional<FileMetadata> metadata,
      is_about_a_link ? system.Lstat(path) : system.Stat(path));
  PathState found;
  found.set_type(TypeOf(metadata));
  if (!metadata.has_value()) return found;
  found.set_mode(metadata->mode);
  found.set_uid(metadata->uid);
  found.set_gid(metadata->gid);
  if (found.type() == PathState::SYMLINK) found.set_target(metadata->target);
  if (expected.has_sha256() && found.type() == PathState::FILE) {
    PROVISION_ASSIGN_OR_RETURN(*found.mutable_sha256(),
                               FileSha256(system, path));
  }
  return found;
}

}  // namespace

absl::StatusOr<FileComparison> CompareFile(const Check::File& file,
                                           absl::string_view root,
                                           System& system) {
  PROVISION_ASSIGN_OR_RETURN(PathState expected, ExpectedState(file));
  PROVISION_ASSIGN_OR_RETURN(
      PathState found,
      FoundState(system, JoinPath(root, file.path()), expected));
  const bool is_there = found.type() != PathState::ABSENT;
  const bool may_be_absent = expected.type() == PathState::ABSENT;
  return FileComparison{
      StateMatches(expected, found) && (is_there || may_be_absent),
      StateText(expected), StateText(found)};
}

}  // namespace provision
