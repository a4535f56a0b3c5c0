#ifndef PROVISION_PLUGINS_PYTHON_VERSION_FILE_H_
#define PROVISION_PLUGINS_PYTHON_VERSION_FILE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "plugins/python/version_request.h"

namespace provision {

struct VersionFile {
  std::vector<VersionRequest> requests;  // in their order
  // `LINE: "TEXT": WHY` of each line that is no request.
  std::vector<std::string> rejected;
};

// Reads the content of a `.python-version` or `.python-versions`: one request a
// line; `#` begins a remark, and CR before the line's end does not count. Of a
// line that is no request nothing is used, least of all as a path.
VersionFile ReadVersionFile(absl::string_view content);

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_VERSION_FILE_H_
