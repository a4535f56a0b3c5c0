#ifndef PROVISION_CORE_BASE_OUTPUT_CAPTURE_H_
#define PROVISION_CORE_BASE_OUTPUT_CAPTURE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace provision {

// Keeps the first and the last half of `limit` bytes of a stream and counts the
// rest, in memory of about twice the limit at most.
class OutputCapture {
 public:
  explicit OutputCapture(size_t limit)
      : head_limit_(limit / 2), tail_limit_(limit - limit / 2) {}

  void Add(absl::string_view bytes);
  // What was kept, and how much of the middle was not.
  std::string Text() const;
  uint64_t dropped_bytes() const;

 private:
  const size_t head_limit_;
  const size_t tail_limit_;
  std::string head_;
  std::string tail_;  // its last tail_limit_ bytes count
  uint64_t total_ = 0;
};

}  // namespace provision

#endif  // PROVISION_CORE_BASE_OUTPUT_CAPTURE_H_
