#ifndef PROVISION_CORE_BASE_REDACTED_OUTPUT_H_
#define PROVISION_CORE_BASE_REDACTED_OUTPUT_H_

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "core/base/redactor.h"

namespace provision {

// Takes secrets out of the output of a command while it comes. A pipe cuts it
// anywhere, in a value too: so whole lines are passed on, and what could be the
// beginning of a value waits for what follows.
class RedactedOutput {
 public:
  using Receiver = std::function<void(bool is_stderr, absl::string_view bytes)>;

  // `redactor` knows all values, and outlives this.
  RedactedOutput(const Redactor& redactor, Receiver receiver)
      : redactor_(redactor), receiver_(std::move(receiver)) {}

  void Add(bool is_stderr, absl::string_view bytes);
  // Passes on what waits; nothing comes after it.
  void Finish();

 private:
  // How many of the waiting bytes can be passed on.
  size_t Settled(absl::string_view waiting) const;
  void Pass(bool is_stderr, size_t size);

  const Redactor& redactor_;
  const Receiver receiver_;
  std::string waiting_[2];  // of stdout, of stderr
};

}  // namespace provision

#endif  // PROVISION_CORE_BASE_REDACTED_OUTPUT_H_
