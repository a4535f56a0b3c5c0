#include "core/host/python_specifier.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/host/error_offset.h"
#include "core/host/python_whitespace.h"

namespace provision {
namespace {

// Longer operators first.
constexpr absl::string_view kOperators[] = {
    "===", "==", "~=", "!=", "<=", ">=", "<", ">"};

absl::string_view OperatorOf(absl::string_view clause) {
  for (const absl::string_view op : kOperators) {
    if (absl::StartsWith(clause, op)) return op;
  }
  return "";
}

absl::Status Refuse(absl::string_view clause, absl::string_view why) {
  return ErrorAt(0, absl::StrCat("\"", clause, "\": ", why));
}

bool IsGreater(const PythonVersion& version, const PythonVersion& bound) {
  if (!(version > bound)) return false;
  // Post releases and local builds of the bound are not beyond it.
  if (!bound.has_post() && version.has_post() &&
      version.WithoutPost() == bound) {
    return false;
  }
  return !(version.has_local() && version.Public() == bound);
}

bool IsLess(const PythonVersion& version, const PythonVersion& bound) {
  return version < (bound.is_prerelease() ? bound : bound.FirstDev());
}

}  // namespace

absl::StatusOr<PythonSpecifierSet::Clause> PythonSpecifierSet::ParseClause(
    absl::string_view text) {
  const absl::string_view op = OperatorOf(text);
  if (op.empty()) {
    return Refuse(text,
                  "expected a version after one of === == ~= != <= >= < >");
  }
  absl::string_view rest = StripPythonWhitespace(text.substr(op.size()));
  Clause clause;
  clause.op = std::string(op);
  if (op == "===") {
    const bool blank = std::any_of(rest.begin(), rest.end(), [](char c) {
      return absl::ascii_isspace(c) || c == ';' || c == ')';
    });
    if (rest.empty() || blank) return Refuse(text, "expected one word");
    clause.text = std::string(rest);
    return clause;
  }
  const bool equality = op == "==" || op == "!=";
  if (absl::EndsWith(rest, ".*")) {
    if (!equality) return Refuse(text, ".* stands only after == and !=");
    clause.any_patch = true;
    rest.remove_suffix(2);
  }
  const auto version = PythonVersion::Parse(rest);
  if (!version.ok()) {
    return Refuse(
        text, rest.empty() ? "expected a version" : version.status().message());
  }
  if (version->has_local() && !equality) {
    return Refuse(text, "a local version (+...) stands only after == and !=");
  }
  if (clause.any_patch && (version->has_pre() || version->has_post() ||
                           version->has_dev() || version->has_local())) {
    return Refuse(text, ".* stands only after the numbers of a release");
  }
  if (op == "~=" && version->release_size() < 2) {
    return Refuse(text, "~= needs at least two numbers, as in ~=1.4");
  }
  clause.text = absl::StrCat(version->ToString(), clause.any_patch ? ".*" : "");
  clause.version = *version;
  return clause;
}

absl::StatusOr<PythonSpecifierSet> PythonSpecifierSet::Parse(
    absl::string_view text) {
  PythonSpecifierSet set;
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    const absl::string_view stripped = StripPythonWhitespace(part);
    if (stripped.empty()) continue;
    auto clause = ParseClause(stripped);
    if (!clause.ok()) {
      return ShiftError(clause.status(), stripped.data() - text.data());
    }
    set.clauses_.push_back(*std::move(clause));
  }
  return set;
}

std::string PythonSpecifierSet::ToString() const {
  std::vector<std::string> texts;
  for (const Clause& clause : clauses_) {
    texts.push_back(absl::StrCat(clause.op, clause.text));
  }
  std::sort(texts.begin(), texts.end());
  return absl::StrJoin(texts, ",");
}

bool PythonSpecifierSet::Fits(const Clause& clause, absl::string_view text,
                              const absl::optional<PythonVersion>& version) {
  if (!clause.version.has_value()) {
    return absl::EqualsIgnoreCase(text, clause.text);
  }
  if (!version.has_value()) return false;
  const PythonVersion& bound = *clause.version;
  if (clause.op == "==" || clause.op == "!=") {
    const bool equal =
        clause.any_patch
            ? version->HasReleasePrefix(bound, bound.release_size())
            : (bound.has_local() ? *version : version->Public()) == bound;
    return equal == (clause.op == "==");
  }
  if (clause.op == "~=") {
    return version->Public() >= bound &&
           version->HasReleasePrefix(bound, bound.release_size() - 1);
  }
  if (clause.op == "<=") return version->Public() <= bound;
  if (clause.op == ">=") return version->Public() >= bound;
  return clause.op == "<" ? IsLess(*version, bound)
                          : IsGreater(*version, bound);
}

bool PythonSpecifierSet::Contains(
    absl::string_view text,
    const absl::optional<PythonVersion>& version) const {
  return std::all_of(
      clauses_.begin(), clauses_.end(),
      [&](const Clause& clause) { return Fits(clause, text, version); });
}

bool PythonSpecifierSet::Contains(absl::string_view text) const {
  const auto version = PythonVersion::Parse(text);
  return Contains(text,
                  version.ok() ? absl::make_optional(*version) : absl::nullopt);
}

bool PythonSpecifierSet::Contains(const PythonVersion& version) const {
  return Contains(version.ToString(), version);
}

bool PythonSpecifierSet::NamesPrerelease() const {
  return std::any_of(clauses_.begin(), clauses_.end(),
                     [](const Clause& clause) {
                       if (clause.op == "!=") return false;
                       if (clause.version.has_value())
                         return clause.version->is_prerelease();
                       const auto version = PythonVersion::Parse(clause.text);
                       return version.ok() && version->is_prerelease();
                     });
}

std::vector<std::string> PythonSpecifierSet::Filter(
    absl::Span<const std::string> versions, Prereleases prereleases) const {
  if (prereleases == Prereleases::kDefault && NamesPrerelease()) {
    prereleases = Prereleases::kAllow;
  }
  std::vector<std::string> final_only;
  std::vector<std::string> all;
  for (const std::string& text : versions) {
    if (!Contains(text)) continue;
    all.push_back(text);
    const auto version = PythonVersion::Parse(text);
    if (!version.ok() || !version->is_prerelease()) final_only.push_back(text);
  }
  const bool take_all =
      prereleases == Prereleases::kAllow ||
      (prereleases == Prereleases::kDefault && final_only.empty());
  return take_all ? all : final_only;
}

}  // namespace provision
