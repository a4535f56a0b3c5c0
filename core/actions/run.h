#ifndef PROVISION_CORE_ACTIONS_RUN_H_
#define PROVISION_CORE_ACTIONS_RUN_H_

#include <memory>

#include "core/actions/action_handler.h"

namespace provision {

// One command with exact arguments. It cannot be audited; its effect is durable
// after a sync of the file systems of the action's outputs. Undone by the
// command that it declares, else there is no inverse. Errors are those of
// CommandFailure(), of the limits and of secrets.
std::unique_ptr<ActionHandler> NewRunHandler();

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_RUN_H_
