#include "plugins/python_packages/tool_settings.h"

#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/url_user_info.h"

namespace provision {
namespace {

constexpr absl::string_view kForBoth[] = {
    "ALL_PROXY", "HTTPS_PROXY",    "HTTP_PROXY",     "NETRC",
    "NO_PROXY",  "all_proxy",      "http_proxy",     "https_proxy",
    "no_proxy",  "XDG_CACHE_HOME", "XDG_CONFIG_HOME"};
constexpr absl::string_view kForPip[] = {
    "PIP_CACHE_DIR",       "PIP_CLIENT_CERT",      "PIP_CONFIG_FILE",
    "PIP_DEFAULT_TIMEOUT", "PIP_KEYRING_PROVIDER", "PIP_PROXY",
    "PIP_RETRIES"};
constexpr absl::string_view kForUv[] = {
    "UV_CACHE_DIR",     "UV_CONFIG_FILE",      "UV_HTTP_RETRIES",
    "UV_HTTP_TIMEOUT",  "UV_KEYRING_PROVIDER", "UV_OFFLINE",
    "UV_INDEX_STRATEGY"};

// Where packages come from, as the caller's variables say.
constexpr absl::string_view kPipIndex[] = {
    "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX"};
constexpr absl::string_view kUvIndex[] = {
    "UV_DEFAULT_INDEX",   "UV_INDEX",      "UV_INDEX_URL",
    "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_NO_INDEX"};

// Fewer certificates than this are somebody's own, not the public roots.
constexpr int kFewCertificates = 10;

bool PlanNamesSources(const PythonPackagesConfig& config) {
  return !config.index_url().empty() || config.no_index();
}

class SettingsReader {
 public:
  explicit SettingsReader(Facts& facts) : facts_(facts) {}

  // Hands on `name` of the caller as `as`; returns whether it is set.
  bool HandOn(const std::string& name, const std::string& as) {
    const HostVariable variable = ReadHostVariable(name, facts_);
    if (!variable.is_set) return false;
    if (variable.is_secret) {
      RunSecret& secret = secrets_[as];
      secret.set_name(as);
      secret.mutable_reference()->set_env(name);
      secret.set_variable(true);
    } else {
      environment_[as] = variable.value;
    }
    return true;
  }

  bool HandOn(absl::string_view name) {
    return HandOn(std::string(name), std::string(name));
  }

  void Set(const std::string& name, const std::string& value) {
    environment_[name] = value;
  }

  // pip reads one of these, and CURL_CA_BUNDLE would beat PIP_CERT inside it.
  void TrustForPip() {
    for (const char* name : {"PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
                             "SSL_CERT_FILE", "SSL_CERT_DIR"}) {
      if (HandOn(name, "PIP_CERT")) return;
    }
  }

  // uv takes the system's certificates; a bundle would replace them all.
  void TrustForUv() {
    Set("UV_SYSTEM_CERTS", "true");
    Set("UV_NATIVE_TLS", "true");  // its name before uv 0.11
    for (const char* name : {"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE",
                             "CURL_CA_BUNDLE", "PIP_CERT"}) {
      const HostVariable variable = ReadHostVariable(name, facts_);
      if (!variable.is_set || variable.is_secret) continue;
      const auto bundle = facts_.File(variable.value);
      if (!bundle.ok()) continue;
      const int count = CountCertificates(*bundle);
      if (count >= kFewCertificates) {
        Set("SSL_CERT_FILE", variable.value);
        return;
      }
      WarnOfBundle(name, variable.value, count);
    }
    HandOn("SSL_CERT_DIR");
  }

  ToolSettings Take() {
    ToolSettings settings;
    for (const auto& [name, value] : environment_) {
      if (secrets_.count(name) != 0) continue;
      EnvironmentVariable& variable = settings.environment.emplace_back();
      variable.set_name(name);
      variable.set_value(value);
    }
    for (auto& [name, secret] : secrets_) {
      settings.secrets.push_back(std::move(secret));
    }
    settings.diagnostics = std::move(diagnostics_);
    return settings;
  }

 private:
  static int CountCertificates(absl::string_view text) {
    int count = 0;
    constexpr absl::string_view kBegin = "-----BEGIN ";
    for (size_t at = text.find(kBegin); at != absl::string_view::npos;
         at = text.find(kBegin, at + 1)) {
      ++count;
    }
    return count;
  }

  void WarnOfBundle(absl::string_view name, absl::string_view path, int count) {
    Diagnostic& warning = diagnostics_.emplace_back();
    warning.set_severity(Diagnostic::WARNING);
    warning.set_id("python_packages/bare-bundle");
    warning.set_message(absl::StrCat(
        name, " names ", path, " with ", count,
        " certificates, which would replace all public roots in uv; uv gets "
        "the system's certificates instead"));
    warning.add_next(
        "add them to the system's certificates, or say package_manager: PIP");
  }

  Facts& facts_;
  std::map<std::string, std::string> environment_;
  std::map<std::string, RunSecret> secrets_;
  std::vector<Diagnostic> diagnostics_;
};

bool AnyIsSet(const absl::string_view* begin, const absl::string_view* end,
              Facts& facts) {
  bool any = false;
  for (const absl::string_view* name = begin; name != end; ++name) {
    any |= ReadHostVariable(std::string(*name), facts).is_set;
  }
  return any;
}

// What pip is told by variables, told to uv by its own.
void TranslateIndex(SettingsReader& settings, Facts& facts) {
  settings.HandOn("PIP_INDEX_URL", "UV_INDEX_URL");
  settings.HandOn("PIP_EXTRA_INDEX_URL", "UV_EXTRA_INDEX_URL");
  settings.HandOn("PIP_NO_INDEX", "UV_NO_INDEX");
  const HostVariable links = ReadHostVariable("PIP_FIND_LINKS", facts);
  if (links.is_set && !links.is_secret) {
    settings.Set(
        "UV_FIND_LINKS",
        absl::StrJoin(absl::StrSplit(links.value, ' ', absl::SkipWhitespace()),
                      ","));
  }
}

}  // namespace

HostVariable ReadHostVariable(const std::string& name, Facts& facts) {
  FactQuery query;
  query.mutable_variable()->set_name(name);
  const FactValue& value = facts.Read(query);
  HostVariable variable;
  if (!value.has_variable()) return variable;
  variable.value = value.variable().value();
  variable.is_secret =
      value.variable().withheld() || HasUrlSecret(variable.value);
  variable.is_set = variable.is_secret || !variable.value.empty();
  return variable;
}

absl::optional<std::string> FindPipConfiguration(
    const PythonPackagesConfig& config, const std::string& environment,
    Facts& facts) {
  if (PlanNamesSources(config) ||
      AnyIsSet(std::begin(kUvIndex), std::end(kUvIndex), facts) ||
      AnyIsSet(std::begin(kPipIndex), std::end(kPipIndex), facts)) {
    return absl::nullopt;
  }
  const std::string home = facts.Host().home();
  const HostVariable folder = ReadHostVariable("XDG_CONFIG_HOME", facts);
  const HostVariable file = ReadHostVariable("PIP_CONFIG_FILE", facts);
  std::vector<std::string> paths = {
      absl::StrCat(environment, "/pip.conf"),
      absl::StrCat(folder.is_set ? folder.value : home + "/.config",
                   "/pip/pip.conf"),
      absl::StrCat(home, "/.pip/pip.conf"), "/etc/xdg/pip/pip.conf",
      "/etc/pip.conf"};
  if (absl::StartsWith(file.value, "/") && file.value != "/dev/null") {
    paths.insert(paths.begin(), file.value);
  }
  for (const std::string& path : paths) {
    if (facts.Metadata(path, true).type() == PathState::FILE) return path;
  }
  return absl::nullopt;
}

ToolSettings ReadToolSettings(const PythonPackagesConfig& config, bool is_uv,
                              const std::set<std::string>& names,
                              Facts& facts) {
  SettingsReader settings(facts);
  for (const std::string& name : names) settings.HandOn(name);
  for (const absl::string_view name : kForBoth) settings.HandOn(name);
  if (!is_uv) {
    for (const absl::string_view name : kForPip) settings.HandOn(name);
    if (!PlanNamesSources(config)) {
      for (const absl::string_view name : kPipIndex) settings.HandOn(name);
    }
    settings.TrustForPip();
    return settings.Take();
  }
  for (const absl::string_view name : kForUv) settings.HandOn(name);
  if (!PlanNamesSources(config)) {
    bool any = false;
    for (const absl::string_view name : kUvIndex) any |= settings.HandOn(name);
    if (!any) TranslateIndex(settings, facts);
  }
  settings.TrustForUv();
  // A hard link into the cache would let an edit in the environment damage
  // what a repair comes from.
  settings.Set("UV_LINK_MODE", "copy");
  settings.Set("UV_NO_PROGRESS", "true");
  settings.Set("UV_PYTHON_DOWNLOADS", "never");
  return settings.Take();
}

}  // namespace provision
