#ifndef PROVISION_CORE_BASE_PIPE_H_
#define PROVISION_CORE_BASE_PIPE_H_

#include "absl/status/statusor.h"
#include "core/base/descriptor.h"

namespace provision {

// Both ends of a pipe; no child inherits them.
struct Pipe {
  Descriptor reading;
  Descriptor writing;
};

absl::StatusOr<Pipe> NewPipe();

}  // namespace provision

#endif  // PROVISION_CORE_BASE_PIPE_H_
