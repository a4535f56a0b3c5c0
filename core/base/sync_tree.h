#ifndef PROVISION_CORE_BASE_SYNC_TREE_H_
#define PROVISION_CORE_BASE_SYNC_TREE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/base/directory.h"

namespace provision {

// Makes `directory` and all below it durable, file by file: what stands in for
// one syncfs on a kernel whose syncfs does not report failed writes. Links are
// names in a directory; no link is followed.
absl::Status SyncTree(Directory& directory);

// Does syncfs of this kernel ("5.10.0-8-amd64") report what could not be
// written? Since Linux 5.8.
bool SyncfsReportsErrors(absl::string_view kernel_release);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_SYNC_TREE_H_
