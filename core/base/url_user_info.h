#ifndef PROVISION_CORE_BASE_URL_USER_INFO_H_
#define PROVISION_CORE_BASE_URL_USER_INFO_H_

// User names and passwords inside URLs are secrets: they are never printed.

#include <string>

#include "absl/strings/string_view.h"

namespace provision {

// True when `text` holds a URL with user info that is a secret. The bare user
// of an ssh URL (`git+ssh://git@host/x`) is none: it names no one.
bool HasUrlSecret(absl::string_view text);

// `text` with the user info of every URL in it replaced by `***`, but for that
// of HasUrlSecret's exception.
std::string RedactUrlSecrets(absl::string_view text);

// Whether the byte at `offset` of `text` lies in the user info of a URL.
bool IsInUrlUserInfo(absl::string_view text, size_t offset);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_URL_USER_INFO_H_
