#ifndef PROVISION_CORE_HOST_REQUIREMENT_SOURCE_H_
#define PROVISION_CORE_HOST_REQUIREMENT_SOURCE_H_

// One requirement of a requirement file, in any of the forms that pip reads: by
// name, `name @ url`, a URL, a repository with a ref, a path.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/host/python_marker.h"
#include "core/host/python_specifier.h"

namespace provision {

struct RequirementSource {
  enum class Kind {
    kName,        // from an index
    kUrl,         // an archive, by http, https, ftp or file
    kRepository,  // git+, hg+, svn+, bzr+
    kPath,        // an archive or a project folder on disk
  };
  Kind kind = Kind::kName;
  // As written; empty for a URL or a path that does not tell.
  std::string name;
  std::vector<std::string> extras;
  PythonSpecifierSet specifier;
  // URL or path without ref, fragment and extras. A secret in it is replaced by
  // `***`: what is to be handed on is the file itself, not this.
  std::string location;
  std::string ref;           // of a repository: what follows its last `@`
  std::string subdirectory;  // `#subdirectory=`
  std::string fragment;      // the whole of it
  bool has_secret = false;
  absl::optional<PythonMarker> marker;
};

// Reads the whole of `text`; an editable one is a path or a repository. An
// error carries its offset (core/host/error_offset.h) and says what to write.
absl::StatusOr<RequirementSource> ParseRequirementSource(absl::string_view text,
                                                         bool editable);

// Whether a file of this name is one that pip installs.
bool IsPythonArchiveName(absl::string_view name);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_REQUIREMENT_SOURCE_H_
