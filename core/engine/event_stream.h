#ifndef PROVISION_CORE_ENGINE_EVENT_STREAM_H_
#define PROVISION_CORE_ENGINE_EVENT_STREAM_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "core/api/event.pb.h"
#include "core/base/redactor.h"
#include "core/engine/event_sink.h"

namespace provision {

// Makes one ordered stream out of what many threads report: numbers each event,
// stamps it, and hands it to every receiver in turn.
//
//   EventStream events([&system] { return system.WallClock(); }, redactor);
//   events.AddReceiver(&terminal);
//   events.AddReceiver(&json_file);
//
// Thread-safe. A receiver is called by one thread at a time, in the order of
// `seq`, and must not emit itself.
class EventStream final : public EventSink {
 public:
  // Takes what `redactor` knows out of every event, before any receiver has it.
  // `redactor` outlives this.
  EventStream(std::function<absl::Time()> wall_clock, const Redactor& redactor);

  // `receiver` outlives this.
  void AddReceiver(EventSink* receiver);

  // Id of the run that later events belong to; empty at first.
  void set_run(absl::string_view run);

  // Sets `version`, `seq`, `time` and, unless the event has one, `run`.
  void Emit(Event event) override;

 private:
  const std::function<absl::Time()> wall_clock_;
  const Redactor& redactor_;
  absl::Mutex mutex_;
  std::vector<EventSink*> receivers_ ABSL_GUARDED_BY(mutex_);
  std::string run_ ABSL_GUARDED_BY(mutex_);
  uint32_t seq_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_EVENT_STREAM_H_
