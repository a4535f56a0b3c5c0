#include "plugins/python/version_file.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace provision {

VersionFile ReadVersionFile(absl::string_view content) {
  VersionFile file;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(content, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    absl::StatusOr<VersionRequest> request = VersionRequest::Parse(line);
    if (request.ok()) {
      file.requests.push_back(*std::move(request));
    } else {
      file.rejected.push_back(
          absl::StrCat(number, ": ", request.status().message()));
    }
  }
  return file;
}

}  // namespace provision
