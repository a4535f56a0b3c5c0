#include "core/engine/executor.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

constexpr size_t kMaxInputBytes = size_t{1} << 30;

Event EventOf(absl::string_view step) {
  Event event;
  event.set_step(std::string(step));
  return event;
}

// What an action's identity holds beyond its own data.
absl::StatusOr<std::vector<std::string>> IdentityExtras(
    const Action& action, System& system, SecretResolver* secrets) {
  std::vector<std::string> extras;
  for (const std::string& path : action.run().input()) {
    absl::StatusOr<std::string> content = system.ReadFile(path, kMaxInputBytes);
    extras.push_back(
        absl::StrCat(path, "=", content.ok() ? Sha256Hex(*content) : "absent"));
  }
  std::vector<const SecretReference*> references;
  if (action.write_file().has_secret()) {
    references.push_back(&action.write_file().secret());
  }
  if (action.fetch().has_credentials()) {
    references.push_back(&action.fetch().credentials());
  }
  for (const RunSecret& secret : action.run().secret()) {
    references.push_back(&secret.reference());
  }
  for (const SecretReference* reference : references) {
    if (secrets == nullptr) {
      return absl::InternalError("an action has a secret and nobody to ask");
    }
    PROVISION_ASSIGN_OR_RETURN(std::string version,
                               secrets->Version(*reference));
    extras.push_back(std::move(version));
  }
  return extras;
}

// Locks several mutexes in the order of their names, and says what it waits
// for.
class NamedLocks {
 public:
  NamedLocks() = default;
  NamedLocks(const NamedLocks&) = delete;
  NamedLocks& operator=(const NamedLocks&) = delete;
  ~NamedLocks() {
    for (absl::Mutex* mutex : held_) mutex->Unlock();
  }
  void Lock(absl::Mutex& mutex, const std::function<void()>& on_wait)
      ABSL_NO_THREAD_SAFETY_ANALYSIS {
    if (!mutex.TryLock()) {
      on_wait();
      mutex.Lock();
    }
    held_.push_back(&mutex);
  }

 private:
  std::vector<absl::Mutex*> held_;
};

}  // namespace

absl::StatusOr<std::vector<ActionId>> IdentifyActions(
    absl::string_view step,
    const google::protobuf::RepeatedPtrField<Action>& actions, System& system,
    SecretResolver* secrets) {
  std::vector<ActionId> ids;
  std::map<std::string, uint32_t> seen;
  for (const Action& action : actions) {
    PROVISION_ASSIGN_OR_RETURN(std::vector<std::string> extras,
                               IdentityExtras(action, system, secrets));
    ActionId id;
    id.set_step(std::string(step));
    id.set_digest(ActionDigest(action, extras));
    id.set_ordinal(seen[id.digest()]++);
    ids.push_back(std::move(id));
  }
  return ids;
}

JournalRecord::Fail::Class ClassifyFailure(const absl::Status& status) {
  const std::string id = DiagnosticId(status);
  if (id == "host/no-space" || id == "run/no-space") {
    return JournalRecord::Fail::SPACE;
  }
  if (id == "apply/foreign-change") return JournalRecord::Fail::FOREIGN_CHANGE;
  switch (status.code()) {
    case absl::StatusCode::kDeadlineExceeded:
      return JournalRecord::Fail::DEADLINE;
    case absl::StatusCode::kCancelled:
      return JournalRecord::Fail::STOPPED;
    case absl::StatusCode::kUnavailable:
      return JournalRecord::Fail::TRANSIENT;
    default:
      return JournalRecord::Fail::ERROR;
  }
}

Executor::Executor(Engine& engine, ActionContext context, RunDirectory& run,
                   const PlanHistory& history, std::string boot_id,
                   CommitTrust trust)
    : engine_(engine),
      context_(std::move(context)),
      run_(run),
      history_(history),
      boot_id_(std::move(boot_id)),
      trust_(trust) {}

absl::Status Executor::Append(JournalRecord record) {
  // An action has to stay as it is; what people are told need not.
  if (engine_.redactor != nullptr &&
      (record.has_fail() || record.has_evidence())) {
    engine_.redactor->RedactMessage(&record);
  }
  absl::Status status = run_.Append(record);
  if (IsNotDurable(status)) {
    absl::MutexLock lock(&mutex_);
    durability_lost_ = true;
  }
  return status;
}

absl::Mutex& Executor::NamedMutex(const std::string& name) {
  absl::MutexLock lock(&mutex_);
  std::unique_ptr<absl::Mutex>& named = named_[name];
  if (named == nullptr) named = std::make_unique<absl::Mutex>();
  return *named;
}

bool Executor::Committed(const ActionId& id) {
  const ActionKey key = KeyOf(id);
  absl::MutexLock lock(&mutex_);
  for (const JournalRecord::Intent& intent : committed_) {
    if (KeyOf(intent.id()) == key) return true;
  }
  return undone_.count(key) == 0 &&
         engine_.options.redo.count(id.step()) == 0 &&
         history_.Committed(id, boot_id_);
}

ActionContext Executor::ContextFor(const StepAction& action) {
  ActionContext context = context_;
  context.deadline = action.deadline;
  const std::string step = action.step;
  const int number = action.number;
  EventSink& events = engine_.events;
  context.on_progress = [&events, step, number](uint64_t done, uint64_t total,
                                                absl::string_view text) {
    Event event = EventOf(step);
    Event::Progress* progress = event.mutable_progress();
    progress->set_action(number);
    progress->set_done(done);
    progress->set_total(total);
    progress->set_text(std::string(text));
    events.Emit(std::move(event));
  };
  context.on_wait = [&events, step](absl::string_view text) {
    Event event = EventOf(step);
    event.mutable_waiting()->set_text(std::string(text));
    events.Emit(std::move(event));
  };
  context.on_output = [&events, step](bool is_stderr, absl::string_view bytes) {
    Event event = EventOf(step);
    event.mutable_log()->set_text(std::string(bytes));
    event.mutable_log()->set_standard_error(is_stderr);
    events.Emit(std::move(event));
  };
  context.on_command = [this, &action](const std::vector<std::string>& argv,
                                       const ProcessResult& result) {
    JournalRecord record;
    JournalRecord::Evidence* evidence = record.mutable_evidence();
    evidence->set_step(action.step);
    for (const std::string& word : argv) evidence->add_argv(word);
    *evidence->mutable_environment() = action.action.run().environment();
    evidence->set_exit_status(result.status);
    evidence->set_duration_ns(absl::ToInt64Nanoseconds(result.duration));
    evidence->set_standard_output(result.standard_output);
    evidence->set_standard_error(result.standard_error);
    // Lost evidence does not change what is done; a journal that cannot be
    // written is met again by the COMMIT.
    Append(record).IgnoreError();
  };
  return context;
}

void Executor::EmitDone(const StepAction& action,
                        Event::ActionDone::Outcome outcome,
                        absl::Duration duration) {
  Event event = EventOf(action.step);
  Event::ActionDone* done = event.mutable_action_done();
  done->set_action(action.number);
  done->set_outcome(outcome);
  done->set_digest(ActionDigest(action.action, {}));
  done->set_duration_ms(absl::ToInt64Milliseconds(duration));
  engine_.events.Emit(std::move(event));
}

PerformResult Executor::Fail(const StepAction& action,
                             const absl::Status& status) {
  if (IsNotDurable(status)) {
    absl::MutexLock lock(&mutex_);
    durability_lost_ = true;
    return {PerformResult::Outcome::kFailed, status};
  }
  JournalRecord record;
  JournalRecord::Fail* fail = record.mutable_fail();
  *fail->mutable_id() = action.id;
  fail->set_failure_class(ClassifyFailure(status));
  fail->set_message(std::string(status.message()));
  fail->set_attempt(action.attempt);
  *fail->mutable_diagnostic() = DiagnosticFromStatus(status);
  absl::Status appended = Append(record);
  // The lost record matters more than the failure it was about.
  return {PerformResult::Outcome::kFailed, appended.ok() ? status : appended};
}

PerformResult Executor::Perform(const StepAction& action) {
  if (durability_lost()) {
    return {PerformResult::Outcome::kFailed,
            absl::CancelledError("nothing is begun once durability is lost")};
  }
  const ActionHandler& handler = engine_.handlers.Get(action.action);
  NamedLocks locks;
  std::set<std::string> names(action.action.mutex().begin(),
                              action.action.mutex().end());
  names.insert(action.mutexes.begin(), action.mutexes.end());
  for (const std::string& name : names) {
    locks.Lock(NamedMutex(name), [&] {
      Event event = EventOf(action.step);
      event.mutable_waiting()->set_text(absl::StrCat("for ", name));
      engine_.events.Emit(std::move(event));
    });
  }
  const bool committed = Committed(action.id);
  // --redo: done earlier, and shall be done again whatever an audit says.
  const bool redo = !committed && history_.Committed(action.id, boot_id_) &&
                    engine_.options.redo.count(action.step) > 0;
  if (committed && engine_.options.trust_journal) {
    EmitDone(action, Event::ActionDone::SKIPPED, absl::ZeroDuration());
    return {PerformResult::Outcome::kAlreadyAsWanted, absl::OkStatus()};
  }
  if (!redo) {
    ActionContext context = ContextFor(action);
    absl::StatusOr<Audit> audit = handler.AuditWanted(action.action, context);
    if (!audit.ok()) return {PerformResult::Outcome::kFailed, audit.status()};
    const bool trusted = trust_ == CommitTrust::kAll ||
                         (trust_ == CommitTrust::kUnaudited && committed);
    if (*audit == Audit::kAfter || (*audit == Audit::kUnknown && trusted)) {
      EmitDone(action, Event::ActionDone::SKIPPED, absl::ZeroDuration());
      return {PerformResult::Outcome::kAlreadyAsWanted, absl::OkStatus()};
    }
  }
  switch (Decide(action, handler, committed)) {
    case ProposalDecision::kSkipDoneOnce:
      EmitDone(action, Event::ActionDone::SKIPPED, absl::ZeroDuration());
      return {PerformResult::Outcome::kDoneOnce, absl::OkStatus()};
    case ProposalDecision::kInDoubt:
      if (engine_.options.assume_done.count(action.step) > 0) {
        return Assume(action, committed);
      }
      return {
          PerformResult::Outcome::kInDoubt,
          DiagnosticError(absl::StatusCode::kFailedPrecondition, "run/in-doubt",
                          committed ? "it was done once, a second start may do "
                                      "harm, and it is asked for again"
                                    : "the journal's end was damaged: it may "
                                      "have been done already")
              .Step(action.step)
              .At(absl::StrCat("action ", action.number))
              .Next(absl::StrCat("--redo ", action.step, " performs it again"))
              .Next(absl::StrCat("--assume-done ", action.step,
                                 " takes it as done"))};
    case ProposalDecision::kPerformAsDrift: {
      Event event = EventOf(action.step);
      event.mutable_drift()->set_text(
          absl::StrCat("it was done in this plan's run, and is gone: action ",
                       action.number));
      engine_.events.Emit(std::move(event));
      break;
    }
    case ProposalDecision::kPerform:
      break;
  }
  return Begin(action, handler);
}

ProposalDecision Executor::Decide(const StepAction& action,
                                  const ActionHandler& handler,
                                  bool committed) const {
  const Action::RepeatClass repeat_class = handler.repeat_class(action.action);
  // Whoever says --redo knows.
  const bool doubt =
      history_.tail_doubt() && engine_.options.redo.count(action.step) == 0;
  if (doubt && history_.history_lost() && !committed &&
      repeat_class == Action::RUN_ONCE) {
    return ProposalDecision::kInDoubt;
  }
  return DecideProposal(repeat_class, committed, doubt);
}

PerformResult Executor::Assume(const StepAction& action, bool committed) {
  absl::Status status;
  if (!committed) {
    JournalRecord record;
    *record.mutable_commit()->mutable_id() = action.id;
    record.mutable_commit()->set_assumed(true);
    status = Append(std::move(record));
  }
  return {status.ok() ? PerformResult::Outcome::kAssumed
                      : PerformResult::Outcome::kFailed,
          status};
}

PerformResult Executor::Begin(const StepAction& action,
                              const ActionHandler& handler) {
  ActionContext context = ContextFor(action);
  Event started = EventOf(action.step);
  started.mutable_action_started()->set_action(action.number);
  *started.mutable_action_started()->mutable_line() =
      handler.Describe(action.action, engine_.facts, action.root);
  engine_.events.Emit(std::move(started));

  const absl::Duration begin = engine_.system.MonotonicClock();
  absl::StatusOr<Preparation> preparation =
      handler.Prepare(action.action, context);
  if (!preparation.ok()) {
    EmitDone(action, Event::ActionDone::FAILED, absl::ZeroDuration());
    if (IsNotDurable(preparation.status())) {
      absl::MutexLock lock(&mutex_);
      durability_lost_ = true;
    }
    return {PerformResult::Outcome::kFailed, preparation.status()};
  }
  JournalRecord record;
  JournalRecord::Intent* intent = record.mutable_intent();
  *intent->mutable_id() = action.id;
  *intent->mutable_action() = action.action;
  *intent->mutable_preparation() = *preparation;
  intent->set_attempt(action.attempt);
  intent->set_repeat_class(handler.repeat_class(action.action));
  if (!action.rung.empty()) intent->set_rung(action.rung);
  if (action.follow_up) *intent->mutable_follow_up() = *action.follow_up;
  if (absl::Status status = Append(record); !status.ok()) {
    // No INTENT, so nothing began: what Prepare saved is only spare.
    return {PerformResult::Outcome::kFailed, status};
  }
  const ActionKey key = KeyOf(action.id);
  {
    absl::MutexLock lock(&mutex_);
    begun_.insert(key);
    ++begun_count_;
  }
  absl::Status performed =
      handler.Perform(action.action, *preparation, context);
  engine_.host_changed();
  const absl::Duration duration = engine_.system.MonotonicClock() - begin;
  if (!performed.ok()) {
    EmitDone(action, Event::ActionDone::FAILED, duration);
    return EndFailed(action, handler, *intent, performed);
  }
  JournalRecord::Intent kept = *intent;
  record.Clear();
  JournalRecord::Commit* commit = record.mutable_commit();
  *commit->mutable_id() = action.id;
  commit->set_duration_ns(absl::ToInt64Nanoseconds(duration));
  if (absl::Status status = Append(record); !status.ok()) {
    return {PerformResult::Outcome::kFailed, status};
  }
  {
    absl::MutexLock lock(&mutex_);
    committed_.push_back(std::move(kept));
    fetched_bytes_ += action.action.fetch().size();
  }
  EmitDone(action, Event::ActionDone::COMMITTED, duration);
  return {PerformResult::Outcome::kCommitted, absl::OkStatus()};
}

PerformResult Executor::EndFailed(const StepAction& action,
                                  const ActionHandler& handler,
                                  const JournalRecord::Intent& intent,
                                  const absl::Status& status) {
  if (handler.atomic()) return Fail(action, status);
  const JournalRecord::Fail::Class failure = ClassifyFailure(status);
  const bool was_cut = failure == JournalRecord::Fail::DEADLINE ||
                       failure == JournalRecord::Fail::STOPPED;
  if (was_cut && intent.repeat_class() == Action::UNSAFE_TO_REPEAT &&
      handler.reversibility(action.action) == Action::NONE) {
    // As after a kill: its INTENT stays open, and a person decides.
    return {
        PerformResult::Outcome::kInDoubt,
        DiagnosticError(
            absl::StatusCode::kFailedPrecondition, "run/in-doubt",
            absl::StrCat("it was ended half-way: ", status.message()))
            .Step(action.step)
            .At(absl::StrCat("action ", action.number))
            .Next(absl::StrCat("--redo ", action.step, " performs it again"))
            .Next(absl::StrCat("--assume-done ", action.step,
                               " takes it as done"))};
  }
  {
    absl::MutexLock lock(&mutex_);
    half_done_.push_back(intent);
  }
  return Fail(action, status);
}

absl::StatusOr<UndoOutcome> Executor::Undo(
    const JournalRecord::Intent& intent) {
  // Taken as done by the user: nobody knows what it was.
  if (intent.action().kind_case() == Action::KIND_NOT_SET) {
    return UndoOutcome::kNoInverse;
  }
  const ActionHandler& handler = engine_.handlers.Get(intent.action());
  JournalRecord record;
  *record.mutable_undo_intent()->mutable_id() = intent.id();
  record.mutable_undo_intent()->set_undo_digest(
      intent.preparation().preimage_sha256());
  PROVISION_RETURN_IF_ERROR(Append(record));
  absl::StatusOr<UndoOutcome> outcome =
      handler.Undo(intent.action(), intent.preparation(), context_);
  engine_.host_changed();
  if (IsNotDurable(outcome.status())) {
    absl::MutexLock lock(&mutex_);
    durability_lost_ = true;
  }
  PROVISION_RETURN_IF_ERROR(outcome.status());
  if (*outcome != UndoOutcome::kUndone) return outcome;
  record.Clear();
  *record.mutable_undo_commit()->mutable_id() = intent.id();
  PROVISION_RETURN_IF_ERROR(Append(record));
  const ActionKey key = KeyOf(intent.id());
  absl::MutexLock lock(&mutex_);
  begun_.erase(key);
  undone_.insert(key);
  const auto is_this = [&key](const JournalRecord::Intent& other) {
    return KeyOf(other.id()) == key;
  };
  std::erase_if(committed_, is_this);
  std::erase_if(half_done_, is_this);
  return outcome;
}

int Executor::UndoStep(absl::string_view step, Rungs rungs,
                       absl::string_view rung) {
  std::vector<JournalRecord::Intent> undo;
  const auto collect = [&](const JournalRecord::Intent& intent) {
    const bool is_this = intent.rung() == rung;
    const bool wanted =
        rungs == Rungs::kAll || (rungs == Rungs::kThis ? is_this : !is_this);
    if (intent.id().step() == step && wanted) undo.push_back(intent);
  };
  {
    absl::MutexLock lock(&mutex_);
    for (const RunHistory& run : history_.runs()) {
      if (run.id() != run_.id()) continue;
      for (const CommittedAction& action : run.committed()) {
        if (undone_.count(KeyOf(action.intent.id())) == 0) {
          collect(action.intent);
        }
      }
    }
    for (const JournalRecord::Intent& intent : committed_) collect(intent);
    // A command that failed may have done a part.
    for (const JournalRecord::Intent& intent : half_done_) collect(intent);
  }
  int left = 0;
  for (auto intent = undo.rbegin(); intent != undo.rend(); ++intent) {
    absl::StatusOr<UndoOutcome> outcome = Undo(*intent);
    if (!outcome.ok() || *outcome != UndoOutcome::kUndone) ++left;
    if (durability_lost()) break;
  }
  if (left == 0) {
    // An atomic action that failed left nothing; all else is taken back.
    absl::MutexLock lock(&mutex_);
    for (auto key = begun_.begin(); key != begun_.end();) {
      key = std::get<0>(*key) == step ? begun_.erase(key) : std::next(key);
    }
  }
  return left;
}

bool Executor::ActedInThisBoot(absl::string_view step) const {
  absl::MutexLock lock(&mutex_);
  for (const JournalRecord::Intent& intent : committed_) {
    if (intent.id().step() == step) return true;
  }
  for (const RunHistory& run : history_.runs()) {
    for (const CommittedAction& action : run.committed()) {
      if (action.intent.id().step() == step && action.boot_id == boot_id_) {
        return true;
      }
    }
  }
  return false;
}

int Executor::begun() const {
  absl::MutexLock lock(&mutex_);
  return static_cast<int>(begun_.size());
}

int Executor::begun_count() const {
  absl::MutexLock lock(&mutex_);
  return begun_count_;
}

uint64_t Executor::fetched_bytes() const {
  absl::MutexLock lock(&mutex_);
  return fetched_bytes_;
}

bool Executor::durability_lost() const {
  absl::MutexLock lock(&mutex_);
  return durability_lost_;
}

}  // namespace provision
