#ifndef PROVISION_CORE_ACTIONS_REMOVE_H_
#define PROVISION_CORE_ACTIONS_REMOVE_H_

#include <memory>

#include "core/actions/action_handler.h"

namespace provision {

// Moves what is there into undo/, or to a hidden sibling where that is another
// file system, so that it can be brought back exactly; fsync of both
// directories. The sibling stays as long as the run.
std::unique_ptr<ActionHandler> NewRemoveHandler();

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_REMOVE_H_
