#ifndef PROVISION_CORE_ACTIONS_WRITE_FILE_H_
#define PROVISION_CORE_ACTIONS_WRITE_FILE_H_

#include <memory>

#include "core/actions/action_handler.h"

namespace provision {

// A whole file: temporary in the same directory, write, mode and owner, fsync,
// rename, fsync of the directory. Replaces a file or a link, never a directory
// (`apply/in-the-way`). The inverse is exact.
std::unique_ptr<ActionHandler> NewWriteFileHandler();

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_WRITE_FILE_H_
