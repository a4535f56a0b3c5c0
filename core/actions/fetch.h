#ifndef PROVISION_CORE_ACTIONS_FETCH_H_
#define PROVISION_CORE_ACTIONS_FETCH_H_

#include <memory>

#include "core/actions/action_handler.h"

namespace provision {

// Brings an artifact into the store: https, http if a digest is pinned, or a
// file URL, from the first mirror that gives it. A download that was cut is
// resumed, also by a later process. The store is not visible to the host, so
// there is nothing to undo.
std::unique_ptr<ActionHandler> NewFetchHandler();

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_FETCH_H_
