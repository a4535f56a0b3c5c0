#ifndef PROVISION_CORE_BASE_LOCAL_CONSOLE_H_
#define PROVISION_CORE_BASE_LOCAL_CONSOLE_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "core/base/console.h"

namespace provision {

// Descriptors 1 and 2. Thread-safe.
class LocalConsole final : public Console {
 public:
  void Write(Stream stream, absl::string_view text) override;
  absl::Status status() const override;
  bool IsTerminal(Stream stream) const override;
  int Columns() const override;

 private:
  mutable absl::Mutex mutex_;
  absl::Status output_status_ ABSL_GUARDED_BY(mutex_);
  absl::Status error_status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace provision

#endif  // PROVISION_CORE_BASE_LOCAL_CONSOLE_H_
