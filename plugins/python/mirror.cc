#include "plugins/python/mirror.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "core/base/crypto.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "plugins/python/download_policy.h"

namespace provision {
namespace {

constexpr char kVariable[] = "UV_PYTHON_INSTALL_MIRROR";
constexpr int64_t kMaxListBytes = 16 << 20;

bool IsUrl(absl::string_view location) {
  return absl::StartsWith(location, "https://") ||
         absl::StartsWith(location, "http://");
}

// Of https://user@host:port/path.
absl::string_view Authority(absl::string_view url) {
  url.remove_prefix(url.find("://") + 3);
  return url.substr(0, url.find_first_of("/?#"));
}

std::string PercentEncoded(absl::string_view path) {
  std::string encoded;
  for (const char c : path) {
    if (absl::ascii_isalnum(c) || absl::StrContains("/-._~", c)) {
      encoded += c;
    } else {
      absl::StrAppendFormat(&encoded, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

// An archive may be in the folder of its build, or not.
std::vector<std::string> Places(const PythonBuild& build) {
  std::vector<std::string> places = {build.archive};
  if (absl::StrContains(build.archive, "/")) {
    places.push_back(BaseName(build.archive));
  }
  return places;
}

const FactValue::Entry* FindEntry(const std::vector<FactValue::Entry>& entries,
                                  absl::string_view name) {
  const auto found = absl::c_find_if(entries, [&](const auto& entry) {
    return entry.name() == name && entry.type() == PathState::FILE;
  });
  return found == entries.end() ? nullptr : &*found;
}

absl::StatusOr<std::string> DownloadList(
    const std::string& url, const absl::optional<ProxyForUrl>& proxy,
    Facts& facts) {
  FactQuery query;
  query.mutable_http_read()->set_url(url);
  query.mutable_http_read()->set_max_bytes(kMaxListBytes);
  SetProxy(proxy, query.mutable_http_read());
  const FactValue& value = facts.Read(query);
  const std::string host(Authority(url));
  if (!value.has_http_read()) {
    // The text names the host.
    return absl::UnavailableError(
        absl::StrCat("network: ", value.absent().text()));
  }
  switch (value.http_read().status()) {
    case 200:
      return value.http_read().body();
    case 407:
      return absl::UnavailableError(absl::StrCat(
          "proxy authentication: the proxy for ", host, " wants credentials"));
    default:
      return absl::UnavailableError(absl::StrCat(
          host, " answers ", value.http_read().status(), " for ", url));
  }
}

absl::StatusOr<BuildList> PinnedList(const PythonConfig::Mirror& config,
                                     const Mirror& mirror,
                                     const PythonTarget& target, Facts& facts) {
  std::string content;
  if (mirror.is_folder) {
    absl::StatusOr<std::string> read =
        facts.File(JoinPath(mirror.location, config.list()));
    if (!read.ok()) {
      return absl::UnavailableError(absl::StrCat(
          "the mirror's list cannot be read: ", read.status().message()));
    }
    content = *std::move(read);
  } else {
    PROVISION_ASSIGN_OR_RETURN(
        content, DownloadList(absl::StrCat(mirror.location, "/",
                                           PercentEncoded(config.list())),
                              mirror.proxy, facts));
  }
  const std::string sha256 = Sha256Hex(content);
  if (sha256 != config.list_sha256()) {
    return absl::DataLossError(absl::StrCat(
        "the mirror's list is not the pinned one: its SHA-256 is ", sha256));
  }
  absl::StatusOr<BuildList> list = ParseBuildList(content, target);
  if (!list.ok()) {
    return absl::DataLossError(
        absl::StrCat("the mirror's list: ", list.status().message()));
  }
  return list;
}

absl::StatusOr<Mirror> MirrorAt(std::string location, Facts& facts) {
  if (location.empty()) {
    return absl::NotFoundError("no mirror of builds is named");
  }
  Mirror mirror;
  mirror.is_folder = !IsUrl(location);
  if (mirror.is_folder) {
    absl::string_view path = location;
    absl::ConsumePrefix(&path, "file://");
    mirror.location = facts.AbsolutePath(path);
    return mirror;
  }
  const absl::optional<std::string> who = WhoForbidsDownloads(facts);
  if (who.has_value()) {
    return absl::PermissionDeniedError(
        absl::StrCat("downloads are forbidden: ", *who));
  }
  mirror.location = std::string(absl::StripSuffix(location, "/"));
  PROVISION_ASSIGN_OR_RETURN(mirror.proxy,
                             FindProxyForUrl(mirror.location, facts));
  return mirror;
}

}  // namespace

std::vector<std::string> Mirror::Urls(const PythonBuild& build) const {
  std::vector<std::string> urls;
  for (const std::string& place : Places(build)) {
    if (!is_folder) {
      urls.push_back(absl::StrCat(location, "/", PercentEncoded(place)));
    } else if (FindEntry(entries, place) != nullptr) {
      urls.push_back(
          absl::StrCat("file://", PercentEncoded(JoinPath(location, place))));
    }
  }
  return urls;
}

Fetch Mirror::FetchOf(const PythonBuild& build, absl::string_view name) const {
  Fetch fetch;
  for (const std::string& url : Urls(build)) fetch.add_url(url);
  fetch.set_sha256(build.sha256);
  fetch.set_name(std::string(name));
  for (const std::string& place : Places(build)) {
    const FactValue::Entry* entry = FindEntry(entries, place);
    if (entry == nullptr || fetch.has_size() || entry->size() == 0) continue;
    fetch.set_size(entry->size());
  }
  SetProxy(proxy, &fetch);
  return fetch;
}

absl::optional<Proposal::Endpoint> Mirror::endpoint() const {
  if (is_folder) return absl::nullopt;
  Proposal::Endpoint endpoint;
  const bool secure = absl::StartsWith(location, "https:");
  absl::string_view authority = Authority(location);
  const size_t colon = authority.rfind(':');
  int port = secure ? 443 : 80;
  int written = 0;
  // The colons of an IPv6 address are in brackets.
  if (colon != absl::string_view::npos &&
      absl::SimpleAtoi(authority.substr(colon + 1), &written)) {
    port = written;
    authority = authority.substr(0, colon);
  }
  endpoint.set_host(std::string(authority));
  endpoint.set_port(port);
  endpoint.set_scheme(secure ? "https" : "http");
  endpoint.set_purpose("builds of Python");
  return endpoint;
}

absl::StatusOr<Mirror> OpenMirror(const PythonConfig& config,
                                  const PythonTarget& target, Facts& facts) {
  const std::string location = config.has_mirror()
                                   ? config.mirror().location()
                                   : facts.Variable(kVariable).value_or("");
  PROVISION_ASSIGN_OR_RETURN(Mirror mirror, MirrorAt(location, facts));
  if (config.mirror().has_list_sha256()) {
    PROVISION_ASSIGN_OR_RETURN(
        mirror.known, PinnedList(config.mirror(), mirror, target, facts));
  } else {
    mirror.known = EmbeddedBuildList(target);
  }
  mirror.list.name = mirror.known.name;
  if (!mirror.is_folder) {
    mirror.list = mirror.known;
    return mirror;
  }
  mirror.entries = facts.Listing(mirror.location, /*recursive=*/true);
  for (const PythonBuild& build : mirror.known.builds) {
    if (!mirror.Urls(build).empty()) mirror.list.builds.push_back(build);
  }
  return mirror;
}

absl::Status CheckMirror(const PythonConfig::Mirror& mirror) {
  const std::string& location = mirror.location();
  if (location.empty()) {
    return absl::InvalidArgumentError("it has no location");
  }
  if (IsUrl(location)) {
    if (absl::StrContains(Authority(location), "@")) {
      return absl::InvalidArgumentError("a password stands in its address");
    }
    if (Authority(location).empty() ||
        location.find_first_of("?#") != std::string::npos) {
      return absl::InvalidArgumentError("its address is of no folder");
    }
  } else if (absl::StrContains(location, "://") &&
             !absl::StartsWith(location, "file:///")) {
    return absl::InvalidArgumentError(
        "it is neither a folder nor an address of http or https");
  }
  const std::string& sha256 = mirror.list_sha256();
  if (mirror.has_list_sha256() &&
      (sha256.size() != 64 || absl::c_any_of(sha256, [](char c) {
         return !absl::ascii_isdigit(c) && (c < 'a' || c > 'f');
       }))) {
    return absl::InvalidArgumentError(
        "list_sha256 wants 64 digits of 0-9 and a-f");
  }
  if (mirror.has_list() && !mirror.has_list_sha256()) {
    return absl::InvalidArgumentError("its list is not pinned by list_sha256");
  }
  if (mirror.list().empty() || absl::StrContains(mirror.list(), "..") ||
      absl::StartsWith(mirror.list(), "/")) {
    return absl::InvalidArgumentError("its list is no file in it");
  }
  return absl::OkStatus();
}

}  // namespace provision
