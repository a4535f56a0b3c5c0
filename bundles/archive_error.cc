#include "bundles/archive_error.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"

namespace provision {

absl::Status ArchiveError(absl::string_view id, absl::string_view member,
                          absl::string_view reason) {
  const std::string where =
      member.empty() ? "" : absl::StrCat(EscapedName(member), ": ");
  return DiagnosticError(absl::StatusCode::kInvalidArgument, id,
                         absl::StrCat(where, reason));
}

std::string EscapedName(absl::string_view name) {
  constexpr size_t kShown = 200;
  if (name.size() <= kShown) return absl::CHexEscape(name);
  return absl::StrCat(absl::CHexEscape(name.substr(0, kShown)), "...");
}

}  // namespace provision
