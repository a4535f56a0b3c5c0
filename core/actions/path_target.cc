#include "core/actions/path_target.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/api/proposal.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/planted_bug.h"
#include "core/base/source_hash.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

PathState::Type TypeOf(FileType type) {
  switch (type) {
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

absl::StatusOr<std::string> DigestOf(Directory& directory,
                                     absl::string_view name) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> source,
                             directory.OpenForReading(name));
  Sha256 digest;
  PROVISION_RETURN_IF_ERROR(HashSource(*source, digest));
  return digest.FinalHex();
}

std::string RandomName(System& system, absl::string_view suffix) {
  return absl::StrCat(".provision-",
                      absl::BytesToHexString(system.RandomBytes(8)), suffix);
}

// The planted bug: what readers see on the way is neither old nor new.
absl::Status CopyInPlace(PathTarget& target, absl::string_view temporary) {
  Directory& parent = *target.parent;
  PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> made,
                             parent.Lstat(temporary));
  if (!made || made->type != FileType::kRegular) {
    return parent.Rename(temporary, parent, target.name,
                         Directory::RenameMode::kReplace);
  }
  PROVISION_ASSIGN_OR_RETURN(std::string content,
                             parent.ReadFile(temporary, made->size));
  PROVISION_RETURN_IF_ERROR(RemoveIfThere(parent, target.name));
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file,
                             parent.Create(target.name, made->mode));
  PROVISION_RETURN_IF_ERROR(file->Append(content));
  PROVISION_RETURN_IF_ERROR(file->Sync());
  return parent.Remove(temporary);
}

std::string AttributesText(uint32_t mode, uint32_t uid, uint32_t gid) {
  return absl::StrFormat("mode %04o, owner %d:%d", mode, uid, gid);
}

}  // namespace

absl::StatusOr<PathTarget> OpenTarget(System& system, absl::string_view path) {
  PathTarget target;
  PROVISION_ASSIGN_OR_RETURN(target.parent,
                             system.OpenDirectory(ParentPath(path)));
  target.name = BaseName(path);
  target.path = std::string(path);
  return target;
}

absl::StatusOr<PathState> Observe(PathTarget& target) {
  PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> found,
                             target.parent->Lstat(target.name));
  PathState state;
  state.set_type(PathState::ABSENT);
  if (!found.has_value()) return state;
  state.set_type(TypeOf(found->type));
  state.set_uid(found->uid);
  state.set_gid(found->gid);
  if (found->type == FileType::kSymlink) {
    state.set_target(found->target);
    return state;
  }
  state.set_mode(found->mode);
  if (found->type == FileType::kRegular) {
    state.set_size(found->size);
    PROVISION_ASSIGN_OR_RETURN(*state.mutable_sha256(),
                               DigestOf(*target.parent, target.name));
  }
  return state;
}

absl::StatusOr<PathState> ObservePath(System& system, absl::string_view path) {
  absl::StatusOr<PathTarget> target = OpenTarget(system, path);
  if (absl::IsNotFound(target.status())) {
    PathState absent;
    absent.set_type(PathState::ABSENT);
    return absent;
  }
  PROVISION_RETURN_IF_ERROR(target.status());
  return Observe(*target);
}

absl::StatusOr<Audit> AuditPath(System& system, absl::string_view path,
                                const Preparation& preparation) {
  absl::StatusOr<PathState> found = ObservePath(system, path);
  return found.ok() ? AuditState(*found, preparation) : Audit::kUnknown;
}

Audit AuditState(const PathState& found, const Preparation& preparation) {
  if (preparation.before_size() != 1 || preparation.after_size() != 1) {
    return Audit::kUnknown;
  }
  if (StateMatches(preparation.after(0).state(), found)) return Audit::kAfter;
  return StateMatches(preparation.before(0).state(), found) ? Audit::kBefore
                                                            : Audit::kOther;
}

DiagnosticError ChangedSincePreview(absl::string_view path) {
  return DiagnosticError(absl::StatusCode::kAborted, "apply/foreign-change",
                         absl::StrCat(path, ": changed since the preview"))
      .Next(
          "look at the change, then run the same command again: it proposes "
          "against what is there");
}

absl::Status ExpectState(absl::string_view path, const PathState& expected,
                         const PathState& found) {
  if (StateMatches(expected, found)) return absl::OkStatus();
  return ChangedSincePreview(path)
      .Expected(DescribeState(expected))
      .Found(DescribeState(found));
}

absl::Status ExpectProposed(const Action& action, absl::string_view path,
                            const PathState& found) {
  for (const PathExpectation& before : action.before()) {
    if (before.path() == path) {
      PROVISION_RETURN_IF_ERROR(ExpectState(path, before.state(), found));
    }
  }
  return absl::OkStatus();
}

absl::Status ExpectKept(PathTarget& target, absl::string_view name,
                        const PathState& wanted) {
  PROVISION_ASSIGN_OR_RETURN(absl::optional<FileMetadata> found,
                             target.parent->Lstat(name));
  if (!found.has_value()) return absl::AbortedError("it is gone");
  const uint32_t mode = wanted.has_mode() ? wanted.mode() : found->mode;
  const uint32_t uid = wanted.has_uid() ? wanted.uid() : found->uid;
  const uint32_t gid = wanted.has_gid() ? wanted.gid() : found->gid;
  const std::string expected = AttributesText(mode, uid, gid);
  const std::string kept = AttributesText(found->mode, found->uid, found->gid);
  if (expected == kept) return absl::OkStatus();
  return DiagnosticError(
             absl::StatusCode::kFailedPrecondition, "apply/not-kept",
             absl::StrCat(target.path,
                          ": its file system does not keep mode and owner"))
      .Expected(expected)
      .Found(kept)
      .Next("name a path on another file system, or ask for what was found");
}

std::string TemporaryName(System& system) { return RandomName(system, ".tmp"); }

std::string AsideName(System& system) { return RandomName(system, ".aside"); }

absl::Status WriteTemporary(PathTarget& target, absl::string_view temporary,
                            absl::string_view content,
                            const PathState& wanted) {
  Directory& parent = *target.parent;
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file,
                             parent.Create(temporary, wanted.mode()));
  PROVISION_RETURN_IF_ERROR(file->Append(content));
  if (wanted.has_uid() || wanted.has_gid()) {
    // Changing the owner clears set-id bits, so the mode comes after.
    PROVISION_RETURN_IF_ERROR(
        parent.SetOwner(temporary, wanted.uid(), wanted.gid()));
    PROVISION_RETURN_IF_ERROR(parent.SetMode(temporary, wanted.mode()));
  }
  // Told now: once it has its name, what was there is gone.
  return ExpectKept(target, temporary, wanted);
}

absl::Status NameTemporary(PathTarget& target, const PathState& found,
                           absl::string_view temporary) {
  if (IsPlanted("write_in_place")) return CopyInPlace(target, temporary);
  const bool is_new = found.type() == PathState::ABSENT;
  absl::Status named =
      target.parent->Rename(temporary, *target.parent, target.name,
                            is_new ? Directory::RenameMode::kNoReplace
                                   : Directory::RenameMode::kReplace);
  if (!is_new || !absl::IsAlreadyExists(named)) return named;
  PROVISION_ASSIGN_OR_RETURN(PathState now, Observe(target));
  PROVISION_RETURN_IF_ERROR(ExpectState(target.path, found, now));
  return named;  // it came, and went again
}

absl::Status ReplaceFile(PathTarget& target, const PathState& found,
                         absl::string_view temporary, absl::string_view content,
                         const PathState& wanted) {
  Directory& parent = *target.parent;
  absl::Status status = WriteTemporary(target, temporary, content, wanted);
  if (status.ok() && !IsPlanted("effect_not_synced")) {
    status = parent.SyncFile(temporary);
  }
  if (status.ok()) status = NameTemporary(target, found, temporary);
  if (!status.ok()) {
    if (!IsNotDurable(status)) RemoveIfThere(parent, temporary).IgnoreError();
    return status;
  }
  if (IsPlanted("directory_not_synced")) return absl::OkStatus();
  return parent.Sync();
}

absl::Status ReplaceLink(PathTarget& target, const PathState& found,
                         absl::string_view temporary,
                         absl::string_view link_target) {
  Directory& parent = *target.parent;
  absl::Status status = parent.MakeSymlink(link_target, temporary);
  if (status.ok()) status = NameTemporary(target, found, temporary);
  if (!status.ok()) {
    RemoveIfThere(parent, temporary).IgnoreError();
    return status;
  }
  return parent.Sync();
}

absl::Status RemoveIfThere(Directory& directory, absl::string_view name) {
  absl::Status removed = directory.Remove(name);
  return absl::IsNotFound(removed) ? absl::OkStatus() : removed;
}

}  // namespace provision
