#include "core/engine/session.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/actions/artifact_store.h"
#include "core/base/make_directories.h"
#include "core/base/status_macros.h"
#include "core/base/version.h"
#include "core/engine/state_lock.h"

namespace provision {
namespace {

constexpr uint32_t kStoreMode = 0755;

}  // namespace

std::string StatePath(const Engine& engine) {
  return engine.options.state_path.empty() ? DefaultStatePath(engine.system)
                                           : engine.options.state_path;
}

std::string StorePath(const Engine& engine) {
  return engine.options.store_path.empty() ? DefaultStorePath(engine.system)
                                           : engine.options.store_path;
}

absl::StatusOr<std::unique_ptr<Session>> Session::Open(Engine& engine) {
  PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<StateDirectory> state,
                             OpenLockedState(engine));
  return std::unique_ptr<Session>(new Session(engine, std::move(state)));
}

Session::Session(Engine& engine, std::unique_ptr<StateDirectory> state)
    : engine_(engine),
      state_(std::move(state)),
      catalog_(*state_),
      host_id_(HostId(engine.system)),
      boot_id_(BootId(engine.system)),
      secrets_(
          engine.system, [this] { return state_->Key(); }, engine.redactor,
          engine.prompt),
      cipher_([this] { return state_->Key(); }) {}

Session::~Session() {
  // The locks go with the process in any case; freed in order so that a child
  // that a command left behind binds nobody.
  state_->Unlock(killed_children_).IgnoreError();
}

void Session::NoteCommand(const ProcessResult& result) {
  if (result.outcome == ProcessResult::Outcome::kDeadline ||
      result.outcome == ProcessResult::Outcome::kStopped) {
    killed_children_ = true;
  }
}

absl::StatusOr<Directory*> Session::Store() {
  absl::MutexLock lock(&store_mutex_);
  if (store_ == nullptr) {
    PROVISION_ASSIGN_OR_RETURN(
        store_,
        MakeDirectories(engine_.system, StorePath(engine_), kStoreMode));
  }
  return store_.get();
}

ActionContext Session::Context(RunDirectory& run) {
  return ActionContext{
      .system = engine_.system,
      .undo = [&run] { return run.Undo(); },
      .store = [this] { return Store(); },
      .secrets = &secrets_,
      .cipher = &cipher_,
      .children_lock = state_->children_lock(),
      .offline = engine_.options.offline,
      .on_command = [this](
                        const std::vector<std::string>&,
                        const ProcessResult& result) { NoteCommand(result); },
  };
}

JournalRecord::Begin Session::BeginRecord(absl::string_view plan_digest,
                                          const PlanIdentity& plan) const {
  JournalRecord::Begin begin;
  begin.set_plan_digest(std::string(plan_digest));
  begin.set_host_id(host_id_);
  begin.set_boot_id(boot_id_);
  begin.set_build_id(kVersion);
  *begin.mutable_plan() = plan;
  begin.set_durability(engine_.options.durability);
  begin.set_wall_ms(absl::ToUnixMillis(engine_.system.WallClock()));
  begin.set_at_ns(absl::ToInt64Nanoseconds(engine_.system.MonotonicClock()));
  return begin;
}

JournalRecord::Resume Session::ResumeRecord() const {
  JournalRecord::Resume resume;
  resume.set_boot_id(boot_id_);
  resume.set_build_id(kVersion);
  resume.set_wall_ms(absl::ToUnixMillis(engine_.system.WallClock()));
  resume.set_at_ns(absl::ToInt64Nanoseconds(engine_.system.MonotonicClock()));
  return resume;
}

}  // namespace provision
