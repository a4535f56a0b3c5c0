#ifndef PROVISION_CORE_ACTIONS_NETRC_H_
#define PROVISION_CORE_ACTIONS_NETRC_H_

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/base/secret.h"

namespace provision {

// "login:password" of `host` in the text of a .netrc file: of its `machine`,
// else of `default`. nullopt if there is neither, or it has no password.
// Macros are skipped; a word may stand in double quotes.
absl::optional<Secret> NetrcCredentials(absl::string_view text,
                                        absl::string_view host);

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_NETRC_H_
