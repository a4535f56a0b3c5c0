#ifndef PROVISION_CORE_TESTING_FAKE_OPERATIONS_H_
#define PROVISION_CORE_TESTING_FAKE_OPERATIONS_H_

// Counts what a FakeSystem is asked to change, and makes it fail or crash.

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace provision {

// How the operation at which a crash happens ends; its caller is never told.
enum class CrashMode {
  kBefore,  // nothing of it happened
  kDuring,  // it happened; of an append only the first half
};

// An errno that operations meet in place of success. Of an append the first
// half has happened by then.
struct FakeFault {
  // Those whose line in the log contains this: "sync /state"; "" is each.
  std::string operation = {};
  int error_number = 0;
  int skip = 0;   // so many of them succeed first
  int times = 1;  // so many fail; -1: all from then on
};

// Not thread-safe: FakeSystem holds its mutex around every call.
class FakeOperations {
 public:
  enum class Kind { kChange, kSync };

  // One host operation: logged, then `change`, unless it is to fail or crash.
  // `half` is what has happened of it at a fault or a crash in its middle; none
  // for what is atomic.
  absl::Status Perform(Kind kind, absl::string_view line, int generation,
                       const std::function<absl::Status()>& change,
                       const std::function<void()>& half = nullptr);
  // OK for a read; kAborted after a crash, and for what was opened before a
  // restart.
  absl::Status CheckAlive(int generation) const;

  // Crashes at the `n`th operation from now; 0: never.
  void CrashAt(int n, CrashMode mode);
  // The process begins anew. What it had open stays dead.
  void Restart();
  void AddFault(FakeFault fault) { faults_.push_back(std::move(fault)); }

  bool crashed() const { return crashed_; }
  int generation() const { return generation_; }
  const std::vector<std::string>& log() const { return log_; }
  void ClearLog() { log_.clear(); }

 private:
  // The errno that a fault has for this operation, or 0.
  int FaultFor(absl::string_view line);

  std::vector<std::string> log_;
  std::vector<FakeFault> faults_;
  int until_crash_ = 0;  // 0: none
  CrashMode crash_mode_ = CrashMode::kBefore;
  bool crashed_ = false;
  int generation_ = 0;
};

}  // namespace provision

#endif  // PROVISION_CORE_TESTING_FAKE_OPERATIONS_H_
