#include "core/base/file_url.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/diagnostic.h"

namespace provision {
namespace {

absl::Status Refuse(absl::string_view url, absl::string_view what) {
  return DiagnosticError(absl::StatusCode::kInvalidArgument, "net/url",
                         absl::StrCat(url, ": ", what));
}

}  // namespace

absl::StatusOr<std::string> PathOfFileUrl(absl::string_view url) {
  absl::string_view rest = url;
  if (!absl::StartsWithIgnoreCase(rest, "file://")) {
    return Refuse(url, "not a file URL");
  }
  rest.remove_prefix(7);
  absl::ConsumePrefix(&rest, "localhost");
  if (!absl::StartsWith(rest, "/")) {
    return Refuse(url, "a file URL of another host");
  }
  if (rest.find_first_of("?#") != absl::string_view::npos) {
    return Refuse(url, "a file URL with a query or a fragment");
  }
  std::string path;
  for (size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] != '%') {
      path += rest[i];
      continue;
    }
    const absl::string_view digits = rest.substr(i + 1, 2);
    if (digits.size() != 2 || !absl::ascii_isxdigit(digits[0]) ||
        !absl::ascii_isxdigit(digits[1]) || digits == "00") {
      return Refuse(url, "a percent sign that encodes nothing");
    }
    path += absl::HexStringToBytes(digits);
    i += 2;
  }
  return path;
}

}  // namespace provision
