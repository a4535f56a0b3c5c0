#ifndef PROVISION_CORE_ACTIONS_PATH_HANDLER_H_
#define PROVISION_CORE_ACTIONS_PATH_HANDLER_H_

// What the kinds share that change one path in one rename: write_file, link,
// make_directory and remove. They are atomic, convergent and exactly undone;
// a kind adds what it wants there and how it gets there.

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/actions/action_handler.h"
#include "core/actions/path_target.h"
#include "core/actions/preparation.pb.h"
#include "core/api/fact.pb.h"

namespace provision {

class PathHandler : public ActionHandler {
 public:
  bool atomic() const final { return true; }
  Action::Reversibility reversibility(const Action& action) const final;
  Action::RepeatClass repeat_class(const Action& action) const final;

  absl::StatusOr<Audit> AuditWanted(const Action& action,
                                    ActionContext& context) const final;
  absl::StatusOr<Audit> AuditPrepared(const Action& action,
                                      const Preparation& preparation,
                                      ActionContext& context) const final;
  absl::StatusOr<Preparation> Prepare(const Action& action,
                                      ActionContext& context) const final;
  absl::Status Perform(const Action& action, const Preparation& preparation,
                       ActionContext& context) const final;
  bool has_halves() const final { return true; }
  absl::Status Stage(const Action& action, const Preparation& preparation,
                     ActionContext& context) const final;
  absl::Status Place(const Action& action, const Preparation& preparation,
                     ActionContext& context) const final;
  absl::Status MakeDurable(const Action& action, const Preparation& preparation,
                           ActionContext& context) const override;
  absl::Status Clean(const Action& action, const Preparation& preparation,
                     ActionContext& context) const override;
  absl::StatusOr<UndoOutcome> Undo(const Action& action,
                                   const Preparation& preparation,
                                   ActionContext& context) const override;

 protected:
  // The state that the action asks for.
  virtual absl::StatusOr<PathState> Wanted(const Action& action,
                                           ActionContext& context) const = 0;

  // Refuses what is in the way, and adds to `preparation`, which has the states
  // before and after, what the kind needs to be performed and undone.
  virtual absl::Status Settle(const Action& action, PathTarget& target,
                              ActionContext& context,
                              Preparation* preparation) const = 0;

  // Makes the new state under the temporary name, not durably. By itself:
  // nothing, for a kind that needs none.
  virtual absl::Status MakeTemporary(const Action& action,
                                     const Preparation& preparation,
                                     PathTarget& target,
                                     ActionContext& context) const;

  // From `found`, which is as prepared, to the state after, not durably. By
  // itself: the temporary gets its final name.
  virtual absl::Status Change(const Action& action,
                              const Preparation& preparation,
                              const PathState& found, PathTarget& target,
                              ActionContext& context) const;

  // Makes what Change() did durable. By itself: the names in the folder.
  virtual absl::Status SyncChange(const Preparation& preparation,
                                  PathTarget& target,
                                  ActionContext& context) const;

  // Takes out of a state what may not go on record in the clear.
  virtual absl::Status Mask(const Action& action, ActionContext& context,
                            PathState* state) const;

  // Where `found` stands: a kind may count more states as "before".
  virtual Audit Standing(const Preparation& preparation,
                         const PathState& found) const;

  // From the state after to the state before, durably: removes what is there,
  // or puts back the link or the file that was replaced.
  virtual absl::StatusOr<UndoOutcome> Restore(const Preparation& preparation,
                                              PathTarget& target,
                                              ActionContext& context) const;

 private:
  absl::Status StageAt(const Action& action, const Preparation& preparation,
                       PathTarget& target, ActionContext& context) const;
  // Compares, changes, verifies; the temporary is gone after an error.
  absl::Status PlaceAt(const Action& action, const Preparation& preparation,
                       PathTarget& target, ActionContext& context) const;
  // Is what is there as prepared? Then it is `found`.
  absl::StatusOr<PathState> ObservePrepared(const Action& action,
                                            const Preparation& preparation,
                                            PathTarget& target,
                                            ActionContext& context) const;
};

// `apply/in-the-way`: `thing` ("a file") cannot replace what was found.
absl::Status InTheWay(absl::string_view path, const PathState& found,
                      absl::string_view thing);

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_PATH_HANDLER_H_
