#include "core/plugin/frames.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/serialize.h"
#include "google/protobuf/io/coded_stream.h"

namespace provision {
namespace {

using plugin::v1::Reply;
using plugin::v1::Request;

constexpr size_t kLengthSize = 4;
constexpr size_t kChunk = 256 << 10;
constexpr int kMaxDepth = 32;

absl::Status ProtocolError(absl::string_view expected,
                           absl::string_view found) {
  return DiagnosticError(absl::StatusCode::kDataLoss, "plugin/protocol",
                         "what came is not the protocol of plugins")
      .Expected(expected)
      .Found(found);
}

void AppendFrame(const google::protobuf::Message& message, std::string* out) {
  const std::string bytes = DeterministicBytes(message);
  for (int shift = 0; shift < 32; shift += 8) {
    out->push_back(static_cast<char>(bytes.size() >> shift & 0xff));
  }
  out->append(bytes);
}

template <typename Message>
absl::Status Append(const Message& message, std::string* out) {
  if (message.ByteSizeLong() <= kMaxFrame) {
    AppendFrame(message, out);
    return absl::OkStatus();
  }
  const std::string bytes = DeterministicBytes(message);
  if (bytes.size() > kMaxPluginMessage) {
    return absl::OutOfRangeError(
        absl::StrCat("a message of ", bytes.size(), " bytes for a plugin"));
  }
  for (size_t at = 0; at < bytes.size(); at += kChunk) {
    Message part;
    part.set_id(message.id());
    if (at + kChunk < bytes.size()) part.set_more(true);
    part.add_chunk(bytes.substr(at, kChunk));
    AppendFrame(part, out);
  }
  return absl::OkStatus();
}

}  // namespace

bool ParsePluginBytes(absl::string_view bytes,
                      google::protobuf::Message* message) {
  google::protobuf::io::CodedInputStream input(
      reinterpret_cast<const uint8_t*>(bytes.data()),
      static_cast<int>(bytes.size()));
  input.SetRecursionLimit(kMaxDepth);
  return message->ParseFromCodedStream(&input) && input.ConsumedEntireMessage();
}

absl::Status AppendFrames(const Request& request, std::string* out) {
  return Append(request, out);
}

absl::Status AppendFrames(const Reply& reply, std::string* out) {
  return Append(reply, out);
}

absl::StatusOr<absl::optional<std::string>> FrameSplitter::Next() {
  if (rest() < kLengthSize) return absl::optional<std::string>();
  uint32_t length = 0;
  for (size_t i = 0; i < kLengthSize; ++i) {
    length |=
        static_cast<uint32_t>(static_cast<unsigned char>(bytes_[begin_ + i]))
        << (8 * i);
  }
  if (length == 0 || length > kMaxFrame) {
    return ProtocolError(absl::StrCat("a length from 1 to ", kMaxFrame),
                         absl::StrCat("the length ", length));
  }
  if (rest() - kLengthSize < length) return absl::optional<std::string>();
  std::string frame = bytes_.substr(begin_ + kLengthSize, length);
  begin_ += kLengthSize + length;
  if (begin_ == bytes_.size()) {
    bytes_.clear();
    begin_ = 0;
  } else if (begin_ > kMaxFrame) {
    bytes_.erase(0, begin_);
    begin_ = 0;
  }
  return absl::optional<std::string>(std::move(frame));
}

template <typename Message>
absl::StatusOr<absl::optional<Message>> FrameAssembler<Message>::Add(
    absl::string_view frame) {
  Message message;
  const std::string kind(Message::descriptor()->name());
  if (!ParsePluginBytes(frame, &message)) {
    return ProtocolError(absl::StrCat("a ", kind),
                         absl::StrCat(frame.size(), " bytes that are none"));
  }
  const auto part = parts_.find(message.id());
  if (message.chunk_size() == 0 && !message.more() && part == parts_.end()) {
    return absl::optional<Message>(std::move(message));
  }
  std::string& bytes = parts_[message.id()];
  const size_t held_before = held_;
  for (const std::string& chunk : message.chunk()) {
    bytes += chunk;
    held_ += chunk.size();
  }
  if (held_ > kMaxPluginMessage) {
    return ProtocolError(absl::StrCat("at most ", kMaxPluginMessage, " bytes"),
                         absl::StrCat(held_, " bytes in parts"));
  }
  // Else parts without a byte could be begun without end.
  if (held_ == held_before) {
    return ProtocolError("a chunk in each frame of a long message",
                         absl::StrCat("none in one of id ", message.id()));
  }
  if (message.more()) return absl::optional<Message>();
  Message whole;
  const bool parsed = ParsePluginBytes(bytes, &whole);
  held_ -= bytes.size();
  parts_.erase(message.id());
  if (!parsed || whole.id() != message.id() || whole.chunk_size() > 0) {
    return ProtocolError(absl::StrCat("chunks of a ", kind),
                         "chunks that together are none");
  }
  return absl::optional<Message>(std::move(whole));
}

template class FrameAssembler<Request>;
template class FrameAssembler<Reply>;

}  // namespace provision
