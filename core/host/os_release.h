#ifndef PROVISION_CORE_HOST_OS_RELEASE_H_
#define PROVISION_CORE_HOST_OS_RELEASE_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"

namespace provision {

// The assignments of an os-release or lsb-release file, values as a shell would
// read them: quotes `'` and `"`, escapes. Of two with one name the later
// counts; what is no assignment is left out.
std::map<std::string, std::string> ParseOsRelease(absl::string_view text);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_OS_RELEASE_H_
