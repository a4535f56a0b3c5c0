#include "core/engine/unpack_estimate.h"

#include <algorithm>

namespace provision {
namespace {

// What gzip and zstd make of programs and their libraries.
constexpr uint64_t kRatio = 4;

}  // namespace

uint64_t EstimateUnpacked(
    const Unpack& unpack,
    const google::protobuf::RepeatedPtrField<Action>& actions,
    const StoreContent& store) {
  uint64_t archive = store.SizeOf(unpack.sha256());
  for (const Action& action : actions) {
    if (action.fetch().sha256() == unpack.sha256()) {
      archive = std::max(archive, action.fetch().size());
    }
  }
  const uint64_t bytes = archive * kRatio;
  return unpack.has_max_bytes() ? std::min(bytes, unpack.max_bytes()) : bytes;
}

}  // namespace provision
