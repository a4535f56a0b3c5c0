#ifndef PROVISION_CORE_ENGINE_EVENT_SINK_H_
#define PROVISION_CORE_ENGINE_EVENT_SINK_H_

#include <string>

#include "absl/strings/string_view.h"
#include "core/api/event.pb.h"

namespace provision {

// Where the engine tells what happens; it prints nothing itself.
// Implementations are thread-safe: actions run at once and report from their
// own threads.
class EventSink {
 public:
  virtual ~EventSink() = default;

  // The caller fills `step` and one of `what`. Never fails: a sink that cannot
  // write keeps its error for the one who made it.
  virtual void Emit(Event event) = 0;
};

// An event of `step`, to be filled.
inline Event EventOf(absl::string_view step) {
  Event event;
  event.set_step(std::string(step));
  return event;
}

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_EVENT_SINK_H_
