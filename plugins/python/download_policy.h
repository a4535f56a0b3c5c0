#ifndef PROVISION_PLUGINS_PYTHON_DOWNLOAD_POLICY_H_
#define PROVISION_PLUGINS_PYTHON_DOWNLOAD_POLICY_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/api/facts.h"

namespace provision {

// Who forbids that a Python is downloaded, in words that name the place and the
// key: `python-downloads = "manual" in /etc/uv/uv.toml`. Looked at are the
// variable UV_PYTHON_DOWNLOADS, the user's and the machine's uv.toml; one that
// forbids is enough. nullopt: nobody does.
absl::optional<std::string> WhoForbidsDownloads(Facts& facts);

// The text of a key of the outermost table of a TOML file; nullopt if it is not
// there or no plain string.
absl::optional<std::string> OutermostTomlString(absl::string_view content,
                                                absl::string_view key);

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_DOWNLOAD_POLICY_H_
