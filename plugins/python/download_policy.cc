#include "plugins/python/download_policy.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace provision {
namespace {

constexpr char kKey[] = "python-downloads";
constexpr char kVariable[] = "UV_PYTHON_DOWNLOADS";

// uv's third value, "automatic", allows.
bool Forbids(absl::string_view value) {
  return value == "never" || value == "manual";
}

}  // namespace

absl::optional<std::string> OutermostTomlString(absl::string_view content,
                                                absl::string_view key) {
  for (absl::string_view line : absl::StrSplit(content, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (absl::StartsWith(line, "[")) return absl::nullopt;
    if (!absl::ConsumePrefix(&line, key)) continue;
    line = absl::StripLeadingAsciiWhitespace(line);
    if (!absl::ConsumePrefix(&line, "=")) continue;
    line = absl::StripLeadingAsciiWhitespace(line);
    if (line.empty() || (line[0] != '"' && line[0] != '\'')) continue;
    const size_t end = line.find(line[0], 1);
    if (end == absl::string_view::npos) return absl::nullopt;
    return std::string(line.substr(1, end - 1));
  }
  return absl::nullopt;
}

absl::optional<std::string> WhoForbidsDownloads(Facts& facts) {
  const std::string variable = facts.Variable(kVariable).value_or("");
  if (Forbids(variable)) {
    return absl::StrCat(kVariable, "=", variable, " in the environment");
  }
  std::string settings = facts.Variable("XDG_CONFIG_HOME").value_or("");
  if (!absl::StartsWith(settings, "/")) {
    settings = absl::StrCat(facts.Host().home(), "/.config");
  }
  for (const std::string& file :
       {std::string("/etc/uv/uv.toml"), settings + "/uv/uv.toml"}) {
    const std::string value =
        OutermostTomlString(facts.File(file).value_or(""), kKey).value_or("");
    if (Forbids(value)) {
      return absl::StrCat(kKey, " = \"", value, "\" in ", file);
    }
  }
  return absl::nullopt;
}

}  // namespace provision
