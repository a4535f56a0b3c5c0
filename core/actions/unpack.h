#ifndef PROVISION_CORE_ACTIONS_UNPACK_H_
#define PROVISION_CORE_ACTIONS_UNPACK_H_

#include <memory>

#include "core/actions/action_handler.h"
#include "core/api/archive.h"

namespace provision {

// Unpacks an artifact of the store: judged whole first, written into a hidden
// sibling, verified and synced there, then renamed. What has the name is moved
// aside before, and kept as long as the run. Keeps `unpacker` by reference.
std::unique_ptr<ActionHandler> NewUnpackHandler(
    const ArchiveUnpacker& unpacker);

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_UNPACK_H_
