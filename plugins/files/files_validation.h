#ifndef PROVISION_PLUGINS_FILES_FILES_VALIDATION_H_
#define PROVISION_PLUGINS_FILES_FILES_VALIDATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "core/base/diagnostic.pb.h"
#include "plugins/files/files.pb.h"

namespace provision {

// What can be wrong with a config whatever the machine; all of it.
std::vector<Diagnostic> ValidateFiles(const FilesConfig& config);

// "644" and "0644" are 0644; nullopt for what is no mode.
absl::optional<uint32_t> ParseMode(const std::string& text);

}  // namespace provision

#endif  // PROVISION_PLUGINS_FILES_FILES_VALIDATION_H_
