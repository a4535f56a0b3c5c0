#ifndef PROVISION_CORE_BASE_IP_ADDRESS_H_
#define PROVISION_CORE_BASE_IP_ADDRESS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace provision {

// An address of IPv4 (4 bytes) or IPv6 (16), in network order.
struct IpAddress {
  std::string bytes;

  bool operator==(const IpAddress&) const = default;
  bool is_v4() const { return bytes.size() == 4; }
  // 127.0.0.0/8 and ::1.
  bool is_loopback() const;
};

// Dotted decimal of four parts (RFC 6943 3.1.1 strict), or the text of an IPv6
// address (RFC 4291 2.2), without brackets and zone. nullopt for all else.
absl::optional<IpAddress> ParseIpAddress(absl::string_view text);

// A range "10.0.0.0/8". Bits of the address below the prefix are ignored.
struct IpNetwork {
  IpAddress address;
  int prefix = 0;  // bits

  // False for an address of the other family.
  bool Contains(const IpAddress& other) const;
};

// nullopt unless it is an address, a slash and a prefix in decimal digits that
// is not longer than the address.
absl::optional<IpNetwork> ParseIpNetwork(absl::string_view text);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_IP_ADDRESS_H_
