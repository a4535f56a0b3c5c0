#ifndef PROVISION_CORE_FACTS_MOUNT_TABLE_H_
#define PROVISION_CORE_FACTS_MOUNT_TABLE_H_

#include "absl/strings/string_view.h"
#include "core/api/fact.pb.h"

namespace provision {

// Reads /proc/self/mountinfo: type, mount point, options (of the mount, then of
// the file system) and source of each line, in its order. Lines that are none
// are left out.
FactValue::Mounts ParseMountInfo(absl::string_view text);

// The mount that holds `path`, which is absolute and without links: the deepest
// mount point; of two on one, the later, which hides the other. nullptr if none
// does.
const FactValue::FileSystem* MountOf(const FactValue::Mounts& mounts,
                                     absl::string_view path);

}  // namespace provision

#endif  // PROVISION_CORE_FACTS_MOUNT_TABLE_H_
