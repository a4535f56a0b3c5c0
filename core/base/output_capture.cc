#include "core/base/output_capture.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace provision {

void OutputCapture::Add(absl::string_view bytes) {
  total_ += bytes.size();
  const size_t to_head = std::min(bytes.size(), head_limit_ - head_.size());
  head_.append(bytes.data(), to_head);
  bytes.remove_prefix(to_head);
  if (bytes.size() > tail_limit_) {
    bytes.remove_prefix(bytes.size() - tail_limit_);
  }
  tail_.append(bytes.data(), bytes.size());
  // Cut once in a while, not with every piece.
  if (tail_.size() > 2 * tail_limit_) {
    tail_.erase(0, tail_.size() - tail_limit_);
  }
}

std::string OutputCapture::Text() const {
  absl::string_view tail = tail_;
  if (tail.size() > tail_limit_) tail.remove_prefix(tail.size() - tail_limit_);
  return absl::StrCat(head_, tail);
}

uint64_t OutputCapture::dropped_bytes() const {
  return total_ - head_.size() - std::min(tail_.size(), tail_limit_);
}

}  // namespace provision
