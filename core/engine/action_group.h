#ifndef PROVISION_CORE_ENGINE_ACTION_GROUP_H_
#define PROVISION_CORE_ENGINE_ACTION_GROUP_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/actions/action_handler.h"
#include "core/base/directory.h"
#include "core/engine/engine.h"
#include "core/engine/perform_result.h"
#include "core/engine/run_journal.h"
#include "core/engine/run_progress.h"
#include "core/engine/step_action.h"
#include "core/journal/journal.pb.h"

namespace provision {

// The write protocol for many file actions at once (reliability.md 5.3): what
// one action does with two syncs of the journal and two of the host, a group
// does with as many for all of them. The same for actions of one batch, which
// one call performs: each of them has its own records all the same.
//
// A crash at any point leaves what a crash of each action alone may leave: a
// temporary, or the state before, or the state after; each INTENT is durable
// before its temporary is made, and the content before its name. So recovery
// knows nothing of groups.
//
// An action that fails ends its step: the actions of the step before it are
// committed, those after it are not performed. Other steps go on.
class ActionGroup {
 public:
  // Everything by reference.
  ActionGroup(Engine& engine, const ActionContext& context, RunJournal& journal,
              RunProgress& progress);

  // `action` is to be performed; all of them by a handler that has halves,
  // their paths being neither the same nor one above another, or all by one
  // handler that merges.
  void Add(const StepAction& action, PerformResult* result);

  // Fills the results.
  void Perform();

 private:
  struct Member {
    const StepAction* action;
    const ActionHandler* handler;
    PerformResult* result;
    JournalRecord intent;
    bool is_begun = false;   // its INTENT is durable
    bool is_staged = false;  // and its temporary may be there
    bool has_ended = false;  // `result` says how
    bool is_closed = true;   // it may get an end on record
  };
  using Half = absl::Status (ActionHandler::*)(const Action&,
                                               const Preparation&,
                                               ActionContext&) const;

  // Each returns false once the journal or the host cannot be relied on.
  bool Prepare();
  bool Begin();
  bool Stage();
  bool Place();
  // In place of those two, and of both syncs: performs all as one.
  bool Merge();
  // Makes what was done so far durable: one syncfs for each file system.
  bool Sync();
  void Commit();

  bool is_merged() const { return members_[0].handler->merges(); }
  absl::Status PrepareOne(Member* member);
  bool DoHalf(Half half);
  // Ends a member that was not performed, and takes its temporary away.
  void Drop(Member* member);
  void EndFailed(Member* member, const absl::Status& status);
  // Ends a member, and drops those behind it in its step.
  void Fail(Member* member, const absl::Status& status);
  // Ends all that have no end: durability is lost, or the journal is full.
  bool FailAll(const absl::Status& status);
  // Keeps one open directory of each file system that a path lies on.
  absl::Status KeepFileSystem(const Action& action);
  ActionContext ContextFor(const Member& member) const;

  Engine& engine_;
  const ActionContext& context_;
  RunJournal& journal_;
  RunProgress& progress_;
  const absl::Duration begin_;
  std::vector<Member> members_;
  std::set<std::string> known_parents_;
  std::map<uint64_t, std::unique_ptr<Directory>> file_systems_;
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_ACTION_GROUP_H_
