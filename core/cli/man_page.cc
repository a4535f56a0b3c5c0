#include "core/cli/man_page.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "core/base/version.h"
#include "core/cli/flags.h"

namespace provision {
namespace {

// Text that man(7) shows as it is: dashes stay dashes, and a line never begins
// with a request.
std::string Roff(absl::string_view text) {
  std::string made = absl::StrReplaceAll(text, {{"\\", "\\e"}, {"-", "\\-"}});
  if (!made.empty() && (made[0] == '.' || made[0] == '\'')) {
    made.insert(0, "\\&");
  }
  return made;
}

std::string DashedName(const Command& command) {
  return absl::StrCat("provision-",
                      absl::StrReplaceAll(command.name, {{" ", "-"}}));
}

std::string Head(absl::string_view name, absl::string_view brief) {
  return absl::StrCat(
      ".\\\" Made from the table of commands; do not edit.\n.TH ",
      absl::StrReplaceAll(name, {{"-", "\\-"}}), " 1 \"\" \"provision ",
      kVersion, "\"\n.SH NAME\n", Roff(name), " \\- ", Roff(brief), "\n");
}

std::string FlagEntry(const Flag& flag) {
  std::string notes;
  if (!flag.choices.empty()) {
    absl::StrAppend(&notes, " One of: ", absl::StrJoin(flag.choices, ", "),
                    ".");
  }
  if (flag.repeatable) notes += " May be given several times.";
  if (!flag.variable.empty()) {
    absl::StrAppend(&notes, " Variable: ", flag.variable, ".");
  }
  return absl::StrCat(
      ".TP\n\\fB",
      flag.letter == 0
          ? ""
          : absl::StrCat("\\-", std::string(1, flag.letter), "\\fR, \\fB"),
      Roff(absl::StrCat("--", flag.name)), "\\fR",
      flag.placeholder.empty()
          ? ""
          : absl::StrCat(" \\fI", flag.placeholder, "\\fR"),
      "\n", Roff(absl::StrCat(FlagHelp(flag), ".", notes)), "\n");
}

std::string FlagSections(const Command& command) {
  std::string own, everywhere;
  for (const Flag& flag : Flags()) {
    if (!Takes(command, flag.name)) continue;
    (flag.everywhere ? everywhere : own) += FlagEntry(flag);
  }
  return absl::StrCat(own.empty() ? "" : ".SH FLAGS\n", own,
                      ".SH FLAGS OF EVERY COMMAND\n", everywhere);
}

std::string ExitSection(const Command& command) {
  std::string text = ".SH EXIT STATUS\n";
  for (ExitCode code : command.exits) {
    absl::StrAppend(&text, ".TP\n", static_cast<int>(code), "\n",
                    Roff(DescribeExitCode(code).meaning), "\n");
  }
  return text;
}

}  // namespace

std::string ManPageName(const Command& command) {
  return DashedName(command) + ".1";
}

std::string ManPage(const Command& command) {
  std::string text = Head(DashedName(command), command.brief);
  absl::StrAppend(&text, ".SH SYNOPSIS\n\\fBprovision ", Roff(command.name),
                  "\\fR", command.arguments.empty() ? "" : " \\fI",
                  Roff(command.arguments),
                  command.arguments.empty() ? "" : "\\fR", " [flags]\n");
  absl::StrAppend(&text, ".SH HOST\nWhat becomes of it: ", Roff(command.host),
                  ".\n");
  text += FlagSections(command);
  text += ExitSection(command);
  if (!command.examples.empty()) text += ".SH EXAMPLES\n.nf\n";
  for (absl::string_view example : command.examples) {
    absl::StrAppend(&text, Roff(example), "\n");
  }
  if (!command.examples.empty()) text += ".fi\n";
  return text + ".SH SEE ALSO\n.BR provision (1)\n";
}

std::string ManOverview() {
  std::string text =
      Head("provision", "bring a host to the state that a plan describes");
  text +=
      ".SH SYNOPSIS\n\\fBprovision\\fR \\fICOMMAND\\fR [\\fIARGUMENTS\\fR] "
      "[flags]\n.SH COMMANDS\n";
  std::vector<std::string> pages;
  for (const Command& command : Commands()) {
    absl::StrAppend(&text, ".TP\n\\fB", Roff(command.name), "\\fR",
                    command.arguments.empty() ? "" : " \\fI",
                    Roff(command.arguments),
                    command.arguments.empty() ? "" : "\\fR", "\n",
                    Roff(command.brief), "\n");
    pages.push_back(absl::StrCat(".BR ", Roff(DashedName(command)), " (1)"));
  }
  return absl::StrCat(text, ".SH SEE ALSO\n", absl::StrJoin(pages, ",\n"),
                      "\n");
}

}  // namespace provision
