#ifndef PROVISION_CORE_HOST_PLATFORM_H_
#define PROVISION_CORE_HOST_PLATFORM_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/api/facts.h"

namespace provision {

// Which distribution, version and hardware a host is (spec/host.md 5.4).
struct Platform {
  std::string os;            // "linux", in lower case
  std::string distribution;  // ID of os-release: "debian"; "" if there is none
  std::string version;       // VERSION_ID; "" for a rolling distribution
  // Families it belongs to, nearest first, itself included: "ubuntu", "debian".
  std::vector<std::string> families;
  std::string architecture;  // "amd64", "arm64", else as the kernel says
  // Where each of it comes from, for people.
  std::vector<std::string> evidence;

  // "debian-12/amd64"; "arch/amd64" without a version; "linux/amd64" without a
  // distribution.
  std::string Text() const;
};

// Reads os-release and the names of kernel and hardware.
Platform DerivePlatform(Facts& facts);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_PLATFORM_H_
