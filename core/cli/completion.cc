#include "core/cli/completion.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "core/cli/command_table.h"
#include "core/cli/flags.h"

namespace provision {
namespace {

using Words = std::vector<std::string>;

bool TakesFile(const Flag& flag) {
  return flag.placeholder == "FILE" || flag.placeholder == "DIR";
}

Words FlagsOf(const Command& command) {
  Words words;
  for (const Flag& flag : Flags()) {
    if (Takes(command, flag.name))
      words.push_back(absl::StrCat("--", flag.name));
  }
  return words;
}

// First words of commands, each once; with `first`, the words that follow it.
Words CommandWords(absl::string_view first) {
  Words words;
  for (const Command& command : Commands()) {
    const Words parts = absl::StrSplit(command.name, ' ');
    std::string word;
    if (first.empty()) {
      word = parts[0];
    } else if (parts.size() > 1 && parts[0] == first) {
      word = parts[1];
    }
    if (!word.empty() && (words.empty() || words.back() != word)) {
      words.push_back(word);
    }
  }
  return words;
}

// Flags whose value is the next word, as patterns of `case`.
std::string ValueFlags() {
  Words words;
  for (const Flag& flag : Flags()) {
    if (flag.type == Flag::Type::kBoolean) continue;
    words.push_back(absl::StrCat("--", flag.name));
    if (flag.letter != 0) {
      words.push_back(absl::StrCat("-", std::string(1, flag.letter)));
    }
  }
  return absl::StrJoin(words, "|");
}

// `case` branches that bash and zsh share: what may follow a flag with a few
// values, and which flags a command has.
std::string ChoiceBranches() {
  std::string text;
  for (const Flag& flag : Flags()) {
    if (flag.choices.empty()) continue;
    absl::StrAppend(&text, "    --", flag.name, ") choices='",
                    absl::StrJoin(flag.choices, " "), "' ;;\n");
  }
  return text;
}

std::string FileBranch() {
  Words words;
  for (const Flag& flag : Flags()) {
    if (TakesFile(flag)) words.push_back(absl::StrCat("--", flag.name));
    if (TakesFile(flag) && flag.letter != 0) {
      words.push_back(absl::StrCat("-", std::string(1, flag.letter)));
    }
  }
  return absl::StrJoin(words, "|");
}

std::string CommandBranches() {
  // Longer names first: `plan show` before `plan`.
  std::string two, one;
  for (const Command& command : Commands()) {
    const bool sub = absl::StrContains(command.name, ' ');
    std::string words;
    if (!sub) words = absl::StrJoin(CommandWords(command.name), " ");
    if (command.name == "help" || command.name == "completion") {
      words = command.name == "help" ? absl::StrJoin(CommandWords(""), " ")
                                     : "bash fish zsh";
    }
    absl::StrAppend(
        sub ? &two : &one, "    '", command.name, sub ? "') " : " '*) ",
        "flags='", absl::StrJoin(FlagsOf(command), " "), "'",
        words.empty() ? "" : absl::StrCat(" offers='", words, "'"), " ;;\n");
  }
  // First words that are no command by themselves.
  for (const std::string& first : CommandWords("")) {
    if (FindCommand(first) != nullptr) continue;
    absl::StrAppend(&one, "    '", first, " '*) offers='",
                    absl::StrJoin(CommandWords(first), " "), "' ;;\n");
  }
  absl::StrAppend(&one, "    ' ') offers='",
                  absl::StrJoin(CommandWords(""), " "), "' ;;\n");
  return two + one;
}

std::string BashScript() {
  return absl::StrCat(
      "# bash completion of provision; made by `provision completion bash`.\n"
      "_provision() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]}\n"
      "  local previous=${COMP_WORDS[COMP_CWORD-1]}\n"
      "  local first= second= word= value= choices= flags= offers= i\n"
      "  for ((i = 1; i < COMP_CWORD; ++i)); do\n"
      "    word=${COMP_WORDS[i]}\n"
      "    if [[ -n $value ]]; then value=; continue; fi\n"
      "    case $word in\n"
      "    ",
      ValueFlags(),
      ") value=1 ;;\n"
      "    -*) ;;\n"
      "    *) if [[ -z $first ]]; then first=$word\n"
      "       elif [[ -z $second ]]; then second=$word; fi ;;\n"
      "    esac\n"
      "  done\n"
      "  COMPREPLY=()\n"
      "  case $previous in\n",
      ChoiceBranches(), "    ", FileBranch(),
      ") return ;;\n"
      "  esac\n"
      "  if [[ -n $choices ]]; then\n"
      "    COMPREPLY=($(compgen -W \"$choices\" -- \"$current\"))\n"
      "    return\n"
      "  fi\n"
      "  if [[ -n $value ]]; then return; fi\n"
      "  case \"$first $second\" in\n",
      CommandBranches(),
      "  esac\n"
      "  if [[ $current == -* ]]; then\n"
      "    COMPREPLY=($(compgen -W \"$flags --help\" -- \"$current\"))\n"
      "  else\n"
      "    COMPREPLY=($(compgen -W \"$offers\" -- \"$current\"))\n"
      "  fi\n"
      "}\n"
      "complete -o default -F _provision provision\n");
}

std::string ZshScript() {
  return absl::StrCat(
      "#compdef provision\n"
      "# zsh completion of provision; made by `provision completion zsh`.\n"
      "_provision() {\n"
      "  local previous=${words[CURRENT-1]}\n"
      "  local first= second= word= value= choices= flags= offers= i\n"
      "  for ((i = 2; i < CURRENT; ++i)); do\n"
      "    word=${words[i]}\n"
      "    if [[ -n $value ]]; then value=; continue; fi\n"
      "    case $word in\n"
      "    ",
      ValueFlags(),
      ") value=1 ;;\n"
      "    -*) ;;\n"
      "    *) if [[ -z $first ]]; then first=$word\n"
      "       elif [[ -z $second ]]; then second=$word; fi ;;\n"
      "    esac\n"
      "  done\n"
      "  case $previous in\n",
      ChoiceBranches(), "    ", FileBranch(),
      ") _files; return ;;\n"
      "  esac\n"
      "  if [[ -n $choices ]]; then compadd -- ${=choices}; return; fi\n"
      "  if [[ -n $value ]]; then return; fi\n"
      "  case \"$first $second\" in\n",
      CommandBranches(),
      "  esac\n"
      "  if [[ $PREFIX == -* ]]; then\n"
      "    compadd -- ${=flags} --help\n"
      "  else\n"
      "    [[ -n $offers ]] && compadd -- ${=offers}\n"
      "    [[ -n $first ]] && _files\n"
      "  fi\n"
      "}\n"
      "_provision \"$@\"\n");
}

std::string FishQuoted(absl::string_view text) {
  return absl::StrCat(
      "'", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

// The condition under which words of `command` are offered.
std::string FishCondition(const Command& command) {
  const Words parts = absl::StrSplit(command.name, ' ');
  std::string text = absl::StrCat("__fish_seen_subcommand_from ", parts[0]);
  if (parts.size() > 1) {
    absl::StrAppend(&text, "; and __fish_seen_subcommand_from ", parts[1]);
  }
  return FishQuoted(text);
}

std::string FishFlag(const Flag& flag) {
  return absl::StrCat(
      " -l ", flag.name,
      flag.letter == 0 ? "" : absl::StrCat(" -s ", std::string(1, flag.letter)),
      flag.type == Flag::Type::kBoolean ? ""
      : TakesFile(flag)                 ? " -rF"
                                        : " -x",
      flag.choices.empty()
          ? ""
          : absl::StrCat(" -a '", absl::StrJoin(flag.choices, " "), "'"),
      " -d ", FishQuoted(FlagHelp(flag)), "\n");
}

std::string FishScript() {
  std::string text =
      "# fish completion of provision; made by `provision completion fish`.\n";
  for (const std::string& first : CommandWords("")) {
    const Command* command = FindCommand(first);
    absl::StrAppend(&text, "complete -c provision -f -n __fish_use_subcommand",
                    " -a ", first, " -d ",
                    FishQuoted(command == nullptr ? first : command->brief),
                    "\n");
    for (const std::string& second : CommandWords(first)) {
      absl::StrAppend(
          &text,
          "complete -c provision -n "
          "'__fish_seen_subcommand_from ",
          first, "' -a ", second, " -d ",
          FishQuoted(FindCommand(absl::StrCat(first, " ", second))->brief),
          "\n");
    }
  }
  absl::StrAppend(&text,
                  "complete -c provision -f -n '__fish_seen_subcommand_from "
                  "completion' -a 'bash fish zsh'\n"
                  "complete -c provision -f -n '__fish_seen_subcommand_from "
                  "help' -a '",
                  absl::StrJoin(CommandWords(""), " "), "'\n");
  for (const Flag& flag : Flags()) {
    if (flag.everywhere) {
      absl::StrAppend(&text, "complete -c provision", FishFlag(flag));
      continue;
    }
    for (const Command& command : Commands()) {
      if (!Takes(command, flag.name)) continue;
      absl::StrAppend(&text, "complete -c provision -n ",
                      FishCondition(command), FishFlag(flag));
    }
  }
  return text;
}

}  // namespace

std::string CompletionScript(absl::string_view shell) {
  if (shell == "bash") return BashScript();
  if (shell == "zsh") return ZshScript();
  return shell == "fish" ? FishScript() : "";
}

}  // namespace provision
