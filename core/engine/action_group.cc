#include "core/engine/action_group.h"

#include <utility>

#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/engine/action_events.h"
#include "core/engine/action_records.h"

namespace provision {

ActionGroup::ActionGroup(Engine& engine, const ActionContext& context,
                         RunJournal& journal, RunProgress& progress)
    : engine_(engine),
      context_(context),
      journal_(journal),
      progress_(progress),
      begin_(engine.system.MonotonicClock()) {}

void ActionGroup::Add(const StepAction& action, PerformResult* result) {
  Member member;
  member.action = &action;
  member.handler = &engine_.handlers.Get(action.action);
  member.result = result;
  members_.push_back(std::move(member));
}

void ActionGroup::Perform() {
  if (members_.empty() || !Prepare() || !Begin()) return;
  // Content is durable before its name is there, and a name before its COMMIT.
  if (is_merged() ? Merge() : Stage() && Sync() && Place() && Sync()) Commit();
}

bool ActionGroup::Prepare() {
  bool has_preimage = false;
  for (Member& member : members_) {
    if (member.has_ended) continue;
    EmitStarted(engine_, *member.action);
    absl::Status prepared = PrepareOne(&member);
    if (IsNotDurable(prepared)) return FailAll(prepared);
    if (!prepared.ok()) Fail(&member, prepared);
    has_preimage |= member.intent.intent().preparation().has_preimage_sha256();
  }
  if (!has_preimage) return true;
  absl::StatusOr<Directory*> undo = context_.undo();
  absl::Status synced = undo.ok() ? (*undo)->SyncFileSystem() : undo.status();
  return synced.ok() || FailAll(synced);
}

absl::Status ActionGroup::PrepareOne(Member* member) {
  const Action& action = member->action->action;
  ActionContext context = ContextFor(*member);
  context.syncs_undo_later = true;
  if (!is_merged()) {
    PROVISION_RETURN_IF_ERROR(KeepFileSystem(action));
  }
  PROVISION_ASSIGN_OR_RETURN(const Preparation preparation,
                             member->handler->Prepare(action, context));
  member->intent = IntentRecord(*member->action, *member->handler, preparation);
  return absl::OkStatus();
}

bool ActionGroup::Begin() {
  std::vector<JournalRecord> intents;
  for (const Member& member : members_) {
    if (!member.has_ended) intents.push_back(member.intent);
  }
  if (intents.empty()) return false;
  // Without an INTENT nothing began: what Prepare saved is only spare.
  absl::Status begun = journal_.Append(std::move(intents));
  if (!begun.ok()) return FailAll(begun);
  for (Member& member : members_) {
    if (member.has_ended) continue;
    member.is_begun = true;
    progress_.Begin(member.action->id);
  }
  return true;
}

bool ActionGroup::Stage() { return DoHalf(&ActionHandler::Stage); }

bool ActionGroup::Place() {
  const bool placed = DoHalf(&ActionHandler::Place);
  engine_.host_changed();
  return placed;
}

bool ActionGroup::Merge() {
  std::vector<Member*> performed;
  std::vector<ActionHandler::Prepared> prepared;
  for (Member& member : members_) {
    if (member.has_ended) continue;
    if (engine_.system.stop_requests() > 0) {
      Drop(&member);
      continue;
    }
    performed.push_back(&member);
    prepared.push_back(
        {member.action->action, member.intent.intent().preparation()});
  }
  if (performed.empty()) return true;
  // What the one call says is told of the first.
  const StepAction& first = *performed[0]->action;
  ActionContext context = ContextFor(*performed[0]);
  context.on_command = [&](const std::vector<std::string>& argv,
                           const ProcessResult& result) {
    context_.on_command(argv, result);
    // As in Executor: the COMMIT meets a journal that cannot be written.
    journal_.Append(CommandRecord(first, argv, result)).IgnoreError();
  };
  const std::vector<absl::Status> ends =
      performed[0]->handler->PerformMerged(prepared, context);
  engine_.host_changed();
  for (size_t i = 0; i < performed.size(); ++i) {
    if (IsNotDurable(ends[i])) return FailAll(ends[i]);
    if (ends[i].ok()) continue;
    // What comes after it in its step was performed with it.
    EndFailed(performed[i], ends[i]);
    progress_.LeaveHalfDone(performed[i]->intent.intent());
  }
  return true;
}

bool ActionGroup::DoHalf(Half half) {
  for (Member& member : members_) {
    if (member.has_ended) continue;
    if (engine_.system.stop_requests() > 0) {
      Drop(&member);
      continue;
    }
    member.is_staged = true;
    ActionContext context = ContextFor(member);
    absl::Status done = (member.handler->*half)(
        member.action->action, member.intent.intent().preparation(), context);
    if (IsNotDurable(done)) return FailAll(done);
    if (!done.ok()) Fail(&member, done);
  }
  return true;
}

bool ActionGroup::Sync() {
  for (const auto& [device, directory] : file_systems_) {
    absl::Status synced = directory->SyncFileSystem();
    if (!synced.ok()) return FailAll(synced);
  }
  return true;
}

void ActionGroup::Commit() {
  const absl::Duration duration = engine_.system.MonotonicClock() - begin_;
  std::vector<JournalRecord> ends;
  for (const Member& member : members_) {
    if (!member.is_begun || !member.is_closed) continue;
    if (!member.has_ended) {
      ends.push_back(CommitRecord(member.action->id, duration));
    } else if (member.result->outcome == PerformResult::Outcome::kFailed) {
      ends.push_back(FailRecord(*member.action, member.result->status));
    } else {
      ends.push_back(NotDoneRecord(*member.action));
    }
  }
  absl::Status committed = journal_.Append(std::move(ends));
  if (!committed.ok()) {
    FailAll(committed);
    return;
  }
  for (Member& member : members_) {
    if (member.has_ended) continue;
    *member.result = {PerformResult::Outcome::kCommitted};
    progress_.Commit(member.intent.intent());
    EmitDone(engine_.events, *member.action, Event::ActionDone::COMMITTED,
             duration);
  }
}

void ActionGroup::Drop(Member* member) {
  member->has_ended = true;
  *member->result = {PerformResult::Outcome::kNotBegun};
  if (!member->is_staged) return;
  ActionContext context = ContextFor(*member);
  absl::Status cleaned = member->handler->Clean(
      member->action->action, member->intent.intent().preparation(), context);
  // Its INTENT stays open: recovery takes the temporary away.
  member->is_closed = cleaned.ok();
  progress_.Notice(cleaned);
}

void ActionGroup::EndFailed(Member* member, const absl::Status& status) {
  member->has_ended = true;
  *member->result = {PerformResult::Outcome::kFailed, status};
  EmitDone(engine_.events, *member->action, Event::ActionDone::FAILED,
           engine_.system.MonotonicClock() - begin_);
}

void ActionGroup::Fail(Member* member, const absl::Status& status) {
  EndFailed(member, status);
  for (Member& later : members_) {
    if (&later > member && !later.has_ended &&
        later.action->step == member->action->step) {
      Drop(&later);
    }
  }
}

bool ActionGroup::FailAll(const absl::Status& status) {
  progress_.Notice(status);
  for (Member& member : members_) {
    if (member.has_ended) continue;
    member.has_ended = true;
    *member.result = {PerformResult::Outcome::kFailed, status};
    EmitDone(engine_.events, *member.action, Event::ActionDone::FAILED);
  }
  return false;
}

absl::Status ActionGroup::KeepFileSystem(const Action& action) {
  const std::string parent(ParentPath(ActionPath(action)));
  if (known_parents_.count(parent) > 0) return absl::OkStatus();
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<Directory> directory,
                             engine_.system.OpenDirectory(parent));
  PROVISION_ASSIGN_OR_RETURN(const FileMetadata metadata, directory->Stat());
  file_systems_.emplace(metadata.device, std::move(directory));
  known_parents_.insert(parent);
  return absl::OkStatus();
}

ActionContext ActionGroup::ContextFor(const Member& member) const {
  return ReportingContext(context_, *member.action, engine_.events);
}

}  // namespace provision
