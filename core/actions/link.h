#ifndef PROVISION_CORE_ACTIONS_LINK_H_
#define PROVISION_CORE_ACTIONS_LINK_H_

#include <memory>

#include "core/actions/action_handler.h"

namespace provision {

// A symbolic link: made under a temporary name, renamed over what is there (a
// file, a link, never a directory: `apply/in-the-way`), fsync of the directory.
// The inverse is exact.
std::unique_ptr<ActionHandler> NewLinkHandler();

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_LINK_H_
