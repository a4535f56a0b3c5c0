#ifndef PROVISION_CORE_BASE_REDACTOR_H_
#define PROVISION_CORE_BASE_REDACTOR_H_

#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "core/base/secret.h"
#include "google/protobuf/message.h"

namespace provision {

// The second line behind Secret: takes every value that became known out of
// whatever is printed, logged or kept (reliability.md 10). It finds a value
// plain, in base64 (also inside a longer text), URL-encoded, hexadecimal and
// JSON-escaped, broken by line ends or not; each line of a longer value too.
// User information of URLs goes as well, known or not.
//
// Values of fewer than 4 bytes are not looked for: they are in every text.
// Thread-safe.
class Redactor {
 public:
  static constexpr char kMask[] = "[secret]";

  void Add(const Secret& value);

  std::string Redact(absl::string_view text) const;

  // Every string and bytes field of `message` and of the messages in it.
  void RedactMessage(google::protobuf::Message* message) const;

  // Whoever redacts a stream piece by piece keeps back as many bytes less one;
  // RedactedOutput does.
  size_t longest_form() const;

 private:
  void AddForm(std::string form) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  std::vector<Secret> forms_ ABSL_GUARDED_BY(mutex_);  // longest first
};

}  // namespace provision

#endif  // PROVISION_CORE_BASE_REDACTOR_H_
