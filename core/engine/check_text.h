#ifndef PROVISION_CORE_ENGINE_CHECK_TEXT_H_
#define PROVISION_CORE_ENGINE_CHECK_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "core/api/proposal.pb.h"

namespace provision {

// One line about a check, for the preview and the report: "import
// numpy.linalg", "port 5432 of db answers". Paths below `root` are relative.
std::string CheckText(const Check& check, absl::string_view root);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_CHECK_TEXT_H_
