#include "core/cli/help_command.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/cli/answer.pb.h"
#include "core/cli/command_table.h"
#include "core/cli/flag_scanner.h"
#include "core/cli/flags.h"
#include "core/cli/help_text.h"

namespace provision {
namespace {

void AddCommand(const Command& command, HelpAnswer* answer) {
  HelpAnswer::Command* added = answer->add_command();
  added->set_name(std::string(command.name));
  added->set_arguments(std::string(command.arguments));
  added->set_help(std::string(command.brief));
  added->set_host(std::string(command.host));
  for (ExitCode code : command.exits) added->add_exit(static_cast<int>(code));
  for (absl::string_view example : command.examples) {
    added->add_example(std::string(example));
  }
  for (const Flag& flag : Flags()) {
    if (!Takes(command, flag.name)) continue;
    HelpAnswer::Flag* shown = added->add_flag();
    shown->set_name(std::string(flag.name));
    shown->set_value(std::string(flag.placeholder));
    shown->set_help(FlagHelp(flag));
    shown->set_repeatable(flag.repeatable);
    shown->set_variable(std::string(flag.variable));
  }
}

}  // namespace

ExitCode RunHelp(CommandContext& context) {
  HelpAnswer answer;
  answer.set_schema("provision.help/1");
  // `provision apply -h` is `provision help apply`.
  const bool asked_by_flag =
      context.line.help && context.line.command != nullptr;
  const std::string name = asked_by_flag
                               ? std::string(context.line.command->name)
                               : absl::StrJoin(context.line.arguments, " ");
  if (name.empty()) {
    for (const Command& command : Commands()) AddCommand(command, &answer);
    Answer(context, answer, HelpOverview());
    return ExitCode::kConverged;
  }
  const Command* command = FindCommand(name);
  if (command == nullptr) {
    return Refuse(context, ExitCode::kUsage, {NoSuchCommand(name)});
  }
  AddCommand(*command, &answer);
  const bool all = !asked_by_flag && context.line.command != nullptr &&
                   context.line.Is("all");
  Answer(context, answer, HelpPage(*command, all));
  return ExitCode::kConverged;
}

}  // namespace provision
