#ifndef PROVISION_CORE_HOST_PRIVILEGE_H_
#define PROVISION_CORE_HOST_PRIVILEGE_H_

#include <string>
#include <vector>

#include "core/api/facts.h"

namespace provision {

// Can the user of the host become root, and how (spec/host.md 6.1)?
struct Privilege {
  enum class Kind { kRoot, kCanBecomeRoot, kCannot };

  Kind kind = Kind::kCannot;
  // The program, of kCanBecomeRoot: "/usr/bin/sudo".
  std::string by = {};
  // Of kCanBecomeRoot: not without a password.
  bool asks = false;
  // Of kCannot, in words that a user can act on.
  std::string why = {};
  std::vector<std::string> evidence = {};
};

// Asks sudo and doas, which must not ask back, then looks at groups. Where
// no_new_privs is set nothing helps, whatever is installed.
Privilege DerivePrivilege(Facts& facts);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_PRIVILEGE_H_
