#include "core/host/requirement_source.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/status_macros.h"
#include "core/base/url_user_info.h"
#include "core/host/error_offset.h"
#include "core/host/python_name.h"
#include "core/host/python_requirement.h"
#include "core/host/python_whitespace.h"
#include "re2/re2.h"

namespace provision {
namespace {

constexpr absl::string_view kArchiveSuffixes[] = {
    ".whl", ".zip",    ".tar.gz", ".tgz", ".tar",    ".tar.bz2",
    ".tbz", ".tar.xz", ".txz",    ".tlz", ".tar.lz", ".tar.lzma"};

constexpr absl::string_view kUrlSchemes[] = {"http", "https", "ftp", "file"};
constexpr absl::string_view kRepositories[] = {"git", "hg", "svn", "bzr"};

re2::StringPiece Piece(absl::string_view text) {
  return re2::StringPiece(text.data(), text.size());
}

// "git+https" of "git+https://..."; one letter is a drive, not a scheme.
std::string SchemeOf(absl::string_view text) {
  static const RE2& pattern = *new RE2(R"(([A-Za-z][A-Za-z0-9+.-]+):)");
  re2::StringPiece rest = Piece(text);
  std::string scheme;
  RE2::Consume(&rest, pattern, &scheme);
  return absl::AsciiStrToLower(scheme);
}

bool IsRepositoryScheme(absl::string_view scheme) {
  const absl::string_view tool = scheme.substr(0, scheme.find('+'));
  return absl::StrContains(scheme, "+") &&
         std::find(std::begin(kRepositories), std::end(kRepositories), tool) !=
             std::end(kRepositories);
}

bool IsUrlScheme(absl::string_view scheme) {
  return std::find(std::begin(kUrlSchemes), std::end(kUrlSchemes), scheme) !=
         std::end(kUrlSchemes);
}

bool LooksLikePath(absl::string_view text) {
  return absl::StrContains(text, "/") || absl::StrContains(text, "\\") ||
         absl::StartsWith(text, ".");
}

// Where the marker's `;` is in text that is no URL by name: after white space.
size_t FindMarker(absl::string_view text) {
  for (size_t at = text.find(';'); at != absl::string_view::npos;
       at = text.find(';', at + 1)) {
    if (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t')) return at;
  }
  return absl::string_view::npos;
}

// A `;` or `#` that was meant as a marker or a comment but stands directly
// after the URL or path, which it then belongs to.
absl::Status CheckEnd(absl::string_view text, bool is_url) {
  static const RE2& marker =
      *new RE2(R"(^;\s*(?:$|["'(]|([A-Za-z_.]+)\s*(?:[<>=!~]|in\b|not\b)))");
  static const RE2& fragment = *new RE2(R"(^#(?:\w+=\S|[^\s#]\S*$))");
  for (size_t i = 0; i < text.size(); ++i) {
    const absl::string_view rest = text.substr(i);
    std::string variable;
    if (text[i] == ';' && RE2::PartialMatch(Piece(rest), marker, &variable) &&
        (variable.empty() || IsPythonMarkerVariable(variable))) {
      return ErrorAt(i,
                     "put a space before this `;`: directly after a URL or a "
                     "path it is part of it");
    }
    if (text[i] != '#') continue;
    static const RE2& parameters = *new RE2(R"(^#\w+=\S)");
    if (RE2::PartialMatch(Piece(rest), is_url ? fragment : parameters)) {
      break;
    }
    return ErrorAt(i,
                   "put a space before this `#`: directly after a URL or a "
                   "path it is part of it");
  }
  return absl::OkStatus();
}

// The value of `key` in a fragment `a=b&key=value`.
std::string Parameter(absl::string_view fragment, absl::string_view key) {
  for (const absl::string_view part : absl::StrSplit(fragment, '&')) {
    if (absl::StartsWith(part, absl::StrCat(key, "="))) {
      return std::string(part.substr(key.size() + 1));
    }
  }
  return "";
}

// Splits `location` into its parts and fills those of `source`.
absl::Status TakeLocation(absl::string_view location,
                          RequirementSource& source) {
  const std::string scheme = SchemeOf(location);
  const bool is_repository = IsRepositoryScheme(scheme);
  const bool is_url = is_repository || IsUrlScheme(scheme);
  PROVISION_RETURN_IF_ERROR(CheckEnd(location, is_url));
  if (is_url) {
    const size_t space = location.find_first_of(" \t");
    if (space != absl::string_view::npos) {
      return ErrorAt(space, "a URL has no spaces; write %20");
    }
  }
  source.kind = is_repository ? RequirementSource::Kind::kRepository
                : is_url      ? RequirementSource::Kind::kUrl
                              : RequirementSource::Kind::kPath;
  if (const size_t hash = location.find('#'); hash != absl::string_view::npos) {
    source.fragment = std::string(location.substr(hash + 1));
    source.subdirectory = Parameter(source.fragment, "subdirectory");
    location = location.substr(0, hash);
  }
  source.has_secret = HasUrlSecret(location);
  if (is_repository) {
    // The ref is in the path; an `@` before it ends the user info.
    const size_t authority = location.find("://");
    const size_t path = location.find(
        '/', authority == absl::string_view::npos ? 0 : authority + 3);
    const size_t at = location.rfind('@');
    if (at != absl::string_view::npos && path != absl::string_view::npos &&
        at > path) {
      source.ref = std::string(location.substr(at + 1));
      location = location.substr(0, at);
    }
  }
  source.location = RedactUrlSecrets(location);
  return absl::OkStatus();
}

// The distribution that a file name or `#egg=` tells of.
absl::Status TakeNameOfLocation(RequirementSource& source) {
  const std::string egg = Parameter(source.fragment, "egg");
  if (!egg.empty()) {
    const auto requirement = ParsePythonRequirement(egg);
    if (!requirement.ok()) {
      return ErrorAt(0, absl::StrCat("`#egg=", egg, "` names no distribution: ",
                                     requirement.status().message()));
    }
    source.name = requirement->name;
    if (source.extras.empty()) source.extras = requirement->extras;
    return absl::OkStatus();
  }
  const absl::string_view location = source.location;
  const absl::string_view file =
      location.substr(location.find_last_of("/\\") + 1);
  if (!absl::EndsWith(file, ".whl")) return absl::OkStatus();
  const std::vector<std::string> parts =
      absl::StrSplit(file.substr(0, file.size() - 4), '-');
  if (parts.size() != 5 && parts.size() != 6) {
    return ErrorAt(0, absl::StrCat("`", file,
                                   "` is no name of a wheel: "
                                   "NAME-VERSION-PYTHON-ABI-PLATFORM.whl"));
  }
  source.name = parts[0];
  return absl::OkStatus();
}

// `./p[a, b]`: the extras behind a path or a URL.
void TakeExtras(absl::string_view& text, RequirementSource& source) {
  if (!absl::EndsWith(text, "]")) return;
  const size_t open = text.rfind('[');
  if (open == absl::string_view::npos || open == 0) return;
  auto extras = ParsePythonExtras(text.substr(open));
  if (!extras.ok()) return;
  source.extras = *std::move(extras);
  text = text.substr(0, open);
}

absl::StatusOr<RequirementSource> ParseLocation(absl::string_view text) {
  RequirementSource source;
  const size_t semicolon = FindMarker(text);
  absl::string_view location = StripPythonWhitespace(text.substr(0, semicolon));
  TakeExtras(location, source);
  PROVISION_RETURN_IF_ERROR(TakeLocation(location, source));
  PROVISION_RETURN_IF_ERROR(TakeNameOfLocation(source));
  if (semicolon != absl::string_view::npos) {
    auto marker = PythonMarker::Parse(text.substr(semicolon + 1));
    if (!marker.ok()) return ShiftError(marker.status(), semicolon + 1);
    source.marker = *std::move(marker);
  }
  return source;
}

absl::StatusOr<RequirementSource> ParseNamed(absl::string_view text) {
  auto requirement = ParsePythonRequirement(text);
  const size_t at = text.find('@');
  if (!requirement.ok()) {
    // `a @ https://x;marker` fails for the marker it lacks only in our view.
    return requirement.status();
  }
  RequirementSource source;
  if (!requirement->url.empty()) {
    const size_t begin = text.find(requirement->url, at);
    const absl::Status taken = TakeLocation(requirement->url, source);
    if (!taken.ok()) return ShiftError(taken, begin);
    if (source.kind == RequirementSource::Kind::kPath &&
        !LooksLikePath(requirement->url)) {
      return ErrorAt(begin, absl::StrCat("`", source.location,
                                         "` is neither a URL nor a path"));
    }
  }
  source.name = std::move(requirement->name);
  source.extras = std::move(requirement->extras);
  source.specifier = std::move(requirement->specifier);
  source.marker = std::move(requirement->marker);
  return source;
}

bool IsNamedByUrl(absl::string_view text) {
  static const RE2& pattern =
      *new RE2(R"(^[A-Za-z0-9][A-Za-z0-9._-]*\s*(?:\[[^\]]*\])?\s*@)");
  return RE2::PartialMatch(Piece(text), pattern);
}

}  // namespace

bool IsPythonArchiveName(absl::string_view name) {
  const std::string lower = absl::AsciiStrToLower(name);
  return std::any_of(
      std::begin(kArchiveSuffixes), std::end(kArchiveSuffixes),
      [&](absl::string_view suffix) { return absl::EndsWith(lower, suffix); });
}

absl::StatusOr<RequirementSource> ParseRequirementSource(absl::string_view text,
                                                         bool editable) {
  const absl::string_view before_marker = text.substr(0, text.find(';'));
  const std::string scheme = SchemeOf(text);
  if (IsNamedByUrl(text)) return ParseNamed(text);
  if (editable) {
    if (scheme.empty() || scheme == "file" || IsRepositoryScheme(scheme)) {
      return ParseLocation(text);
    }
    return ErrorAt(0,
                   "only a folder or a repository (git+https://...) can be "
                   "editable");
  }
  if (IsUrlScheme(scheme) || IsRepositoryScheme(scheme) ||
      LooksLikePath(before_marker) ||
      IsPythonArchiveName(StripPythonWhitespace(before_marker))) {
    return ParseLocation(text);
  }
  return ParseNamed(text);
}

}  // namespace provision
