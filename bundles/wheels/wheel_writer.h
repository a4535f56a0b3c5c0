#ifndef PROVISION_BUNDLES_WHEELS_WHEEL_WRITER_H_
#define PROVISION_BUNDLES_WHEELS_WHEEL_WRITER_H_

// Writes placed files straight from their archives into a tree: inflated,
// hashed and written once, by several threads.

#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "bundles/wheels/placed_wheels.h"
#include "core/base/directory.h"

namespace provision {

// As WheelTree::Write.
absl::Status WritePlacedFiles(const std::map<std::string, PlacedFile>& files,
                              int threads, const std::function<bool()>& stop,
                              Directory& destination);

}  // namespace provision

#endif  // PROVISION_BUNDLES_WHEELS_WHEEL_WRITER_H_
