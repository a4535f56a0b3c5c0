#ifndef PROVISION_CORE_ACTIONS_PATH_TARGET_H_
#define PROVISION_CORE_ACTIONS_PATH_TARGET_H_

// What the handlers of files, links and directories share: the place they work
// at, what is there, and how it compares with what was expected.

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/actions/action_handler.h"
#include "core/actions/preparation.pb.h"
#include "core/api/fact.pb.h"
#include "core/base/diagnostic.h"
#include "core/base/directory.h"
#include "core/base/system.h"

namespace provision {

// A path as the directory that holds it, held open, and a name in it.
struct PathTarget {
  std::unique_ptr<Directory> parent;
  std::string name;
  std::string path;
};

absl::StatusOr<PathTarget> OpenTarget(System& system, absl::string_view path);

// Type, mode, owner, target, and of a file its digest and size.
absl::StatusOr<PathState> Observe(PathTarget& target);
// The same by path: ABSENT too where the parent is missing.
absl::StatusOr<PathState> ObservePath(System& system, absl::string_view path);

// Where `path` stands against a preparation that expects it in one state before
// and one after.
absl::StatusOr<Audit> AuditPath(System& system, absl::string_view path,
                                const Preparation& preparation);
// The same for what was found there.
Audit AuditState(const PathState& found, const Preparation& preparation);

// `apply/foreign-change` (kAborted), for what is told of `path` to be added.
DiagnosticError ChangedSincePreview(absl::string_view path);
// The same if `found` is not as `expected`, with both.
absl::Status ExpectState(absl::string_view path, const PathState& expected,
                         const PathState& found);
// The same for what the action's proposal saw at `path`.
absl::Status ExpectProposed(const Action& action, absl::string_view path,
                            const PathState& found);

// `apply/not-kept` if the file system has given `name`, which is or becomes
// `target`, another mode or owner than was asked for.
absl::Status ExpectKept(PathTarget& target, absl::string_view name,
                        const PathState& wanted);

// ".provision-0123456789abcdef.tmp": for what is made beside its final place.
std::string TemporaryName(System& system);

// ".provision-0123456789abcdef.aside": for what gives way and may come back.
std::string AsideName(System& system);

// `content` under a temporary name beside `target`, not durably.
absl::Status WriteTemporary(PathTarget& target, absl::string_view temporary,
                            absl::string_view content, const PathState& wanted);
// Gives what is ready its final name, where `found` was, not durably. Where
// nothing was found, nothing that came since is replaced:
// `apply/foreign-change`.
absl::Status NameTemporary(PathTarget& target, const PathState& found,
                           absl::string_view temporary);

// Puts `content` at `target`, where `found` is, in one rename, with this mode
// and owner, durably; the temporary is gone after an error. What came there
// where nothing was is `apply/foreign-change`, and stays.
absl::Status ReplaceFile(PathTarget& target, const PathState& found,
                         absl::string_view temporary, absl::string_view content,
                         const PathState& wanted);
// A symbolic link, likewise.
absl::Status ReplaceLink(PathTarget& target, const PathState& found,
                         absl::string_view temporary,
                         absl::string_view link_target);

// Removes `name` if it is there; what cannot be removed is an error.
absl::Status RemoveIfThere(Directory& directory, absl::string_view name);

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_PATH_TARGET_H_
