#ifndef PROVISION_CORE_HOST_DISTRIBUTION_TABLE_H_
#define PROVISION_CORE_HOST_DISTRIBUTION_TABLE_H_

// What is known of distributions that their os-release does not tell. All names
// are in lower case.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace provision {

// The version that a codename stands for: "22.04" for "jammy"; "" for none of
// this distribution, and for one that rolls. `distribution` is "ubuntu" or
// "debian".
absl::string_view VersionOfCodename(absl::string_view distribution,
                                    absl::string_view codename);
bool IsCodenameOf(absl::string_view distribution, absl::string_view codename);

// What a distribution is like that has no ID_LIKE of its own, nearest first;
// empty if nothing is known.
std::vector<absl::string_view> AliasesOf(absl::string_view distribution);

// Whether `word` of an ID_LIKE names a family that we know.
bool IsFamily(absl::string_view word);

// The families that a family belongs to, nearest first: "debian" of "ubuntu".
std::vector<absl::string_view> FamiliesAbove(absl::string_view family);

// Built from RHEL's own sources, so that its major version is RHEL's.
bool IsRhelRebuild(absl::string_view distribution);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_DISTRIBUTION_TABLE_H_
