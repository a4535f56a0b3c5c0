#ifndef PROVISION_CORE_BASE_BYTE_CHANNEL_H_
#define PROVISION_CORE_BASE_BYTE_CHANNEL_H_

// Bytes to and from one other side, and the other side's end of it.

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace provision {

// The side that waits no longer than it wants to: of a plugin that was started.
// Not thread-safe. The other side ends with the object.
class ByteChannel {
 public:
  enum class Event {
    kProgress,  // something was written or read
    kClosed,    // the other side has ended, or takes and gives nothing more
    kTimeout,   // `timeout` has passed
    kStopped,   // this program was asked a second time to stop
  };
  virtual ~ByteChannel() = default;

  // Writes from the beginning of `out` what can be written, and takes it out;
  // appends to `in` what was read. Returns with the first progress.
  virtual Event Exchange(std::string* out, std::string* in,
                         absl::Duration timeout) = 0;
  // How the other side ended, after kClosed: "exited with status 3", "was
  // ended by signal 11 (Segmentation fault)", "closed its descriptors".
  virtual std::string Ending() = 0;
  // What the other side printed so far beside the channel: the first and the
  // last of it.
  virtual std::string Printed() const = 0;
};

// The side that only serves. Not thread-safe.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // Waits; "" at the end.
  virtual absl::StatusOr<std::string> Read() = 0;
  // All of it.
  virtual absl::Status Write(absl::string_view bytes) = 0;
};

}  // namespace provision

#endif  // PROVISION_CORE_BASE_BYTE_CHANNEL_H_
