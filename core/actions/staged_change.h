#ifndef PROVISION_CORE_ACTIONS_STAGED_CHANGE_H_
#define PROVISION_CORE_ACTIONS_STAGED_CHANGE_H_

// A directory that is changed as one: what comes is written into a hidden
// sibling, what gives way is kept in another, and the moves between them are on
// record. From the record alone it is told how far the change has come.

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/actions/path_target.h"
#include "core/actions/preparation.pb.h"
#include "core/actions/tree_merge.h"
#include "core/base/directory.h"
#include "core/base/system.h"

namespace provision {

class StagedChange {
 public:
  // Opens the directory `path`; kNotFound if it is not there.
  static absl::StatusOr<StagedChange> Open(System& system,
                                           absl::string_view path);

  Directory& here() { return *here_; }
  PathTarget& target() { return target_; }

  // How far it has come by the names, and the SettledDigest of what came.
  absl::StatusOr<MoveProgress> Progress(const Preparation& preparation);
  absl::StatusOr<std::string> DigestOfWhatCame(const Preparation& preparation);

  // The sibling that is to be filled and synced before BringIn().
  absl::StatusOr<std::unique_ptr<Directory>> MakeStaging(
      const Preparation& preparation);

  // Makes the moves, durably.
  absl::Status BringIn(const Preparation& preparation);

  // After all moves: removes what is left under the temporary name; what gave
  // way is kept. Durable.
  absl::Status Finish(const Preparation& preparation);

  // From any point: brings back the state before and removes both siblings,
  // durably. May be called again after a kill.
  absl::Status TakeBack(const Preparation& preparation);

  // Has TakeBack() undo a change that was finished.
  absl::Status Reopen(const Preparation& preparation);

 private:
  absl::StatusOr<std::unique_ptr<Directory>> OpenSibling(
      const std::string& name);
  absl::StatusOr<std::unique_ptr<Directory>> MakeSibling(
      const std::string& name);

  PathTarget target_;
  std::unique_ptr<Directory> here_;
};

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_STAGED_CHANGE_H_
