#include "core/cli/help_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/cli/display_text.h"
#include "core/cli/flags.h"

namespace provision {
namespace {

constexpr size_t kLabelWidth = 10;
constexpr size_t kFlagWidth = 25;
constexpr size_t kPageWidth = 80;
constexpr size_t kGroupWidth = 14;
constexpr size_t kCallWidth = 18;

std::string Block(absl::string_view label, absl::string_view text) {
  return absl::StrCat(PadRight(label, kLabelWidth), text, "\n");
}

std::string ExitBlock(const Command& command) {
  std::string text, line;
  for (ExitCode code : command.exits) {
    const std::string entry =
        absl::StrCat(static_cast<int>(code), " ", DescribeExitCode(code).brief);
    if (!line.empty() &&
        kLabelWidth + line.size() + 2 + entry.size() > kPageWidth) {
      text += Block(text.empty() ? "exit" : "", line);
      line.clear();
    }
    absl::StrAppend(&line, line.empty() ? "" : "  ", entry);
  }
  return text + Block(text.empty() ? "exit" : "", line);
}

std::string FlagLine(const Flag& flag) {
  std::string help = FlagHelp(flag);
  std::vector<std::string> notes;
  if (!flag.choices.empty()) {
    notes.push_back(absl::StrJoin(flag.choices, ", "));
  }
  if (flag.repeatable) notes.push_back("repeat");
  if (!flag.variable.empty()) notes.push_back(std::string(flag.variable));
  if (!notes.empty()) {
    absl::StrAppend(&help, " (", absl::StrJoin(notes, "; "), ")");
  }
  const std::string letter =
      flag.letter == 0 ? ""
                       : absl::StrCat("-", std::string(1, flag.letter), ", ");
  std::string left = absl::StrCat("  ", letter, flag.Usage());
  const std::vector<std::string> lines =
      WrapWords(help, kPageWidth - kFlagWidth - 2);
  std::string text;
  if (DisplayWidth(left) >= kFlagWidth + 1) {
    text = left + "\n";
    left.clear();
  }
  for (size_t i = 0; i < lines.size(); ++i) {
    absl::StrAppend(&text, PadRight(i == 0 ? left : "", kFlagWidth + 2),
                    lines[i], "\n");
  }
  return text;
}

std::string AllFlags(const Command& command) {
  std::string own, everywhere;
  for (const Flag& flag : Flags()) {
    if (!Takes(command, flag.name)) continue;
    (flag.everywhere ? everywhere : own) += FlagLine(flag);
  }
  return absl::StrCat(own.empty() ? "" : "flags\n", own,
                      "flags of every command\n", everywhere,
                      "  -h, --help               this page\n",
                      "  -v                       short for --detail full\n");
}

}  // namespace

std::string HelpOverview() {
  size_t width = 0;
  for (const Command& command : Commands()) {
    const size_t call = command.name.size() + 1 + command.arguments.size();
    // A longer one is followed by its help where it ends.
    if (call <= kCallWidth) width = std::max(width, call);
  }
  std::string text =
      "provision: bring this host to the state that a plan describes\n\n"
      "usage     provision COMMAND [ARGUMENTS] [flags]\n";
  absl::string_view group;
  for (const Command& command : Commands()) {
    if (command.group != group) text += "\n";
    const std::string call = absl::StrCat(
        command.name, command.arguments.empty() ? "" : " ", command.arguments);
    const std::string left = absl::StrCat(
        PadRight(command.group == group ? "" : command.group, kGroupWidth),
        PadRight(call, width), "  ");
    const std::vector<std::string> brief =
        WrapWords(command.brief, kPageWidth - DisplayWidth(left));
    for (size_t i = 0; i < brief.size(); ++i) {
      absl::StrAppend(&text,
                      i == 0 ? left : std::string(kGroupWidth + width + 2, ' '),
                      brief[i], "\n");
    }
    group = command.group;
  }
  return text +
         "\n"
         "examples  provision plan plan.textproto\n"
         "          provision apply plan.textproto\n"
         "          provision help apply\n";
}

std::string HelpPage(const Command& command, bool all) {
  std::string text =
      absl::StrCat("provision ", command.name, ": ", command.brief, "\n\n");
  text += Block("usage", absl::StrCat("provision ", command.name,
                                      command.arguments.empty() ? "" : " ",
                                      command.arguments, " [flags]"));
  for (size_t i = 0; i < command.examples.size(); ++i) {
    text += Block(i == 0 ? "examples" : "", command.examples[i]);
  }
  if (all) {
    text += AllFlags(command);
  } else {
    for (const Command::HelpLine& line : command.help) {
      text += Block(line.label,
                    absl::StrCat(PadRight(line.left, kFlagWidth), line.right));
    }
  }
  text += ExitBlock(command);
  text += Block("host", command.host);
  if (!all) {
    text +=
        Block("more", absl::StrCat("provision help ", command.name, " --all"));
  }
  return text;
}

}  // namespace provision
