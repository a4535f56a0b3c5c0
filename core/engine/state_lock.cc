#include "core/engine/state_lock.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/lock_error.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

void Tell(Engine& engine, const DiagnosticError& error,
          Diagnostic::Severity severity) {
  Event event;
  *event.mutable_diagnostic() = error.diagnostic();
  event.mutable_diagnostic()->set_severity(severity);
  engine.events.Emit(std::move(event));
}

// nullptr: no local folder takes locks.
absl::StatusOr<std::unique_ptr<StateDirectory>> MoveState(
    Engine& engine, StateDirectory& from) {
  for (const std::string& path : LocalStatePaths(engine.system)) {
    absl::StatusOr<std::unique_ptr<StateDirectory>> state =
        StateDirectory::Open(engine.system, path);
    // One that cannot be used is as good as none.
    if (!state.ok()) continue;
    const absl::Status locked = (*state)->Lock(engine.options.command);
    if (TakesNoLocks(locked)) continue;
    PROVISION_RETURN_IF_ERROR(locked);
    PROVISION_RETURN_IF_ERROR(from.MoveTo(path));
    Tell(engine,
         DiagnosticError(absl::StatusCode::kOk, "state/moved",
                         absl::StrCat("the state is kept in ", path))
             .Because(absl::StrCat("the file system of ", from.path(),
                                   " takes no locks")),
         Diagnostic::NOTE);
    return state;
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<std::unique_ptr<StateDirectory>> OpenLockedState(
    Engine& engine) {
  const bool is_named = !engine.options.state_path.empty();
  PROVISION_ASSIGN_OR_RETURN(
      std::unique_ptr<StateDirectory> state,
      StateDirectory::Open(engine.system,
                           is_named ? engine.options.state_path
                                    : DefaultStatePath(engine.system)));
  const absl::Status locked = state->Lock(engine.options.command);
  if (locked.ok()) return state;
  if (!TakesNoLocks(locked)) return locked;
  if (!is_named) {
    PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<StateDirectory> moved,
                               MoveState(engine, *state));
    if (moved != nullptr) return moved;
  }
  if (engine.options.no_state_lock) {
    state->GoWithoutLock();
    Tell(engine,
         DiagnosticError(absl::StatusCode::kOk, "state/unlocked",
                         absl::StrCat(state->path(), " is not locked"))
             .Because("nothing keeps a second run away, and nothing finds what "
                      "a killed run left at work"),
         Diagnostic::WARNING);
    return state;
  }
  DiagnosticError error(
      absl::StatusCode::kFailedPrecondition, "state/no-locks",
      absl::StrCat(state->path(), ": its file system takes no locks"));
  error.Because("two runs at once would spoil each other's record");
  error.Next("--state-dir DIR with a folder on a local disk");
  error.Next("--no-state-lock, and see to it that one run at a time works");
  return error;
}

}  // namespace provision
