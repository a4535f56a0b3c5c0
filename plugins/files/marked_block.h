#ifndef PROVISION_PLUGINS_FILES_MARKED_BLOCK_H_
#define PROVISION_PLUGINS_FILES_MARKED_BLOCK_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace provision {

// `text` with `content` between the marker lines of the block `name`; every
// other byte is as before. A block that is there is replaced where it is, else
// it comes last. Its lines end as the first line of `text` does.
//
// kFailedPrecondition if a marker is missing, doubled or out of order: what is
// in between may be somebody's.
absl::StatusOr<std::string> WithMarkedBlock(absl::string_view text,
                                            absl::string_view name,
                                            absl::string_view content,
                                            absl::string_view comment);

// Whether `content` has a line that would be taken for a marker.
bool HoldsMarker(absl::string_view content);

}  // namespace provision

#endif  // PROVISION_PLUGINS_FILES_MARKED_BLOCK_H_
