#include "core/host/proxy_bypass.h"

#include <idn2.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/ip_address.h"

namespace provision {
namespace {

using Entries = std::vector<absl::string_view>;

template <typename Predicate>
bool Any(const Entries& entries, Predicate matches) {
  return std::any_of(entries.begin(), entries.end(), matches);
}

// "[::1]" for "::1": as a URL has it.
std::string Bracketed(absl::string_view host) {
  return absl::StrContains(host, ":") ? absl::StrCat("[", host, "]")
                                      : std::string(host);
}

bool IsSameOrBelow(absl::string_view host, absl::string_view domain) {
  return host == domain || absl::EndsWith(host, absl::StrCat(".", domain));
}

// ---- curl: noproxy.c ----

bool CurlMatches(absl::string_view host, absl::string_view entry) {
  if (const absl::optional<IpAddress> address = ParseIpAddress(host);
      address.has_value() && address->is_v4()) {
    const absl::optional<IpNetwork> network = ParseIpNetwork(entry);
    return network.has_value() ? network->Contains(*address)
                               : ParseIpAddress(entry) == address;
  }
  absl::ConsumeSuffix(&host, ".");
  absl::ConsumeSuffix(&entry, ".");
  absl::ConsumePrefix(&entry, ".");
  return IsSameOrBelow(absl::AsciiStrToLower(host),
                       absl::AsciiStrToLower(entry));
}

bool CurlBypasses(const ProxyTarget& target, absl::string_view no_proxy) {
  if (no_proxy == "*") return true;
  return Any(
      absl::StrSplit(no_proxy, absl::ByAnyChar(", \t"), absl::SkipEmpty()),
      [&](absl::string_view entry) { return CurlMatches(target.host, entry); });
}

// ---- wget: host.c, sufmatch ----

bool WgetBypasses(const ProxyTarget& target, absl::string_view no_proxy) {
  const std::string host = absl::AsciiStrToLower(target.host);
  bool is_first = true;
  return Any(absl::StrSplit(no_proxy, ','), [&](absl::string_view entry) {
    // Blanks go after a comma only.
    if (!std::exchange(is_first, false)) {
      entry = absl::StripLeadingAsciiWhitespace(entry);
    }
    const std::string domain = absl::AsciiStrToLower(entry);
    return !domain.empty() &&
           (IsSameOrBelow(host, domain) ||
            (domain[0] == '.' && absl::EndsWith(host, domain)));
  });
}

// ---- urllib: proxy_bypass_environment ----

bool UrllibBypasses(absl::string_view host, absl::string_view port,
                    absl::string_view no_proxy) {
  if (no_proxy == "*") return true;
  const std::string name = absl::AsciiStrToLower(host);
  const std::string with_port =
      port.empty() ? name : absl::StrCat(name, ":", port);
  return Any(absl::StrSplit(no_proxy, ','), [&](absl::string_view entry) {
    entry = absl::StripAsciiWhitespace(entry);
    if (entry.empty()) return false;
    entry.remove_prefix(std::min(entry.find_first_not_of('.'), entry.size()));
    const std::string domain = absl::AsciiStrToLower(entry);
    return IsSameOrBelow(name, domain) || IsSameOrBelow(with_port, domain);
  });
}

// ---- requests: should_bypass_proxies, its own rules, then urllib's ----

bool RequestsBypasses(const ProxyTarget& target, absl::string_view no_proxy) {
  const std::string host = absl::AsciiStrToLower(target.host);
  const std::string with_port =
      target.port.empty() ? host : absl::StrCat(host, ":", target.port);
  const absl::optional<IpAddress> address = ParseIpAddress(host);
  const bool is_v4 = address.has_value() && address->is_v4();
  const std::string packed = absl::StrReplaceAll(no_proxy, {{" ", ""}});
  const auto matches = [&](absl::string_view entry) {
    if (!is_v4) {
      entry = absl::StripPrefix(entry, ".");
      return IsSameOrBelow(host, entry) || IsSameOrBelow(with_port, entry);
    }
    const absl::optional<IpNetwork> network = ParseIpNetwork(entry);
    return network.has_value() && network->prefix > 0
               ? network->Contains(*address)
               : host == entry;
  };
  return Any(absl::StrSplit(packed, ',', absl::SkipEmpty()), matches) ||
         UrllibBypasses(host, /*port=*/"", no_proxy);
}

// ---- npm: label by label from the right, and by case ----

bool NpmBypasses(const ProxyTarget& target, absl::string_view no_proxy) {
  const std::string host = Bracketed(absl::AsciiStrToLower(target.host));
  const std::vector<absl::string_view> labels = absl::StrSplit(host, '.');
  return Any(absl::StrSplit(no_proxy, ','), [&](absl::string_view entry) {
    const std::vector<absl::string_view> wanted = absl::StrSplit(
        absl::StripAsciiWhitespace(entry), '.', absl::SkipEmpty());
    return !wanted.empty() && wanted.size() <= labels.size() &&
           std::equal(wanted.rbegin(), wanted.rend(), labels.rbegin());
  });
}

// ---- Go: httpproxy ----

std::string AsciiDomain(const std::string& domain) {
  char* ascii = nullptr;
  if (idn2_to_ascii_8z(domain.c_str(), &ascii, IDN2_NONTRANSITIONAL) !=
      IDN2_OK) {
    return domain;
  }
  std::string text = ascii;
  idn2_free(ascii);
  return text;
}

// "host:port" or "[::1]:port" taken apart; false where there is no port.
bool SplitHostPort(absl::string_view text, absl::string_view* host,
                   absl::string_view* port) {
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return false;
  *host = text.substr(0, colon);
  *port = text.substr(colon + 1);
  if (absl::ConsumePrefix(host, "[")) return absl::ConsumeSuffix(host, "]");
  return !absl::StrContains(*host, ":");
}

bool GoMatches(const ProxyTarget& target, const std::string& entry) {
  const absl::optional<IpAddress> address = ParseIpAddress(target.host);
  if (const absl::optional<IpNetwork> network = ParseIpNetwork(entry)) {
    return address.has_value() && network->Contains(*address);
  }
  absl::string_view host = entry;
  absl::string_view port;
  if (!SplitHostPort(entry, &host, &port)) host = entry;
  if (!port.empty() && port != target.port) return false;
  if (const absl::optional<IpAddress> wanted = ParseIpAddress(host)) {
    return address == wanted;
  }
  absl::ConsumePrefix(&host, "*");
  if (host.empty()) return false;
  const std::string name = absl::AsciiStrToLower(target.host);
  if (host[0] == '.') {
    return absl::EndsWith(
        name, absl::StrCat(".", AsciiDomain(std::string(host.substr(1)))));
  }
  return IsSameOrBelow(name, AsciiDomain(std::string(host)));
}

bool GoBypasses(const ProxyTarget& target, absl::string_view no_proxy) {
  const absl::optional<IpAddress> address = ParseIpAddress(target.host);
  if (target.host == "localhost" ||
      (address.has_value() && address->is_loopback())) {
    return true;
  }
  return Any(absl::StrSplit(no_proxy, ','), [&](absl::string_view entry) {
    const std::string folded =
        absl::AsciiStrToLower(absl::StripAsciiWhitespace(entry));
    return folded == "*" || GoMatches(target, folded);
  });
}

// ---- hyper-util: client::proxy::matcher ----

bool HyperUtilMatches(const ProxyTarget& target, absl::string_view entry) {
  if (const absl::optional<IpAddress> address = ParseIpAddress(target.host)) {
    const absl::optional<IpNetwork> network = ParseIpNetwork(entry);
    return network.has_value() ? network->Contains(*address)
                               : ParseIpAddress(entry) == address;
  }
  if (entry == "*") return true;
  return IsSameOrBelow(absl::AsciiStrToLower(target.host),
                       absl::AsciiStrToLower(absl::StripPrefix(entry, ".")));
}

bool HyperUtilBypasses(const ProxyTarget& target, absl::string_view no_proxy) {
  return Any(absl::StrSplit(no_proxy, ','), [&](absl::string_view entry) {
    entry = absl::StripAsciiWhitespace(entry);
    return !entry.empty() && HyperUtilMatches(target, entry);
  });
}

}  // namespace

absl::string_view ProxyClientName(ProxyClient client) {
  switch (client) {
    case ProxyClient::kCurl:
      return "curl";
    case ProxyClient::kWget:
      return "wget";
    case ProxyClient::kUrllib:
      return "urllib";
    case ProxyClient::kRequests:
      return "requests";
    case ProxyClient::kNpm:
      return "npm";
    case ProxyClient::kGo:
      return "go";
    case ProxyClient::kHyperUtil:
      return "hyper-util";
  }
  return "";
}

bool BypassesProxy(ProxyClient client, const ProxyTarget& target,
                   absl::string_view no_proxy) {
  switch (client) {
    case ProxyClient::kCurl:
      return CurlBypasses(target, no_proxy);
    case ProxyClient::kWget:
      return WgetBypasses(target, no_proxy);
    case ProxyClient::kUrllib:
      return UrllibBypasses(Bracketed(target.host), target.port, no_proxy);
    case ProxyClient::kRequests:
      return RequestsBypasses(target, no_proxy);
    case ProxyClient::kNpm:
      return NpmBypasses(target, no_proxy);
    case ProxyClient::kGo:
      return GoBypasses(target, no_proxy);
    case ProxyClient::kHyperUtil:
      return HyperUtilBypasses(target, no_proxy);
  }
  return false;
}

}  // namespace provision
