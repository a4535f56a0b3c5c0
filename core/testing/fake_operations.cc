#include "core/testing/fake_operations.h"

#include "absl/strings/match.h"
#include "core/base/diagnostic.h"

namespace provision {
namespace {

absl::Status Crashed() { return absl::AbortedError("crashed"); }

}  // namespace

absl::Status FakeOperations::Perform(
    Kind kind, absl::string_view line, int generation,
    const std::function<absl::Status()>& change,
    const std::function<void()>& half) {
  if (absl::Status alive = CheckAlive(generation); !alive.ok()) return alive;
  log_.push_back(std::string(line));
  if (until_crash_ > 0 && --until_crash_ == 0) {
    crashed_ = true;
    if (crash_mode_ == CrashMode::kDuring) {
      if (half != nullptr) {
        half();
      } else {
        // The caller hears of the crash, whatever came of it.
        change().IgnoreError();
      }
    }
    return Crashed();
  }
  if (int error_number = FaultFor(line); error_number != 0) {
    if (half != nullptr) half();
    return kind == Kind::kSync ? NotDurableError(error_number, line)
                               : ErrnoError(error_number, line);
  }
  return change();
}

absl::Status FakeOperations::CheckAlive(int generation) const {
  return crashed_ || generation != generation_ ? Crashed() : absl::OkStatus();
}

void FakeOperations::CrashAt(int n, CrashMode mode) {
  until_crash_ = n;
  crash_mode_ = mode;
}

void FakeOperations::Restart() {
  crashed_ = false;
  until_crash_ = 0;
  ++generation_;
}

int FakeOperations::FaultFor(absl::string_view line) {
  for (FakeFault& fault : faults_) {
    if (fault.times == 0 || !absl::StrContains(line, fault.operation)) continue;
    if (fault.skip > 0) {
      --fault.skip;
      continue;
    }
    if (fault.times > 0) --fault.times;
    return fault.error_number;
  }
  return 0;
}

}  // namespace provision
