#ifndef PROVISION_CORE_ACTIONS_ALL_HANDLERS_H_
#define PROVISION_CORE_ACTIONS_ALL_HANDLERS_H_

#include "core/actions/action_handler.h"
#include "core/api/wheel_installer.h"

namespace provision {

// A handler for each kind of action there is. What `readers` refers to outlives
// them.
ActionHandlers AllHandlers(const ArtifactReaders& readers);

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_ALL_HANDLERS_H_
