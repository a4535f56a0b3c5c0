#include "core/cli/flag_scanner.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "core/base/diagnostic.h"
#include "core/base/nearest_name.h"
#include "core/cli/command_table.h"
#include "core/cli/flags.h"

namespace provision {
namespace {

constexpr absl::string_view kPrefix = "PROVISION_";

// One flag as it stands on the line.
struct GivenFlag {
  const Flag* flag = nullptr;  // nullptr: there is none of that name
  std::string typed;           // "--out"
  absl::optional<std::string> value;
};

Diagnostic Usage(absl::string_view id, absl::string_view message,
                 absl::string_view found, absl::string_view next) {
  DiagnosticError error(absl::StatusCode::kInvalidArgument, id, message);
  if (!found.empty()) error.Found(found);
  if (!next.empty()) error.Next(next);
  return error.diagnostic();
}

std::string HelpOn(const Command* command) {
  return command == nullptr ? "provision help"
                            : absl::StrCat("provision help ", command->name);
}

bool IsHelp(absl::string_view name) { return name == "h" || name == "help"; }

// Splits words from flags and pairs flags with their values.
class Splitter {
 public:
  explicit Splitter(const std::vector<std::string>& words) {
    for (size_t i = 0; i < words.size(); ++i) {
      if (words[i] == "--") {
        plain_.insert(plain_.end(), words.begin() + i + 1, words.end());
        break;
      }
      if (words[i].size() < 2 || words[i][0] != '-') {
        plain_.push_back(words[i]);
        continue;
      }
      GivenFlag given = Split(words[i]);
      if (IsHelp(NameOf(given))) {
        help_ = true;
        continue;
      }
      if (given.flag != nullptr && !given.value.has_value() &&
          given.flag->type != Flag::Type::kBoolean && i + 1 < words.size()) {
        given.value = words[++i];
      }
      flags_.push_back(std::move(given));
    }
  }

  static absl::string_view NameOf(const GivenFlag& given) {
    absl::string_view name = given.typed;
    while (absl::ConsumePrefix(&name, "-")) {
    }
    return name;
  }

  const std::vector<std::string>& plain() const { return plain_; }
  const std::vector<GivenFlag>& flags() const { return flags_; }
  bool help() const { return help_; }

 private:
  static GivenFlag Split(absl::string_view word) {
    GivenFlag given;
    const size_t equals = word.find('=');
    given.typed = std::string(word.substr(0, equals));
    if (equals != absl::string_view::npos) {
      given.value = std::string(word.substr(equals + 1));
    }
    absl::string_view name =
        word.substr(1, equals == absl::string_view::npos ? equals : equals - 1);
    const bool one_dash = !absl::ConsumePrefix(&name, "-");
    if (absl::StartsWith(name, "-")) return given;  // three dashes
    if (one_dash && name == "v") {                  // short for --detail=full
      given.flag = FindFlag("detail");
      if (!given.value.has_value()) given.value = "full";
    } else if (one_dash && name.size() == 1) {
      given.flag = FindFlag(name[0]);
    } else if (name.size() > 1) {
      given.flag = FindFlag(name);
      absl::string_view positive = name;
      if (given.flag == nullptr && absl::ConsumePrefix(&positive, "no-")) {
        const Flag* flag = FindFlag(positive);
        if (flag != nullptr && flag->type == Flag::Type::kBoolean &&
            !given.value.has_value()) {
          given.flag = flag;
          given.value = "false";
        }
      }
    }
    if (given.flag != nullptr && given.flag->type == Flag::Type::kBoolean &&
        !given.value.has_value()) {
      given.value = "true";
    }
    return given;
  }

  std::vector<std::string> plain_;
  std::vector<GivenFlag> flags_;
  bool help_ = false;
};

// The command that the first words name, the longest name first, so that a
// sub-command wins over a file; its words are taken away.
const Command* TakeCommand(std::vector<std::string>* words) {
  for (size_t count = std::min<size_t>(2, words->size()); count > 0; --count) {
    const Command* command =
        FindCommand(absl::StrJoin(words->begin(), words->begin() + count, " "));
    if (command != nullptr) {
      words->erase(words->begin(), words->begin() + count);
      return command;
    }
  }
  return nullptr;
}

Diagnostic NoSuchFlag(const GivenFlag& given, const Command* command) {
  std::vector<std::string> names;
  for (const Flag& flag : Flags()) {
    if (command == nullptr || Takes(*command, flag.name)) {
      names.emplace_back(flag.name);
    }
  }
  const std::string nearest = NearestName(Splitter::NameOf(given), names);
  std::string message = absl::StrCat(given.typed, ": no such flag");
  if (command != nullptr) absl::StrAppend(&message, " of ", command->name);
  return Usage(
      "usage/flag", message,
      nearest.empty() ? "" : absl::StrCat("nearest is `--", nearest, "`"),
      given.typed == "--version" ? "provision version" : HelpOn(command));
}

Diagnostic ForeignFlag(const GivenFlag& given, const Command& command) {
  return Usage(
      "usage/foreign-flag",
      absl::StrCat(given.typed, ": not a flag of ", command.name),
      absl::StrCat("a flag of ",
                   absl::StrJoin(CommandsThatTake(given.flag->name), ", ")),
      HelpOn(&command));
}

Diagnostic BadValue(const std::string& typed, const Flag& flag,
                    const absl::optional<std::string>& value,
                    absl::string_view next) {
  std::string wanted = "a value";
  if (!flag.choices.empty()) {
    wanted = absl::StrJoin(flag.choices, ", ");
  } else if (flag.type == Flag::Type::kNumber) {
    wanted = absl::StrCat("a number from ", flag.minimum);
  } else if (flag.type == Flag::Type::kBoolean) {
    wanted = "true or false";
  }
  DiagnosticError error(absl::StatusCode::kInvalidArgument, "usage/flag-value",
                        absl::StrCat(typed, ": wants ", wanted));
  error.Found(value.has_value() ? absl::StrCat("\"", *value, "\"") : "nothing");
  if (!next.empty()) error.Next(next);
  return error.diagnostic();
}

void ReadFlags(const std::vector<GivenFlag>& flags, ScanResult* result) {
  const Command* command = result->line.command;
  std::map<const Flag*, std::string> seen;
  for (const GivenFlag& given : flags) {
    if (given.flag == nullptr) {
      result->errors.push_back(NoSuchFlag(given, command));
      continue;
    }
    const Flag& flag = *given.flag;
    if (command != nullptr && !Takes(*command, flag.name)) {
      result->errors.push_back(ForeignFlag(given, *command));
      continue;
    }
    const std::string whole = absl::StrCat(given.typed, given.value ? "=" : "",
                                           given.value.value_or(""));
    auto [first, is_new] = seen.emplace(&flag, whole);
    if (!is_new && !flag.repeatable) {
      result->errors.push_back(
          Usage("usage/flag-twice", absl::StrCat(given.typed, ": given twice"),
                absl::StrCat(first->second, " and ", whole), HelpOn(command)));
      continue;
    }
    std::string normal;
    if (!given.value.has_value() || !SetFlag(flag, *given.value, &normal)) {
      result->errors.push_back(
          BadValue(given.typed, flag, given.value, HelpOn(command)));
      continue;
    }
    result->line.Add(flag.name, normal);
  }
}

void CheckArguments(ScanResult* result) {
  const Command& command = *result->line.command;
  const size_t count = result->line.arguments.size();
  // The word after an unknown flag may be its value.
  const bool unknown_flag = absl::c_any_of(
      result->errors,
      [](const Diagnostic& error) { return error.id() == "usage/flag"; });
  if (count < static_cast<size_t>(command.least_arguments)) {
    result->errors.push_back(
        Usage("usage/argument",
              absl::StrCat(command.name, ": wants ", command.arguments), "",
              HelpOn(&command)));
  } else if (count > static_cast<size_t>(command.most_arguments) &&
             !unknown_flag) {
    result->errors.push_back(Usage(
        "usage/argument", absl::StrCat(command.name, ": one argument too many"),
        absl::StrCat("\"", result->line.arguments[command.most_arguments],
                     "\""),
        HelpOn(&command)));
  }
}

void ReadVariables(const std::map<std::string, std::string>& variables,
                   ScanResult* result) {
  std::vector<std::string> known;
  std::vector<std::string> words;  // the same without PROVISION_
  for (const Flag& flag : Flags()) {
    if (flag.variable.empty()) continue;
    known.emplace_back(flag.variable);
    words.emplace_back(absl::StripPrefix(flag.variable, kPrefix));
    const auto found = variables.find(known.back());
    if (found == variables.end() || result->line.HasOnLine(flag.name)) continue;
    std::string normal;
    if (SetFlag(flag, found->second, &normal)) {
      result->line.SetDefault(flag.name, normal,
                              {ValueOrigin::Kind::kVariable, known.back()});
    } else {
      result->errors.push_back(BadValue(known.back(), flag, found->second,
                                        absl::StrCat("unset ", known.back())));
    }
  }
  // Not flags: of self-extracting bundles, and of the host of plugins.
  for (const char* other :
       {"PROVISION_RUNTIME", "PROVISION_PLUGIN", "PROVISION_FD"}) {
    known.emplace_back(other);
  }
  for (const auto& [name, value] : variables) {
    if (!absl::StartsWith(name, kPrefix) ||
        std::find(known.begin(), known.end(), name) != known.end()) {
      continue;
    }
    const std::string nearest =
        NearestName(absl::StripPrefix(name, kPrefix), words);
    Diagnostic warning = Usage(
        "usage/variable", absl::StrCat(name, ": no such variable, not used"),
        nearest.empty() ? ""
                        : absl::StrCat("nearest is `", kPrefix, nearest, "`"),
        "");
    warning.set_severity(Diagnostic::WARNING);
    result->warnings.push_back(std::move(warning));
  }
}

}  // namespace

ScanResult ScanCommandLine(
    const std::vector<std::string>& words,
    const std::map<std::string, std::string>& variables) {
  ScanResult result;
  const Splitter splitter(words);
  std::vector<std::string> plain = splitter.plain();
  result.line.text = absl::StrJoin(words, " ");
  result.line.help = splitter.help();
  result.line.command = TakeCommand(&plain);
  if (result.line.command == nullptr && !plain.empty()) {
    result.errors.push_back(NoSuchCommand(plain.front()));
  }
  result.line.arguments = std::move(plain);
  ReadFlags(splitter.flags(), &result);
  if (result.line.command != nullptr && !result.line.help) {
    CheckArguments(&result);
  }
  ReadVariables(variables, &result);
  return result;
}

Diagnostic NoSuchCommand(absl::string_view words) {
  std::vector<std::string> names;
  std::vector<std::string> longer;
  for (const Command& command : Commands()) {
    names.emplace_back(command.name);
    if (absl::StartsWith(command.name, absl::StrCat(words, " "))) {
      longer.emplace_back(command.name);
    }
  }
  const std::string nearest = NearestName(words, names);
  std::string found;
  std::string next = "provision help";
  if (!longer.empty()) {
    found = absl::StrCat("there are ", absl::StrJoin(longer, ", "));
    next = absl::StrCat("provision help ", longer.front());
  } else if (!nearest.empty()) {
    found = absl::StrCat("nearest is `", nearest, "`");
  }
  return Usage("usage/command", absl::StrCat(words, ": no such command"), found,
               next);
}

}  // namespace provision
