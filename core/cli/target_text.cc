#include "core/cli/target_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace provision {

std::string TargetText(const SystemNames& names) {
  std::string architecture = names.architecture;
  if (architecture == "x86_64") architecture = "amd64";
  if (architecture == "aarch64") architecture = "arm64";
  return absl::StrCat(absl::AsciiStrToLower(names.os), "/", architecture);
}

}  // namespace provision
