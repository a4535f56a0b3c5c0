#ifndef PROVISION_CORE_PLUGIN_FRAMES_H_
#define PROVISION_CORE_PLUGIN_FRAMES_H_

// Requests and replies as bytes (core/api/plugin.proto, spec/engine.md 3.3).

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/api/plugin.pb.h"
#include "google/protobuf/message.h"

namespace provision {

inline constexpr size_t kMaxFrame = 1 << 20;
inline constexpr size_t kMaxPluginMessage = 64 << 20;

// Parses strictly: all of the bytes, at most 32 levels deep. False if they are
// no such message.
bool ParsePluginBytes(absl::string_view bytes,
                      google::protobuf::Message* message);

// The frames of one message, appended to `out`; several if it is long.
// kOutOfRange if it is longer than kMaxPluginMessage.
absl::Status AppendFrames(const plugin::v1::Request& request, std::string* out);
absl::Status AppendFrames(const plugin::v1::Reply& reply, std::string* out);

// Takes frames out of a stream of bytes.
class FrameSplitter {
 public:
  void Add(absl::string_view bytes) {
    bytes_.append(bytes.data(), bytes.size());
  }
  // The next whole frame without its length; nullopt if there is none yet.
  // `plugin/protocol` for a length that is not allowed.
  absl::StatusOr<absl::optional<std::string>> Next();
  // Bytes of a frame that has not ended.
  size_t rest() const { return bytes_.size() - begin_; }

 private:
  std::string bytes_;
  size_t begin_ = 0;
};

// Puts messages together from frames. `Message` is Request or Reply.
template <typename Message>
class FrameAssembler {
 public:
  // The message that this frame ends; nullopt if more frames are to come.
  // `plugin/protocol` for what is no such message.
  absl::StatusOr<absl::optional<Message>> Add(absl::string_view frame);

 private:
  std::map<uint64_t, std::string> parts_;  // by id
  size_t held_ = 0;                        // bytes in parts_
};

extern template class FrameAssembler<plugin::v1::Request>;
extern template class FrameAssembler<plugin::v1::Reply>;

}  // namespace provision

#endif  // PROVISION_CORE_PLUGIN_FRAMES_H_
