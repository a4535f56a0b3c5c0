#ifndef PROVISION_CORE_BASE_LOCAL_DIRECTORY_H_
#define PROVISION_CORE_BASE_LOCAL_DIRECTORY_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "core/base/beneath.h"
#include "core/base/descriptor.h"
#include "core/base/directory.h"

namespace provision {

// A directory of this machine. `descriptor` is open for reading. The Directory
// that Rename is given must be one of these as well.
std::unique_ptr<Directory> NewLocalDirectory(Descriptor descriptor,
                                             absl::string_view path,
                                             BeneathMeans means);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_LOCAL_DIRECTORY_H_
