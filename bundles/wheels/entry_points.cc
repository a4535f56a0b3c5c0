#include "bundles/wheels/entry_points.h"

#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "bundles/wheels/wheel_error.h"
#include "core/base/status_macros.h"
#include "core/host/python_requirement.h"

namespace provision {
namespace {

constexpr absl::string_view kConsole = "console_scripts";
constexpr absl::string_view kGui = "gui_scripts";

absl::Status Refuse(absl::string_view line, absl::string_view reason) {
  return ArchiveError(kWheelEntryPoint,
                      absl::StrCat("entry_points.txt: ", line), reason);
}

bool IsScriptName(absl::string_view name) {
  if (name.empty() || name == "." || name == "..") return false;
  for (const char c : name) {
    if (!absl::ascii_isalnum(c) && c != '.' && c != '_' && c != '-') {
      return false;
    }
  }
  return true;
}

// "a.b_2": identifiers joined by dots.
bool IsDottedIdentifier(absl::string_view text) {
  for (absl::string_view part : absl::StrSplit(text, '.')) {
    if (part.empty() || absl::ascii_isdigit(part[0])) return false;
    for (const char c : part) {
      if (!absl::ascii_isalnum(c) && c != '_') return false;
    }
  }
  return true;
}

absl::StatusOr<ScriptEntryPoint> ParseLine(absl::string_view line,
                                           bool is_gui) {
  const std::pair<absl::string_view, absl::string_view> halves =
      absl::StrSplit(line, absl::MaxSplits('=', 1));
  ScriptEntryPoint entry;
  entry.is_gui = is_gui;
  entry.name = std::string(absl::StripAsciiWhitespace(halves.first));
  if (!IsScriptName(entry.name)) return Refuse(line, "no name of a script");
  absl::string_view reference = absl::StripAsciiWhitespace(halves.second);
  const size_t bracket = reference.find('[');
  if (bracket != absl::string_view::npos) {
    if (!ParsePythonExtras(reference.substr(bracket)).ok()) {
      return Refuse(line, "extras that are none");
    }
    reference = absl::StripAsciiWhitespace(reference.substr(0, bracket));
  }
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(reference, absl::MaxSplits(':', 1));
  entry.module = std::string(absl::StripAsciiWhitespace(parts.first));
  entry.attributes = std::string(absl::StripAsciiWhitespace(parts.second));
  if (!IsDottedIdentifier(entry.module) ||
      !IsDottedIdentifier(entry.attributes)) {
    return Refuse(line, "no reference to an object, such as module:function");
  }
  return entry;
}

}  // namespace

absl::StatusOr<std::vector<ScriptEntryPoint>> ParseEntryPoints(
    absl::string_view text) {
  std::vector<ScriptEntryPoint> entries;
  std::set<std::string> names;
  std::string group;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const absl::string_view whole = line;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line[0] == '#' || line[0] == ';') continue;
    if (line[0] == '[' && absl::EndsWith(line, "]")) {
      group = std::string(
          absl::StripAsciiWhitespace(line.substr(1, line.size() - 2)));
      continue;
    }
    if (group != kConsole && group != kGui) continue;
    if (absl::ascii_isspace(whole[0])) {
      return Refuse(line, "a line that continues another");
    }
    PROVISION_ASSIGN_OR_RETURN(ScriptEntryPoint entry,
                               ParseLine(line, group == kGui));
    if (!names.insert(entry.name).second) {
      return Refuse(line, "a script of this name was there before");
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace provision
