#include "core/engine/event_stream.h"

#include <utility>

namespace provision {

EventStream::EventStream(std::function<absl::Time()> wall_clock,
                         const Redactor& redactor)
    : wall_clock_(std::move(wall_clock)), redactor_(redactor) {}

void EventStream::AddReceiver(EventSink* receiver) {
  absl::MutexLock lock(&mutex_);
  receivers_.push_back(receiver);
}

void EventStream::set_run(absl::string_view run) {
  absl::MutexLock lock(&mutex_);
  run_ = std::string(run);
}

void EventStream::Emit(Event event) {
  redactor_.RedactMessage(&event);
  absl::MutexLock lock(&mutex_);
  event.set_version(1);
  event.set_seq(++seq_);
  event.set_time(absl::FormatTime("%Y-%m-%d%ET%H:%M:%E3SZ", wall_clock_(),
                                  absl::UTCTimeZone()));
  if (!event.has_run() && !run_.empty()) event.set_run(run_);
  for (EventSink* receiver : receivers_) receiver->Emit(event);
}

}  // namespace provision
