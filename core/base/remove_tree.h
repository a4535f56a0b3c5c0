#ifndef PROVISION_CORE_BASE_REMOVE_TREE_H_
#define PROVISION_CORE_BASE_REMOVE_TREE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/base/directory.h"

namespace provision {

// Removes `name` in `directory` and, of a directory, everything below it; no
// link is followed. OK if nothing is there. Durable after the directory's Sync;
// a crash leaves a part of the tree.
absl::Status RemoveTree(Directory& directory, absl::string_view name);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_REMOVE_TREE_H_
