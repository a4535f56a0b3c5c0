#ifndef PROVISION_CORE_HOST_PYTHON_VERSION_H_
#define PROVISION_CORE_HOST_PYTHON_VERSION_H_

// Versions of Python and of its distributions, as PEP 440 orders them.
//
//   PROVISION_ASSIGN_OR_RETURN(auto wanted, PythonVersion::Parse("3.11.7"));
//   if (found < wanted) ...
//   wanted.ReleasePrefix(2)   // "3.11"

#include <compare>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace provision {

// A value; safe to copy and to compare from any thread.
class PythonVersion {
 public:
  // Accepts every spelling that PEP 440 knows (`1.0-RC.1`, `v1.0`, spaces
  // around). A component of more than 4300 digits is refused.
  static absl::StatusOr<PythonVersion> Parse(absl::string_view text);

  // The normalised spelling; what was written is not kept.
  std::string ToString() const;

  // The first `count` numbers of the release joined by dots; those that are
  // not written are 0.
  std::string ReleasePrefix(size_t count) const;

  size_t release_size() const { return release_.size(); }
  bool has_epoch() const { return epoch_ != "0"; }
  bool has_pre() const { return pre_kind_ != 0; }
  bool has_post() const { return post_.has_value(); }
  bool has_dev() const { return dev_.has_value(); }
  bool has_local() const { return !local_.empty(); }

  // An alpha, beta, candidate or development version.
  bool is_prerelease() const { return has_pre() || has_dev(); }

  // Without the local label.
  PythonVersion Public() const;
  // Without post release, development number and local label.
  PythonVersion WithoutPost() const;
  // The earliest development version of this one: nothing named after it
  // sorts lower.
  PythonVersion FirstDev() const;

  // Whether the epoch and the first `count` numbers of the release are those
  // of `prefix`; numbers that are not written are 0.
  bool HasReleasePrefix(const PythonVersion& prefix, size_t count) const;

  // `1.0` and `1.0.0` are equivalent, though spelled differently.
  friend std::weak_ordering operator<=>(const PythonVersion& a,
                                        const PythonVersion& b);
  friend bool operator==(const PythonVersion& a, const PythonVersion& b) {
    return (a <=> b) == 0;
  }

 private:
  // Numbers are digits without leading zeros: they have no limit of 64 bits.
  std::string epoch_ = "0";
  std::vector<std::string> release_;
  char pre_kind_ = 0;  // 'a', 'b', 'r' (candidate), or 0 for none
  std::string pre_;
  absl::optional<std::string> post_;
  absl::optional<std::string> dev_;
  std::vector<std::string> local_;
};

}  // namespace provision

#endif  // PROVISION_CORE_HOST_PYTHON_VERSION_H_
