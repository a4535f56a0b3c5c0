#include "bundles/testing/refusal_text.h"

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"

namespace provision {

std::string RefusalText(const absl::Status& status) {
  if (status.ok()) return "";
  return absl::StrCat(status.message(), " [", DiagnosticId(status), "]");
}

}  // namespace provision
