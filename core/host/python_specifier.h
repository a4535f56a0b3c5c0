#ifndef PROVISION_CORE_HOST_PYTHON_SPECIFIER_H_
#define PROVISION_CORE_HOST_PYTHON_SPECIFIER_H_

// Which versions a requirement takes: `>=3.11,<3.13`, as PEP 440 says.
//
//   PROVISION_ASSIGN_OR_RETURN(auto range,
//   PythonSpecifierSet::Parse(">=3.11")); if (range.Contains("3.11.7")) ...

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "core/host/python_version.h"

namespace provision {

// A conjunction of clauses; without any it contains everything. A value.
class PythonSpecifierSet {
 public:
  // Which pre-releases Filter lets through.
  enum class Prereleases {
    kDefault,  // those that a clause names or, without a final version, all
    kAllow,
    kForbid,
  };

  PythonSpecifierSet() = default;

  // Clauses separated by commas. An error carries the offset of the clause
  // that is wrong (core/host/error_offset.h).
  static absl::StatusOr<PythonSpecifierSet> Parse(absl::string_view text);

  bool empty() const { return clauses_.empty(); }

  // Normalised: no spaces, clauses sorted.
  std::string ToString() const;

  // Whether `version` fits every clause, pre-release or not: what asks whether
  // an installed version will do. Text that is no version fits only `===`.
  bool Contains(absl::string_view version) const;
  bool Contains(const PythonVersion& version) const;

  // Whether a clause names a pre-release and so lets them in.
  bool NamesPrerelease() const;

  // Those of `versions` that are contained, in their order.
  std::vector<std::string> Filter(absl::Span<const std::string> versions,
                                  Prereleases prereleases) const;

 private:
  struct Clause {
    std::string op;
    std::string text;                       // normalised
    bool any_patch = false;                 // `==1.2.*`
    absl::optional<PythonVersion> version;  // none for `===`
  };

  static absl::StatusOr<Clause> ParseClause(absl::string_view text);
  static bool Fits(const Clause& clause, absl::string_view text,
                   const absl::optional<PythonVersion>& version);
  bool Contains(absl::string_view text,
                const absl::optional<PythonVersion>& version) const;

  std::vector<Clause> clauses_;
};

}  // namespace provision

#endif  // PROVISION_CORE_HOST_PYTHON_SPECIFIER_H_
