#ifndef PROVISION_CORE_BASE_TCP_PROBE_H_
#define PROVISION_CORE_BASE_TCP_PROBE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace provision {

// Connects to `port` of `host`, a name or an address, and closes again. Tries
// each address that the name has, all within `timeout`. Errors are
// kUnavailable: `net/dns`, `net/connect` with what the last address said,
// `net/timeout`.
absl::Status ProbeTcp(absl::string_view host, int port, absl::Duration timeout);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_TCP_PROBE_H_
