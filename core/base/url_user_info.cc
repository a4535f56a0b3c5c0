#include "core/base/url_user_info.h"

#include <cstddef>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace provision {
namespace {

struct UserInfo {
  size_t begin;
  size_t end;  // the `@`
  bool secret;
};

bool EndsAuthority(char c) {
  return c == '/' || c == '?' || c == '#' || c == '"' || c == '\'' ||
         absl::ascii_isspace(c);
}

std::vector<UserInfo> FindUserInfos(absl::string_view text) {
  std::vector<UserInfo> found;
  for (size_t at = text.find("://"); at != absl::string_view::npos;
       at = text.find("://", at + 3)) {
    const size_t begin = at + 3;
    size_t end = begin;
    while (end < text.size() && !EndsAuthority(text[end])) ++end;
    const absl::string_view authority = text.substr(begin, end - begin);
    // A password may itself hold an `@`.
    const size_t last = authority.rfind('@');
    if (last == absl::string_view::npos) continue;
    const bool bare_ssh_user =
        absl::EndsWithIgnoreCase(text.substr(0, at), "ssh") &&
        !absl::StrContains(authority.substr(0, last), ":");
    found.push_back({begin, begin + last, !bare_ssh_user});
  }
  return found;
}

}  // namespace

bool HasUrlSecret(absl::string_view text) {
  for (const UserInfo& info : FindUserInfos(text)) {
    if (info.secret) return true;
  }
  return false;
}

std::string RedactUrlSecrets(absl::string_view text) {
  std::string redacted;
  size_t copied = 0;
  for (const UserInfo& info : FindUserInfos(text)) {
    if (!info.secret) continue;
    absl::StrAppend(&redacted, text.substr(copied, info.begin - copied), "***");
    copied = info.end;
  }
  absl::StrAppend(&redacted, text.substr(copied));
  return redacted;
}

bool IsInUrlUserInfo(absl::string_view text, size_t offset) {
  for (const UserInfo& info : FindUserInfos(text)) {
    if (offset >= info.begin && offset < info.end) return true;
  }
  return false;
}

}  // namespace provision
