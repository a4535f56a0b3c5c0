#include "core/host/python_name.h"

#include "absl/strings/ascii.h"

namespace provision {
namespace {

bool IsSeparator(char c) { return c == '.' || c == '_' || c == '-'; }

}  // namespace

bool IsPythonName(absl::string_view name) {
  if (name.empty() || !absl::ascii_isalnum(name.front()) ||
      !absl::ascii_isalnum(name.back())) {
    return false;
  }
  for (const char c : name) {
    if (!absl::ascii_isalnum(c) && !IsSeparator(c)) return false;
  }
  return true;
}

std::string NormalizePythonName(absl::string_view name) {
  std::string normal;
  for (const char c : name) {
    if (!IsSeparator(c)) {
      normal.push_back(absl::ascii_tolower(c));
    } else if (normal.empty() || normal.back() != '-') {
      normal.push_back('-');
    }
  }
  return normal;
}

}  // namespace provision
