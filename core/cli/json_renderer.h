#ifndef PROVISION_CORE_CLI_JSON_RENDERER_H_
#define PROVISION_CORE_CLI_JSON_RENDERER_H_

#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "core/api/event.pb.h"
#include "core/engine/event_sink.h"
#include "google/protobuf/message.h"

namespace provision {

// `message` as one line of JSON with a line end: fields as in the proto, 64-bit
// numbers as strings, bytes in base64. Bytes of a text that are no UTF-8 become
// U+FFFD.
std::string JsonLine(const google::protobuf::Message& message);

// As JsonLine, and repeated fields of `message` itself are there even when they
// are empty: `"options":[]`.
std::string JsonLineWithLists(const google::protobuf::Message& message);

// Writes each event as a line of JSON. Not thread-safe by itself: EventStream
// calls one at a time.
class JsonRenderer final : public EventSink {
 public:
  explicit JsonRenderer(std::function<void(absl::string_view line)> write);
  void Emit(Event event) override;

 private:
  const std::function<void(absl::string_view line)> write_;
};

}  // namespace provision

#endif  // PROVISION_CORE_CLI_JSON_RENDERER_H_
