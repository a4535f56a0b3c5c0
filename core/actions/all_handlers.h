#ifndef PROVISION_CORE_ACTIONS_ALL_HANDLERS_H_
#define PROVISION_CORE_ACTIONS_ALL_HANDLERS_H_

#include "core/actions/action_handler.h"
#include "core/api/archive.h"

namespace provision {

// A handler for each kind of action there is. Keeps `unpacker` by reference.
ActionHandlers AllHandlers(const ArchiveUnpacker& unpacker);

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_ALL_HANDLERS_H_
