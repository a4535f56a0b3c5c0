#ifndef PROVISION_CORE_ENGINE_TALLY_H_
#define PROVISION_CORE_ENGINE_TALLY_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "core/api/event.pb.h"
#include "core/engine/exit_code.h"

namespace provision {

// What the steps of a run add up to. Thread-safe.
class Tally {
 public:
  void AddChanged(int actions);
  void AddAlreadySo();
  // Of these and of those in doubt `actions` were performed, and stand.
  void AddFailed(ExitCode exit, int actions);
  void AddBlocked();
  void AddInDoubt(int actions);
  void AddDue();
  void AddSkipped();
  void AddRefused();
  // Something beside the steps decides: interrupted, a foreign change.
  void AddExit(ExitCode exit);

  ExitCode exit() const;
  // The counts and the exit code.
  Event::Summary Summary() const;

 private:
  mutable absl::Mutex mutex_;
  Event::Summary summary_ ABSL_GUARDED_BY(mutex_);
  ExitCode exit_ ABSL_GUARDED_BY(mutex_) = ExitCode::kConverged;
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_TALLY_H_
