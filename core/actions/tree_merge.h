#ifndef PROVISION_CORE_ACTIONS_TREE_MERGE_H_
#define PROVISION_CORE_ACTIONS_TREE_MERGE_H_

// Puts a staged tree into one that is there by as few renames as will do: a
// name that is new comes whole, a folder that both have is merged one level
// down, and what gives way is moved to a third tree. The moves are settled
// first and go on record; from them alone all can be done, told and undone.
//
//   moves = PlanMoves(here, gone, coming)
//   trees = {here, staged, aside}
//   PerformMoves(moves, trees)     // or, at any point: BringBack(moves, trees)

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/actions/preparation.pb.h"
#include "core/base/directory.h"
#include "google/protobuf/repeated_field.h"

namespace provision {

using Moves = google::protobuf::RepeatedPtrField<Preparation::Move>;

// What takes the files `gone` out of `here` and the files `coming` in: paths
// relative to it. A file that has to give way to one that comes does, gone or
// not; a folder gives way only if all in it goes. Else `apply/conflict`.
absl::StatusOr<Moves> PlanMoves(Directory& here,
                                const std::vector<std::string>& gone,
                                const std::vector<std::string>& coming);

// Three trees on one file system.
struct MergedTrees {
  Directory& here;
  Directory& staged;
  Directory& aside;
};

// All moves, in their order. Nothing is synced.
absl::Status PerformMoves(const Moves& moves, MergedTrees trees);

// Takes back whatever of the moves was done, the last first: what came is in
// `staged` again, what gave way in `here`.
absl::Status BringBack(const Moves& moves, MergedTrees trees);

// How far the moves have come, judged by the names alone. A tree that is not
// there is null and counts as empty.
enum class MoveProgress {
  kNone,
  kSome,
  kAll,
  kForeign,  // a name is taken, or gone, that the moves do not account for
};
absl::StatusOr<MoveProgress> ProgressOf(const Moves& moves, Directory& here,
                                        Directory* staged, Directory* aside);

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_TREE_MERGE_H_
