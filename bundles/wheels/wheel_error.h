#ifndef PROVISION_BUNDLES_WHEELS_WHEEL_ERROR_H_
#define PROVISION_BUNDLES_WHEELS_WHEEL_ERROR_H_

// The ids of refusals of a wheel. They are built by ArchiveError(): a
// diagnostic `PLACE: REASON`, kInvalidArgument; the caller puts the wheel's
// name before it.

#include "absl/strings/string_view.h"
#include "bundles/archive_error.h"

namespace provision {

inline constexpr absl::string_view kWheelName = "wheel/name";
inline constexpr absl::string_view kWheelDistInfo = "wheel/dist-info";
inline constexpr absl::string_view kWheelMetadata = "wheel/metadata";
inline constexpr absl::string_view kWheelPlatform = "wheel/platform";
inline constexpr absl::string_view kWheelRecord = "wheel/record";
inline constexpr absl::string_view kWheelData = "wheel/data";
inline constexpr absl::string_view kWheelEntryPoint = "wheel/entry-point";
inline constexpr absl::string_view kWheelReserved = "wheel/reserved";
inline constexpr absl::string_view kWheelEscape = "wheel/escape";

}  // namespace provision

#endif  // PROVISION_BUNDLES_WHEELS_WHEEL_ERROR_H_
