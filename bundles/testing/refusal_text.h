#ifndef PROVISION_BUNDLES_TESTING_REFUSAL_TEXT_H_
#define PROVISION_BUNDLES_TESTING_REFUSAL_TEXT_H_

// An archive's refusal as a person sees it, for comparison.

#include <string>

#include "absl/status/status.h"

namespace provision {

// `MEMBER: REASON [archive/…]`; "" if the status is OK.
std::string RefusalText(const absl::Status& status);

}  // namespace provision

#endif  // PROVISION_BUNDLES_TESTING_REFUSAL_TEXT_H_
