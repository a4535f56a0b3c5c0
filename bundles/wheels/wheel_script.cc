#include "bundles/wheels/wheel_script.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace provision {
namespace {

constexpr size_t kMaxShebang = 127;

// `python3.11`, `python3.13t`, `pythonw3.11`.
bool IsVersionedInterpreter(absl::string_view name) {
  if (!absl::ConsumePrefix(&name, "python")) return false;
  absl::ConsumePrefix(&name, "w");
  if (!absl::ConsumePrefix(&name, "3.")) return false;
  absl::ConsumeSuffix(&name, "t");
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isdigit(c);
  });
}

}  // namespace

bool IsReservedScript(absl::string_view name) {
  const std::string lower = absl::AsciiStrToLower(name);
  absl::string_view stem = lower;
  while (absl::ConsumeSuffix(&stem, ".exe") ||
         absl::ConsumeSuffix(&stem, ".py")) {
  }
  for (absl::string_view reserved :
       {"python", "pythonw", "python3", "pypy", "pypy2", "pypy3", "graalpy",
        "activate", "activate_this", "deactivate"}) {
    if (stem == reserved) return true;
  }
  return absl::StartsWith(stem, "activate.") || IsVersionedInterpreter(stem);
}

std::string Shebang(absl::string_view interpreter,
                    absl::string_view arguments) {
  const std::string plain = absl::StrCat("#!", interpreter, arguments, "\n");
  const bool has_space = interpreter.find(' ') != absl::string_view::npos;
  if (!has_space && plain.size() <= kMaxShebang) return plain;
  return absl::StrCat("#!/bin/sh\n'''exec' '",
                      absl::StrReplaceAll(interpreter, {{"'", "'\"'\"'"}}), "'",
                      arguments, " \"$0\" \"$@\"\n' '''\n");
}

std::string EntryPointScript(const ScriptEntryPoint& entry,
                             absl::string_view interpreter) {
  const absl::string_view name =
      absl::string_view(entry.attributes).substr(0, entry.attributes.find('.'));
  return absl::StrCat(Shebang(interpreter), "import sys\nfrom ", entry.module,
                      " import ", name,
                      "\nif __name__ == \"__main__\":\n    sys.exit(",
                      entry.attributes, "())\n");
}

absl::optional<std::string> WithInterpreter(absl::string_view script,
                                            absl::string_view interpreter) {
  if (!absl::ConsumePrefix(&script, "#!python")) return absl::nullopt;
  absl::ConsumePrefix(&script, "w");
  const size_t end = std::min(script.find('\n'), script.size());
  absl::string_view rest = absl::StripSuffix(script.substr(0, end), "\r");
  // `#!python3` names another.
  if (!rest.empty() && !absl::ascii_isspace(rest[0])) return absl::nullopt;
  return absl::StrCat(Shebang(interpreter, rest),
                      script.substr(std::min(end + 1, script.size())));
}

}  // namespace provision
