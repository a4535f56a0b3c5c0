#include "core/host/python_requirement.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/status_macros.h"
#include "core/host/error_offset.h"
#include "core/host/python_name.h"

namespace provision {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t'; }

bool IsNameChar(char c) {
  return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
}

class Parser {
 public:
  explicit Parser(absl::string_view text) : text_(text) {}

  absl::StatusOr<PythonRequirement> ParseAll() {
    PythonRequirement requirement;
    PROVISION_ASSIGN_OR_RETURN(requirement.name, ParseName("a name"));
    SkipSpace();
    if (Peek() == '[') {
      PROVISION_ASSIGN_OR_RETURN(requirement.extras, ParseExtras());
      SkipSpace();
    }
    if (Peek() == '@') {
      ++at_;
      PROVISION_RETURN_IF_ERROR(ParseUrl(requirement));
    } else {
      PROVISION_RETURN_IF_ERROR(ParseSpecifier(requirement));
    }
    SkipSpace();
    if (Peek() == ';') {
      ++at_;
      auto marker = PythonMarker::Parse(text_.substr(at_));
      if (!marker.ok()) return ShiftError(marker.status(), at_);
      requirement.marker = *std::move(marker);
      return requirement;
    }
    if (at_ != text_.size()) {
      return ErrorAt(at_, "expected a version specifier, `;` or the end");
    }
    return requirement;
  }

  absl::StatusOr<std::vector<std::string>> ParseExtrasAlone() {
    SkipSpace();
    PROVISION_ASSIGN_OR_RETURN(auto extras, ParseExtras());
    SkipSpace();
    if (at_ != text_.size()) return ErrorAt(at_, "expected the end");
    return extras;
  }

 private:
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void SkipSpace() {
    while (IsSpace(Peek())) ++at_;
  }

  absl::StatusOr<std::string> ParseName(absl::string_view what) {
    SkipSpace();
    const size_t begin = at_;
    while (IsNameChar(Peek())) ++at_;
    const absl::string_view name = text_.substr(begin, at_ - begin);
    if (name.empty()) return ErrorAt(begin, absl::StrCat("expected ", what));
    if (!IsPythonName(name)) {
      return ErrorAt(begin,
                     absl::StrCat("`", name, "` is not ", what,
                                  ": it must begin and end with a letter or a "
                                  "digit"));
    }
    return std::string(name);
  }

  absl::StatusOr<std::vector<std::string>> ParseExtras() {
    std::vector<std::string> extras;
    if (Peek() != '[') return ErrorAt(at_, "expected `[`");
    ++at_;
    SkipSpace();
    if (Peek() == ']') {
      ++at_;
      return extras;
    }
    while (true) {
      PROVISION_ASSIGN_OR_RETURN(std::string extra, ParseName("an extra"));
      extras.push_back(std::move(extra));
      SkipSpace();
      const char next = Peek();
      if (next != ',' && next != ']') {
        return ErrorAt(at_, "expected `,` or `]` after an extra");
      }
      ++at_;
      if (next == ']') return extras;
    }
  }

  absl::Status ParseUrl(PythonRequirement& requirement) {
    SkipSpace();
    const size_t begin = at_;
    while (at_ < text_.size() && !IsSpace(text_[at_]) && Peek() != '\n' &&
           Peek() != '\r') {
      ++at_;
    }
    if (at_ == begin) return ErrorAt(begin, "expected a URL after `@`");
    requirement.url = std::string(text_.substr(begin, at_ - begin));
    return absl::OkStatus();
  }

  absl::Status ParseSpecifier(PythonRequirement& requirement) {
    const bool enclosed = Peek() == '(';
    if (enclosed) ++at_;
    const size_t begin = at_;
    const size_t end =
        std::min(text_.find(enclosed ? ')' : ';', begin), text_.size());
    if (enclosed && end == text_.size()) {
      return ErrorAt(begin - 1, "expected `)`");
    }
    absl::string_view part = text_.substr(begin, end - begin);
    while (!part.empty() && IsSpace(part.back())) part.remove_suffix(1);
    const size_t line_break = part.find_first_of("\n\r");
    if (line_break != absl::string_view::npos) {
      return ErrorAt(begin + line_break, "a requirement has one line");
    }
    auto specifier = PythonSpecifierSet::Parse(part);
    if (!specifier.ok()) return ShiftError(specifier.status(), begin);
    requirement.specifier = *std::move(specifier);
    at_ = enclosed ? end + 1 : begin + part.size();
    return absl::OkStatus();
  }

  const absl::string_view text_;
  size_t at_ = 0;
};

}  // namespace

std::string PythonRequirement::ToString() const {
  std::string text = name;
  if (!extras.empty()) {
    std::vector<std::string> names;
    for (const std::string& extra : extras) {
      names.push_back(NormalizePythonName(extra));
    }
    std::sort(names.begin(), names.end());
    absl::StrAppend(&text, "[", absl::StrJoin(names, ","), "]");
  }
  if (!url.empty()) {
    absl::StrAppend(&text, " @ ", url, marker.has_value() ? " " : "");
  } else {
    absl::StrAppend(&text, specifier.ToString());
  }
  if (marker.has_value()) absl::StrAppend(&text, "; ", marker->ToString());
  return text;
}

absl::StatusOr<bool> PythonRequirement::Applies(
    const PythonMarkerEnvironment& environment,
    const std::vector<std::string>& extras) const {
  if (!marker.has_value()) return true;
  PythonMarkerEnvironment with_extra = environment;
  with_extra["extra"] = "";
  PROVISION_ASSIGN_OR_RETURN(bool applies, marker->Evaluate(with_extra));
  for (const std::string& extra : extras) {
    if (applies) break;
    with_extra["extra"] = extra;
    PROVISION_ASSIGN_OR_RETURN(applies, marker->Evaluate(with_extra));
  }
  return applies;
}

absl::StatusOr<PythonRequirement> ParsePythonRequirement(
    absl::string_view text) {
  return Parser(text).ParseAll();
}

absl::StatusOr<std::vector<std::string>> ParsePythonExtras(
    absl::string_view text) {
  return Parser(text).ParseExtrasAlone();
}

}  // namespace provision
