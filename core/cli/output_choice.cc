#include "core/cli/output_choice.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace provision {
namespace {

using Variables = std::map<std::string, std::string>;
using Stream = Console::Stream;

// Narrower than that nothing can be laid out; what does not fit is cut by the
// terminal.
constexpr int kFewestColumns = 40;

absl::string_view Value(const Variables& variables, const std::string& name) {
  const auto found = variables.find(name);
  return found == variables.end() ? "" : absl::string_view(found->second);
}

bool WantsColor(const CommandLine& line, const Variables& variables,
                const Console& console) {
  const std::string when = line.Text("color");
  // A settings file comes after the variables of others.
  const bool set = line.OriginOf("color").kind == ValueOrigin::Kind::kSettings;
  if (when != "auto" && !set) return when == "always";
  if (line.HasOnLine("color")) {
    return console.IsTerminal(Stream::kOutput) &&
           Value(variables, "TERM") != "dumb";
  }
  if (!Value(variables, "NO_COLOR").empty()) return false;
  for (const char* name : {"FORCE_COLOR", "CLICOLOR_FORCE"}) {
    const absl::string_view forced = Value(variables, name);
    if (!forced.empty() && forced != "0") return true;
  }
  if (when != "auto") return when == "always";
  return console.IsTerminal(Stream::kOutput) &&
         Value(variables, "TERM") != "dumb";
}

// The locale's character set, by the first variable that names a locale.
bool IsUtf8(const Variables& variables) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string locale = absl::AsciiStrToLower(Value(variables, name));
    if (locale.empty()) continue;
    return absl::StrContains(locale, "utf-8") ||
           absl::StrContains(locale, "utf8");
  }
  return false;
}

RenderOptions::Progress ProgressOf(const CommandLine& line,
                                   const Variables& variables,
                                   const Console& console) {
  using Progress = RenderOptions::Progress;
  const std::string progress = line.Text("progress");
  if (progress == "none") return Progress::kNone;
  if (progress == "lines") return Progress::kLines;
  const bool possible = console.IsTerminal(Stream::kOutput) &&
                        console.IsTerminal(Stream::kError) &&
                        Value(variables, "TERM") != "dumb";
  // `live` where it is not possible would write control sequences to a file.
  if (!possible) return Progress::kLines;
  const bool live = progress == "live" && line.OriginOf("progress").kind !=
                                              ValueOrigin::Kind::kSettings;
  if (!live && !Value(variables, "ACCESSIBLE").empty()) {
    return Progress::kLines;
  }
  return Progress::kLive;
}

}  // namespace

RenderOptions ChooseOutput(const CommandLine& line, const Variables& variables,
                           const Console& console, const std::string& home) {
  using Detail = RenderOptions::Detail;
  RenderOptions options;
  options.color = WantsColor(line, variables, console);
  options.ascii = line.Has("ascii") ? line.Is("ascii") : !IsUtf8(variables);
  options.terminal = console.IsTerminal(Stream::kOutput);
  options.columns =
      options.terminal ? std::max(console.Columns(), kFewestColumns) : 80;
  options.progress = ProgressOf(line, variables, console);
  const std::string detail = line.Text("detail");
  options.detail = detail == "full"    ? Detail::kFull
                   : detail == "short" ? Detail::kShort
                                       : Detail::kNormal;
  options.silent = line.Is("silent");
  options.quiet = line.Is("quiet") || options.silent;
  options.home = home;
  return options;
}

}  // namespace provision
