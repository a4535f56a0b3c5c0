#ifndef PROVISION_CORE_HOST_REQUIREMENTS_FILE_H_
#define PROVISION_CORE_HOST_REQUIREMENTS_FILE_H_

// Requirement and constraint files as pip reads them, with everything that they
// include. Where we differ from pip and from uv stands in README.md.
//
//   RequirementSet set;
//   PROVISION_RETURN_IF_ERROR(ReadRequirementFile(path, false, sources, set));
//   for (const RequirementEntry& entry : set.requirements) ...

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/base/diagnostic.pb.h"
#include "core/host/requirement_lines.h"
#include "core/host/requirement_source.h"

namespace provision {

// What the parser asks of the outside. `read` gives the bytes of a file by its
// absolute path, nothing if there is none; an error ends the reading.
struct RequirementFileSources {
  std::function<absl::StatusOr<absl::optional<std::string>>(
      const std::string& path)>
      read;
  VariableLookup variable;
};

struct RequirementEntry {
  Diagnostic::Place place;
  // As written, joined to one line, secrets masked; without its options.
  std::string text;
  RequirementSource source;
  bool editable = false;
  std::vector<std::string> hashes;           // "sha256:2e1c..."
  std::vector<std::string> config_settings;  // "KEY=VALUE"
};

struct RequirementOption {
  Diagnostic::Place place;
  std::string name;   // the long one: "--index-url"
  std::string value;  // secrets masked; empty for a switch
};

// A file that was read, for writing it back.
struct RequirementFile {
  std::string path;
  std::string encoding;
  // Its bytes, a piece for each logical line.
  std::vector<std::string> lines;
  std::string Bytes() const;
};

struct RequirementSet {
  std::vector<RequirementEntry> requirements;
  std::vector<RequirementEntry> constraints;
  std::vector<RequirementOption> options;  // but -r, -c and -e
  std::vector<RequirementFile> files;      // each once, in order
  // Names of variables inside the user info of URLs: secrets that whoever reads
  // the files needs in its environment.
  std::vector<std::string> secret_variables;
  // All that is wrong or worth a word, in the order of reading.
  std::vector<Diagnostic> diagnostics;

  bool has_errors() const;
};

// Reads `path` (absolute) and adds what it holds to `set`; a constraint file
// gives constraints only. What is wrong in the files is in the diagnostics; an
// error status is one of `sources`.
absl::Status ReadRequirementFile(const std::string& path, bool constraint,
                                 const RequirementFileSources& sources,
                                 RequirementSet& set);

// Adds one requirement that stands in a plan, in place of a file's line.
void AddRequirement(const std::string& text, const Diagnostic::Place& place,
                    RequirementSet& set);

// Errors that show only in the whole: several values of --index-url.
void CheckRequirementSet(RequirementSet& set);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_REQUIREMENTS_FILE_H_
