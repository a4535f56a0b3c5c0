#ifndef PROVISION_CORE_BASE_PARALLEL_FOR_H_
#define PROVISION_CORE_BASE_PARALLEL_FOR_H_

#include <cstddef>
#include <functional>

#include "absl/status/status.h"

namespace provision {

// Calls `task` for 0 to `count` - 1, each index once, in this order, on up to
// `threads` threads, the caller's among them; with one thread strictly one
// after the other. After an error no further index is begun; the error of the
// lowest index is returned.
absl::Status ParallelFor(size_t count, int threads,
                         const std::function<absl::Status(size_t)>& task);

// One for each processor, at most 8.
int DefaultThreads();

}  // namespace provision

#endif  // PROVISION_CORE_BASE_PARALLEL_FOR_H_
