#include "core/host/requirement_options.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "core/base/nearest_name.h"
#include "core/base/status_macros.h"
#include "core/host/error_offset.h"
#include "core/host/python_whitespace.h"
#include "core/host/requirement_lines.h"

namespace provision {
namespace {

using Rule = RequirementOptionRule;

constexpr Rule kRules[] = {
    {"--index-url", "-i", "--pypi-url", true, Rule::Kind::kGlobal},
    {"--extra-index-url", "", "", true, Rule::Kind::kGlobal},
    {"--no-index", "", "", false, Rule::Kind::kGlobal},
    {"--find-links", "-f", "", true, Rule::Kind::kGlobal},
    {"--no-binary", "", "", true, Rule::Kind::kGlobal},
    {"--only-binary", "", "", true, Rule::Kind::kGlobal},
    {"--prefer-binary", "", "", false, Rule::Kind::kGlobal},
    {"--require-hashes", "", "", false, Rule::Kind::kGlobal},
    {"--no-require-hashes", "", "", false, Rule::Kind::kGlobal},
    {"--pre", "", "", false, Rule::Kind::kGlobal},
    {"--all-releases", "", "", true, Rule::Kind::kGlobal},
    {"--only-final", "", "", true, Rule::Kind::kGlobal},
    {"--trusted-host", "", "", true, Rule::Kind::kIgnored},
    {"--use-feature", "", "", true, Rule::Kind::kIgnored},
    {"--requirement", "-r", "", true, Rule::Kind::kInclude},
    {"--constraint", "-c", "", true, Rule::Kind::kInclude},
    {"--editable", "-e", "", true, Rule::Kind::kEditable},
    {"--hash", "", "", true, Rule::Kind::kRequirement},
    {"--config-settings", "-C", "--config-setting", true,
     Rule::Kind::kRequirement},
};

absl::StatusOr<const Rule*> FindLong(absl::string_view name, size_t at) {
  const Rule* found = nullptr;
  for (const Rule& rule : kRules) {
    if (name == rule.name || name == rule.alias) return &rule;
    if (!absl::StartsWith(rule.name, name) || name.size() <= 2) continue;
    if (found != nullptr) {
      return ErrorAt(at, absl::StrCat("`", name, "` may be ", found->name,
                                      " or ", rule.name));
    }
    found = &rule;
  }
  if (found == nullptr) {
    std::vector<std::string> names;
    for (const Rule& rule : kRules) names.emplace_back(rule.name);
    const std::string nearest = NearestName(name, names);
    return ErrorAt(
        at, absl::StrCat("`", name, "` is no option of a requirement file",
                         nearest.empty() ? "" : "; did you mean ", nearest,
                         nearest.empty() ? "" : "?"));
  }
  return found;
}

const Rule* FindShort(absl::string_view word) {
  for (const Rule& rule : kRules) {
    if (!rule.short_name.empty() && absl::StartsWith(word, rule.short_name)) {
      return &rule;
    }
  }
  return nullptr;
}

// Where the value of an editable ends: before the next option or at the end.
size_t EndOfEditable(absl::string_view line, size_t begin) {
  for (size_t i = begin; i + 2 < line.size(); ++i) {
    if (absl::ascii_isspace(line[i]) && line[i + 1] == '-' &&
        !absl::ascii_isspace(line[i + 2])) {
      return i;
    }
  }
  return line.size();
}

std::string Unquoted(absl::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == text.back() &&
                      (text.front() == '"' || text.front() == '\'');
  return std::string(quoted ? text.substr(1, text.size() - 2) : text);
}

class OptionParser {
 public:
  OptionParser(absl::string_view line, size_t begin)
      : line_(line), at_(begin) {}

  absl::StatusOr<std::vector<ParsedOption>> ParseAll() {
    std::vector<ParsedOption> options;
    while (SkipSpace()) {
      PROVISION_ASSIGN_OR_RETURN(ParsedOption option, ParseOne());
      options.push_back(std::move(option));
    }
    return options;
  }

 private:
  // Returns whether there is anything left.
  bool SkipSpace() {
    while (at_ < line_.size() && absl::ascii_isspace(line_[at_])) ++at_;
    return at_ < line_.size();
  }

  absl::StatusOr<ParsedOption> ParseOne() {
    ParsedOption option;
    option.begin = at_;
    const size_t name_end =
        std::min(line_.find_first_of(" \t=", at_), line_.size());
    const absl::string_view name = line_.substr(at_, name_end - at_);
    if (!absl::StartsWith(name, "-") || name == "-" || name == "--") {
      return ErrorAt(at_, absl::StrCat("`", name,
                                       "` follows an option and belongs to "
                                       "nothing; pip would drop it"));
    }
    const bool is_long = absl::StartsWith(name, "--");
    if (is_long) {
      PROVISION_ASSIGN_OR_RETURN(option.rule, FindLong(name, at_));
    } else {
      option.rule = FindShort(name);
    }
    if (option.rule == nullptr) {
      return ErrorAt(at_, absl::StrCat("`", name,
                                       "` is no option of a requirement "
                                       "file"));
    }
    if (option.rule->kind == Rule::Kind::kEditable) {
      return ParseEditable(option, is_long ? name_end : at_ + 2);
    }
    PROVISION_ASSIGN_OR_RETURN(const OptionWord word,
                               TakeOptionWord(line_, at_));
    const size_t glued = is_long ? name.size() + 1 : 2;
    absl::optional<std::string> value;
    if (is_long ? word.text.size() >= glued : word.text.size() > glued) {
      value = word.text.substr(glued);
    }
    option.value_begin = word.begin + glued;
    return TakeValue(option, std::move(value));
  }

  absl::StatusOr<ParsedOption> TakeValue(ParsedOption option,
                                         absl::optional<std::string> value) {
    if (!option.rule->takes_value) {
      if (!value.has_value()) return option;
      return ErrorAt(option.value_begin,
                     absl::StrCat(option.rule->name, " takes no value"));
    }
    if (!value.has_value() && SkipSpace()) {
      PROVISION_ASSIGN_OR_RETURN(const OptionWord word,
                                 TakeOptionWord(line_, at_));
      option.value_begin = word.begin;
      value = word.text;
    }
    if (!value.has_value() || value->empty()) {
      return ErrorAt(std::min(option.value_begin, line_.size()),
                     absl::StrCat(option.rule->name, " needs a value"));
    }
    option.value = *std::move(value);
    return option;
  }

  absl::StatusOr<ParsedOption> ParseEditable(ParsedOption option,
                                             size_t begin) {
    if (begin < line_.size() && line_[begin] == '=') ++begin;
    at_ = EndOfEditable(line_, begin);
    const absl::string_view raw =
        StripPythonWhitespace(line_.substr(begin, at_ - begin));
    if (raw.empty()) return ErrorAt(begin, "--editable needs a value");
    option.value = Unquoted(raw);
    option.value_begin =
        raw.data() - line_.data() + (option.value.size() == raw.size() ? 0 : 1);
    return option;
  }

  const absl::string_view line_;
  size_t at_;
};

}  // namespace

absl::StatusOr<std::vector<ParsedOption>> ParseRequirementOptions(
    absl::string_view line, size_t begin) {
  return OptionParser(line, begin).ParseAll();
}

}  // namespace provision
