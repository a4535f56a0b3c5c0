#include "core/engine/tally.h"

namespace provision {

void Tally::AddChanged(int actions) {
  absl::MutexLock lock(&mutex_);
  summary_.set_changed(summary_.changed() + 1);
  summary_.set_actions(summary_.actions() + actions);
}

void Tally::AddAlreadySo() {
  absl::MutexLock lock(&mutex_);
  summary_.set_already_so(summary_.already_so() + 1);
}

void Tally::AddFailed(ExitCode exit, int actions) {
  absl::MutexLock lock(&mutex_);
  summary_.set_actions(summary_.actions() + actions);
  summary_.set_failed(summary_.failed() + 1);
  exit_ = MoreUrgent(exit_, exit);
}

void Tally::AddBlocked() {
  absl::MutexLock lock(&mutex_);
  summary_.set_blocked(summary_.blocked() + 1);
}

void Tally::AddInDoubt(int actions) {
  absl::MutexLock lock(&mutex_);
  summary_.set_actions(summary_.actions() + actions);
  summary_.set_in_doubt(summary_.in_doubt() + 1);
  exit_ = MoreUrgent(exit_, ExitCode::kInDoubt);
}

void Tally::AddDue() {
  absl::MutexLock lock(&mutex_);
  summary_.set_due(summary_.due() + 1);
}

void Tally::AddSkipped() {
  absl::MutexLock lock(&mutex_);
  summary_.set_skipped(summary_.skipped() + 1);
}

void Tally::AddRefused() {
  absl::MutexLock lock(&mutex_);
  summary_.set_refused(summary_.refused() + 1);
}

void Tally::AddExit(ExitCode exit) {
  absl::MutexLock lock(&mutex_);
  exit_ = MoreUrgent(exit_, exit);
}

ExitCode Tally::exit() const {
  absl::MutexLock lock(&mutex_);
  return exit_;
}

Event::Summary Tally::Summary() const {
  absl::MutexLock lock(&mutex_);
  Event::Summary summary = summary_;
  // Zero is an answer too.
  summary.set_changed(summary.changed());
  summary.set_already_so(summary.already_so());
  summary.set_actions(summary.actions());
  summary.set_exit(static_cast<int>(exit_));
  return summary;
}

}  // namespace provision
