#ifndef PROVISION_CORE_HOST_PLATFORM_PATTERN_H_
#define PROVISION_CORE_HOST_PLATFORM_PATTERN_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/host/platform.h"

namespace provision {

// Patterns of platforms, as in `when.platform` (spec/host.md 5.2):
//
//   ubuntu:22.04   ubuntu:>=22.04   ubuntu:*   ubuntu   debian-like:*   linux
//   any of them with /ARCHITECTURE behind: debian:12/arm64
//
// A rolling distribution has no version: only `*` matches it.
bool MatchesPlatform(absl::string_view pattern, const Platform& platform);

// kInvalidArgument for what is no pattern.
absl::Status CheckPlatformPattern(absl::string_view pattern);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_PLATFORM_PATTERN_H_
