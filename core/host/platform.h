#ifndef PROVISION_CORE_HOST_PLATFORM_H_
#define PROVISION_CORE_HOST_PLATFORM_H_

#include <string>
#include <vector>

#include "core/api/facts.h"

namespace provision {

// Which distribution, version and hardware a host is (spec/host.md 5.4).
struct Platform {
  std::string os;            // "linux", in lower case
  std::string distribution;  // ID of os-release: "linuxmint"; "" without one
  std::string version;       // VERSION_ID; "" for a rolling distribution
  // The distribution whose packages it takes, and its version: "ubuntu" and
  // "22.04" of Linux Mint 21.3; by default itself. The version is "" where it
  // rolls or is not known.
  std::string base;
  std::string base_version;
  // Families it belongs to, nearest first, itself included: "linuxmint",
  // "ubuntu", "debian".
  std::vector<std::string> families;
  std::string architecture;  // "amd64", "arm64", else as the kernel says
  // Where each of it comes from, for people.
  std::vector<std::string> evidence;

  // "debian-12/amd64"; "arch/amd64" without a version; "linux/amd64" without a
  // distribution.
  std::string Text() const;
};

// Reads os-release, the file of Mint's upstream where a codename is missing,
// and, where nothing names a family, which package manager is there.
Platform DerivePlatform(Facts& facts);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_PLATFORM_H_
