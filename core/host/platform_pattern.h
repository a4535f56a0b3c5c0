#ifndef PROVISION_CORE_HOST_PLATFORM_PATTERN_H_
#define PROVISION_CORE_HOST_PLATFORM_PATTERN_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/host/platform.h"

namespace provision {

// Patterns of platforms, as in `when.platform` (spec/host.md 5.2):
//
//   ubuntu:22.04   ubuntu:>=22.04   ubuntu:*   ubuntu   ubuntu-22.04   linux
//   debian-like:*      of this family, or itself
//   ubuntu-like:22.04  of this family, and the version that it is based on
//   any of them with /ARCHITECTURE behind: debian:12/arm64, ubuntu/*
//
// A rolling distribution has no version: only `*` matches it.
bool MatchesPlatform(absl::string_view pattern, const Platform& platform);

// kInvalidArgument for what is no pattern.
absl::Status CheckPlatformPattern(absl::string_view pattern);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_PLATFORM_PATTERN_H_
