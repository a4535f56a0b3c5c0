#include "core/base/ip_address.h"

#include <arpa/inet.h>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

namespace provision {

bool IpAddress::is_loopback() const {
  if (is_v4()) return bytes[0] == 127;
  return bytes == std::string(15, '\0') + '\1';
}

absl::optional<IpAddress> ParseIpAddress(absl::string_view text) {
  const bool is_v6 = text.find(':') != absl::string_view::npos;
  IpAddress address{std::string(is_v6 ? 16 : 4, '\0')};
  if (inet_pton(is_v6 ? AF_INET6 : AF_INET, std::string(text).c_str(),
                address.bytes.data()) != 1) {
    return absl::nullopt;
  }
  return address;
}

bool IpNetwork::Contains(const IpAddress& other) const {
  if (other.bytes.size() != address.bytes.size()) return false;
  for (int bit = 0; bit < prefix; ++bit) {
    const int mask = 0x80 >> (bit % 8);
    if ((address.bytes[bit / 8] & mask) != (other.bytes[bit / 8] & mask)) {
      return false;
    }
  }
  return true;
}

absl::optional<IpNetwork> ParseIpNetwork(absl::string_view text) {
  const size_t slash = text.find('/');
  if (slash == absl::string_view::npos) return absl::nullopt;
  const absl::optional<IpAddress> address =
      ParseIpAddress(text.substr(0, slash));
  const absl::string_view digits = text.substr(slash + 1);
  int prefix = 0;
  if (!address.has_value() || digits.empty() ||
      !absl::c_all_of(digits, absl::ascii_isdigit) ||
      !absl::SimpleAtoi(digits, &prefix) ||
      prefix > static_cast<int>(address->bytes.size()) * 8) {
    return absl::nullopt;
  }
  return IpNetwork{*address, prefix};
}

}  // namespace provision
