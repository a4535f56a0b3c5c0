#include "core/engine/directory_behaviour.h"

#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/base/child_environment.h"
#include "core/base/remove_tree.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

bool TakesSymlinks(Directory& scratch) {
  if (!scratch.MakeSymlink("target", "link").ok()) return false;
  absl::StatusOr<absl::optional<FileMetadata>> link = scratch.Lstat("link");
  return link.ok() && link->has_value() &&
         (*link)->type == FileType::kSymlink && (*link)->target == "target";
}

// A lock that two can hold is none.
bool TakesLocks(Directory& scratch) {
  absl::StatusOr<std::unique_ptr<FileLock>> first =
      scratch.TryLock("lock", /*inheritable=*/false);
  if (!first.ok() || *first == nullptr) return false;
  absl::StatusOr<std::unique_ptr<FileLock>> second =
      scratch.TryLock("lock", /*inheritable=*/false);
  return second.ok() && *second == nullptr;
}

bool TakesExecutables(System& system, Directory& scratch) {
  {
    absl::StatusOr<std::unique_ptr<WritableFile>> file =
        scratch.Create("run", 0700);
    if (!file.ok() || !(*file)->Append("#!/bin/sh\nexit 0\n").ok()) {
      return false;
    }
  }
  ProcessSpec spec;
  spec.argv = {absl::StrCat(scratch.path(), "/run")};
  spec.environment = ChildEnvironment(system);
  spec.directory = "/";
  spec.deadline = absl::Seconds(10);
  absl::StatusOr<ProcessResult> result = system.Run(spec);
  return result.ok() && result->ok();
}

}  // namespace

absl::StatusOr<DirectoryBehaviour> ProbeBehaviour(System& system,
                                                  absl::string_view path) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> directory,
                             system.OpenDirectory(path));
  const std::string name = absl::StrCat(
      ".provision-", absl::BytesToHexString(system.RandomBytes(8)), ".probe");
  PROVISION_RETURN_IF_ERROR(directory->MakeDirectory(name, 0700));
  DirectoryBehaviour behaviour;
  absl::StatusOr<std::unique_ptr<Directory>> scratch =
      directory->OpenDirectory(name);
  if (scratch.ok()) {
    behaviour.symlinks = TakesSymlinks(**scratch);
    behaviour.locks = TakesLocks(**scratch);
    behaviour.executables = TakesExecutables(system, **scratch);
  }
  PROVISION_RETURN_IF_ERROR(RemoveTree(*directory, name));
  PROVISION_RETURN_IF_ERROR(scratch.status());
  return behaviour;
}

}  // namespace provision
