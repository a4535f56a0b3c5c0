#include "core/engine/run_progress.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "core/base/diagnostic.h"

namespace provision {

void RunProgress::Begin(const ActionId& id) {
  absl::MutexLock lock(&mutex_);
  begun_.insert(KeyOf(id));
  ++begun_count_;
}

void RunProgress::Commit(const JournalRecord::Intent& intent) {
  absl::MutexLock lock(&mutex_);
  committed_.push_back(intent);
  committed_keys_.insert(KeyOf(intent.id()));
  ++committed_counts_[intent.id().step()];
}

void RunProgress::AddFetched(uint64_t bytes) {
  absl::MutexLock lock(&mutex_);
  fetched_bytes_ = fetched_bytes_.value_or(0) + bytes;
}

void RunProgress::LeaveHalfDone(const JournalRecord::Intent& intent) {
  absl::MutexLock lock(&mutex_);
  half_done_.push_back(intent);
}

void RunProgress::Undo(const ActionId& id) {
  const ActionKey key = KeyOf(id);
  const auto is_this = [&key](const JournalRecord::Intent& intent) {
    return KeyOf(intent.id()) == key;
  };
  absl::MutexLock lock(&mutex_);
  begun_.erase(key);
  undone_.insert(key);
  committed_keys_.erase(key);
  committed_counts_[id.step()] -=
      static_cast<int>(std::erase_if(committed_, is_this));
  std::erase_if(half_done_, is_this);
}

void RunProgress::UndoStep(absl::string_view step) {
  absl::MutexLock lock(&mutex_);
  std::erase_if(begun_, [step](const ActionKey& key) {
    return std::get<0>(key) == step;
  });
}

void RunProgress::Notice(const absl::Status& status) {
  if (!IsNotDurable(status)) return;
  absl::MutexLock lock(&mutex_);
  durability_lost_ = true;
}

bool RunProgress::committed(const ActionId& id) const {
  absl::MutexLock lock(&mutex_);
  return committed_keys_.count(KeyOf(id)) > 0;
}

bool RunProgress::undone(const ActionId& id) const {
  absl::MutexLock lock(&mutex_);
  return undone_.count(KeyOf(id)) > 0;
}

std::vector<JournalRecord::Intent> RunProgress::StandingOf(
    absl::string_view step) const {
  std::vector<JournalRecord::Intent> standing;
  const auto is_of_step = [step](const JournalRecord::Intent& intent) {
    return intent.id().step() == step;
  };
  absl::MutexLock lock(&mutex_);
  std::copy_if(committed_.begin(), committed_.end(),
               std::back_inserter(standing), is_of_step);
  std::copy_if(half_done_.begin(), half_done_.end(),
               std::back_inserter(standing), is_of_step);
  return standing;
}

int RunProgress::committed_count(absl::string_view step) const {
  absl::MutexLock lock(&mutex_);
  const auto found = committed_counts_.find(std::string(step));
  return found == committed_counts_.end() ? 0 : found->second;
}

int RunProgress::begun() const {
  absl::MutexLock lock(&mutex_);
  return static_cast<int>(begun_.size());
}

int RunProgress::begun_count() const {
  absl::MutexLock lock(&mutex_);
  return begun_count_;
}

absl::optional<uint64_t> RunProgress::fetched_bytes() const {
  absl::MutexLock lock(&mutex_);
  return fetched_bytes_;
}

bool RunProgress::durability_lost() const {
  absl::MutexLock lock(&mutex_);
  return durability_lost_;
}

}  // namespace provision
