#ifndef PROVISION_CORE_ACTIONS_MAKE_DIRECTORY_H_
#define PROVISION_CORE_ACTIONS_MAKE_DIRECTORY_H_

#include <memory>

#include "core/actions/action_handler.h"

namespace provision {

// A directory: made beside its place with mode and owner, then renamed to it,
// fsync of the parent. One that is there gets the mode and owner. The inverse
// is exact: removed if it is empty and this made it.
std::unique_ptr<ActionHandler> NewMakeDirectoryHandler();

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_MAKE_DIRECTORY_H_
