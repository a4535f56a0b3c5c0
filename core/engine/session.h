#ifndef PROVISION_CORE_ENGINE_SESSION_H_
#define PROVISION_CORE_ENGINE_SESSION_H_

// What one invocation that may change the host holds while it lasts: the state
// directory and its locks, the store, the host's key.

#include <atomic>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "core/actions/action_handler.h"
#include "core/actions/preimage_cipher.h"
#include "core/actions/secret_resolver.h"
#include "core/base/process.h"
#include "core/engine/engine.h"
#include "core/engine/executor.h"
#include "core/journal/run_catalog.h"
#include "core/journal/run_directory.h"
#include "core/journal/state_directory.h"

namespace provision {

// Where artifacts are kept: the option, else `$XDG_CACHE_HOME/provision/store`,
// for root /var/cache/provision/store.
std::string StorePath(const Engine& engine);
std::string StatePath(const Engine& engine);

class Session {
 public:
  // Opens the state directory and takes its locks (OpenLockedState). Keeps
  // `engine` by reference.
  static absl::StatusOr<std::unique_ptr<Session>> Open(Engine& engine);
  // Frees the locks.
  ~Session();

  StateDirectory& state() { return *state_; }
  RunCatalog& catalog() { return catalog_; }
  const std::string& host_id() const { return host_id_; }
  const std::string& boot_id() const { return boot_id_; }

  // What the actions of `run` are performed with. `run` outlives the context.
  ActionContext Context(RunDirectory& run);

  // Told of each command that ran in it: one whose children had to be killed
  // may have left a survivor, so children.lock stays as it is. Thread-safe.
  void NoteCommand(const ProcessResult& result);

  // Records for the begin and for the continuation of a run.
  JournalRecord::Begin BeginRecord(absl::string_view plan_digest,
                                   const PlanIdentity& plan) const;
  JournalRecord::Resume ResumeRecord() const;

 private:
  Session(Engine& engine, std::unique_ptr<StateDirectory> state);
  absl::StatusOr<Directory*> Store();

  Engine& engine_;
  std::unique_ptr<StateDirectory> state_;
  RunCatalog catalog_;
  const std::string host_id_;
  const std::string boot_id_;
  SystemSecretResolver secrets_;
  KeyedPreimageCipher cipher_;
  std::atomic<bool> killed_children_{false};
  absl::Mutex store_mutex_;
  std::unique_ptr<Directory> store_ ABSL_GUARDED_BY(store_mutex_);
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_SESSION_H_
