#ifndef PROVISION_CORE_BASE_CONSOLE_H_
#define PROVISION_CORE_BASE_CONSOLE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace provision {

// Standard output and standard error of this program.
class Console {
 public:
  enum class Stream { kOutput, kError };

  virtual ~Console() = default;

  // All of `text` at once, unbuffered. A stream that cannot be written any more
  // is not tried again; status() keeps the first error.
  virtual void Write(Stream stream, absl::string_view text) = 0;
  virtual absl::Status status() const = 0;

  virtual bool IsTerminal(Stream stream) const = 0;
  // Of the terminal; 80 where that is unknown.
  virtual int Columns() const = 0;
};

}  // namespace provision

#endif  // PROVISION_CORE_BASE_CONSOLE_H_
