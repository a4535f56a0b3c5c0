#ifndef PROVISION_CORE_HOST_PYTHON_MARKER_H_
#define PROVISION_CORE_HOST_PYTHON_MARKER_H_

// The condition after the `;` of a requirement (PEP 508):
//
//   PROVISION_ASSIGN_OR_RETURN(
//       auto marker, PythonMarker::Parse("sys_platform == 'win32'"));
//   PROVISION_ASSIGN_OR_RETURN(
//       bool wanted, marker.Evaluate({{"sys_platform", "linux"}}));

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace provision {

// The variables of an interpreter by their names in markers
// (`python_full_version`, `sys_platform`, ...); `extra` is set by who asks and
// counts as empty when it is absent.
using PythonMarkerEnvironment = std::map<std::string, std::string>;

// True for every variable that may stand in a marker, the dotted names of
// PEP 345 included.
bool IsPythonMarkerVariable(absl::string_view name);

// A value.
class PythonMarker {
 public:
  // The whole of `text` is one marker, with spaces and tabs around it at most.
  // An error carries its offset (core/host/error_offset.h).
  static absl::StatusOr<PythonMarker> Parse(absl::string_view text);

  // Normalised: double quotes, one space, no needless parentheses.
  std::string ToString() const;

  // An error when the marker asks for a variable that `environment` lacks, for
  // `extras` or `dependency_groups` (they have values only in lock files), or
  // compares words by `~=` or `===`. Versions are compared as such where the
  // variable is one and both sides are versions; of other words `<` and `>` are
  // false, `<=` and `>=` are `==`.
  absl::StatusOr<bool> Evaluate(
      const PythonMarkerEnvironment& environment) const;

 private:
  friend class PythonMarkerParser;

  struct Operand {
    bool is_variable = false;
    std::string text;  // the canonical name, or the literal
  };
  struct Node {
    enum class Kind { kComparison, kAnd, kOr } kind = Kind::kComparison;
    std::string op;
    Operand left;
    Operand right;
    std::vector<Node> children;
  };

  static std::string Print(const Node& node);
  static absl::StatusOr<bool> Evaluate(
      const Node& node, const PythonMarkerEnvironment& environment);
  static absl::StatusOr<bool> Compare(
      const Node& node, const PythonMarkerEnvironment& environment);

  Node root_;
};

}  // namespace provision

#endif  // PROVISION_CORE_HOST_PYTHON_MARKER_H_
