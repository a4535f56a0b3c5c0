#ifndef PROVISION_CORE_BASE_NAME_RESOLUTION_H_
#define PROVISION_CORE_BASE_NAME_RESOLUTION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace provision {

// The addresses that this system has for `name`, as text, without doubles, in
// its order of preference. kNotFound if there is no such name, kUnavailable
// (`net/dns`) if nobody could be asked. May take as long as the resolver does.
absl::StatusOr<std::vector<std::string>> ResolveName(const std::string& name);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_NAME_RESOLUTION_H_
