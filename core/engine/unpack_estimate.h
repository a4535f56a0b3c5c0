#ifndef PROVISION_CORE_ENGINE_UNPACK_ESTIMATE_H_
#define PROVISION_CORE_ENGINE_UNPACK_ESTIMATE_H_

#include <cstdint>

#include "core/api/action.pb.h"
#include "core/engine/store_content.h"

namespace provision {

// How much room an archive will take, of which only the size is known: an
// interpreter of 28 MB takes 96. 0 if not even that is known, by the download
// among `actions` or by the store.
uint64_t EstimateUnpacked(
    const Unpack& unpack,
    const google::protobuf::RepeatedPtrField<Action>& actions,
    const StoreContent& store);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_UNPACK_ESTIMATE_H_
