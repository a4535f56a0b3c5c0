// Requirement files and what stands in them: a file writes back to its bytes, a
// requirement and a marker say the same when they are read again.

#include "core/host/python_marker.h"
#include "core/host/python_requirement.h"
#include "core/host/requirements_file.h"
#include "tools/fuzz/fuzz_target.h"

namespace provision {
namespace {

constexpr char kPath[] = "/app/requirements.txt";

void ReadFile(absl::string_view text) {
  RequirementFileSources sources;
  // Every file that it includes is itself once more.
  sources.read = [text](const std::string& path)
      -> absl::StatusOr<absl::optional<std::string>> {
    if (path == kPath || path == "/app/more.txt") return std::string(text);
    return absl::optional<std::string>();
  };
  sources.variable = [](absl::string_view name) -> absl::optional<std::string> {
    if (name == "DIR") return std::string("sub");
    return absl::nullopt;
  };
  RequirementSet set;
  Require(ReadRequirementFile(kPath, false, sources, set).ok(),
          "what is wrong is a diagnostic");
  CheckRequirementSet(set);
  for (const RequirementFile& file : set.files) {
    Require(file.Bytes() == text, "a file writes back to its bytes");
  }
  for (const Diagnostic& diagnostic : set.diagnostics) {
    Require(!diagnostic.id().empty() && !diagnostic.place().file().empty(),
            "a complaint has an id and a place");
  }
}

void ReadRequirement(absl::string_view text) {
  const PythonMarkerEnvironment environment = {{"python_version", "3.11"},
                                               {"sys_platform", "linux"},
                                               {"os_name", "posix"}};
  const absl::StatusOr<PythonRequirement> one = ParsePythonRequirement(text);
  if (one.ok()) {
    const absl::StatusOr<PythonRequirement> again =
        ParsePythonRequirement(one->ToString());
    Require(again.ok(), "a requirement can be read again");
    Require(again->ToString() == one->ToString(), "a requirement stays");
    static_cast<void>(one->Applies(environment, {"x"}));
  }
  const absl::StatusOr<PythonMarker> marker = PythonMarker::Parse(text);
  if (!marker.ok()) return;
  const absl::StatusOr<PythonMarker> again =
      PythonMarker::Parse(marker->ToString());
  Require(again.ok(), "a marker can be read again");
  Require(again->ToString() == marker->ToString(), "a marker stays");
  const absl::StatusOr<bool> a = marker->Evaluate(environment);
  const absl::StatusOr<bool> b = again->Evaluate(environment);
  Require(a.ok() == b.ok() && (!a.ok() || *a == *b), "a marker means the same");
}

}  // namespace
}  // namespace provision

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text = provision::FuzzInput(data, size);
  provision::ReadFile(text);
  provision::ReadRequirement(text);
  return 0;
}
