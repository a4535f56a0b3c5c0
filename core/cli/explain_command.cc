#include "core/cli/explain_command.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/diagnostic.h"
#include "core/base/nearest_name.h"
#include "core/cli/answer.pb.h"
#include "core/cli/command_table.h"
#include "core/cli/display_text.h"
#include "core/cli/error_catalog.h"
#include "core/cli/explain_proxy.h"
#include "core/cli/flags.h"
#include "core/cli/schema_reference.h"
#include "core/cli/settings.h"

namespace provision {
namespace {

constexpr size_t kIndent = 4;
constexpr char kSettings[] = "settings";
constexpr char kProxy[] = "proxy";
constexpr char kFact[] = "fact";

void Add(const SchemaEntry& entry, ExplainAnswer* answer) {
  ExplainAnswer::Entry* added = answer->add_entry();
  added->set_word(entry.word);
  added->set_kind(entry.kind);
  if (!entry.type.empty()) added->set_type(entry.type);
  added->set_text(entry.text);
}

void AddExitCode(const ExitCodeEntry& entry, ExplainAnswer* answer) {
  Add({absl::StrCat(static_cast<int>(entry.code)), "exit", "",
       std::string(entry.meaning)},
      answer);
}

void AddError(const ErrorEntry& entry, ExplainAnswer* answer) {
  Add({std::string(entry.id), "error", "", std::string(entry.text)}, answer);
}

// A setting, its value now and what gave it.
void AddSetting(const std::string& name, const CommandLine& line,
                ExplainAnswer* answer) {
  ExplainAnswer::Entry* entry = answer->add_entry();
  entry->set_word(name);
  entry->set_kind("setting");
  entry->set_text(FlagHelp(*FindFlag(name)));
  entry->set_value(line.Text(name));
  entry->set_origin(line.OriginOf(name).text);
}

ExplainAnswer Find(const SchemaReference& schemas, const CommandLine& line,
                   const std::string& word) {
  ExplainAnswer answer;
  int number;
  if (absl::SimpleAtoi(word, &number)) {
    for (const ExitCodeEntry& entry : ExitCodes()) {
      if (static_cast<int>(entry.code) == number) AddExitCode(entry, &answer);
    }
  } else if (absl::StrContains(word, '/')) {
    for (const ErrorEntry& entry : ErrorCatalog()) {
      if (entry.id == word) AddError(entry, &answer);
    }
    for (const SchemaEntry& entry : schemas.Diagnostics()) {
      if (entry.word == word) Add(entry, &answer);
    }
  } else {
    for (const SchemaEntry& entry : schemas.Find(word)) Add(entry, &answer);
    if (absl::c_linear_search(SettingNames(), word)) {
      AddSetting(word, line, &answer);
    }
    if (answer.entry().empty()) {
      for (const SchemaEntry& entry :
           schemas.Find(absl::StrCat(kFact, ".", word))) {
        Add(entry, &answer);
      }
    }
  }
  return answer;
}

ExplainAnswer ListAll(const SchemaReference& schemas) {
  ExplainAnswer answer;
  for (const SchemaEntry& entry : schemas.TopLevel()) Add(entry, &answer);
  Add({kSettings, "settings", "",
       "Defaults for flags, with their values now and what gave them."},
      &answer);
  Add({kProxy, "proxy", "",
       "With a URL: how each tool reaches it by this shell's variables."},
      &answer);
  for (const ErrorEntry& entry : ErrorCatalog()) AddError(entry, &answer);
  for (const SchemaEntry& entry : schemas.Diagnostics()) Add(entry, &answer);
  for (const ExitCodeEntry& entry : ExitCodes()) AddExitCode(entry, &answer);
  return answer;
}

// Each setting with its value now and what gave it.
ExplainAnswer Settings(CommandContext& context) {
  ExplainAnswer answer;
  ExplainAnswer::Entry* head = answer.add_entry();
  head->set_word(kSettings);
  head->set_kind("settings");
  head->set_text(absl::StrCat(
      "Defaults for flags, from ",
      absl::StrJoin(SettingsPaths(context.system, context.line), ", then "),
      ". A flag comes first, then its variable, then the files, then the "
      "default."));
  for (const std::string& name : SettingNames()) {
    AddSetting(name, context.line, &answer);
  }
  return answer;
}

// A paragraph a line, wrapped to a page.
std::string Paragraphs(absl::string_view text, size_t indent, size_t columns) {
  std::string shown;
  for (absl::string_view paragraph : absl::StrSplit(text, "\n\n")) {
    if (!shown.empty()) shown += "\n";
    for (const std::string& line : WrapWords(paragraph, columns - indent)) {
      absl::StrAppend(&shown, std::string(indent, ' '), line, "\n");
    }
  }
  return shown;
}

std::string PageText(const ExplainAnswer& answer, const TerminalStyle& style,
                     size_t columns) {
  std::string text;
  for (const ExplainAnswer::Entry& entry : answer.entry()) {
    if (text.empty()) {
      text = absl::StrCat(entry.word(), ": ", entry.kind(),
                          entry.type().empty() ? "" : ", ", entry.type(), "\n");
    } else if (entry.kind() == "value") {
      absl::StrAppend(&text, std::string(kIndent, ' '), entry.word(), "\n");
    } else {
      absl::StrAppend(&text, "\n", entry.word(), "  ", entry.type(), "\n");
    }
    if (!entry.text().empty()) {
      text +=
          Paragraphs(entry.text(),
                     entry.kind() == "value" ? 2 * kIndent : kIndent, columns);
    }
    if (entry.kind() == "setting") {
      absl::StrAppend(&text, std::string(kIndent, ' '), "now ",
                      entry.value().empty() ? "-" : style.Text(entry.value()),
                      ", ", style.Path(entry.origin()), "\n");
    }
  }
  return text;
}

std::string SettingsText(const ExplainAnswer& answer,
                         const TerminalStyle& style, size_t columns) {
  std::string text = absl::StrCat(
      answer.entry(0).word(), "\n",
      Paragraphs(style.Path(answer.entry(0).text()), kIndent, columns));
  size_t width = 0;
  for (const ExplainAnswer::Entry& entry : answer.entry()) {
    width = std::max(width, DisplayWidth(style.Text(entry.value())));
  }
  for (int i = 1; i < answer.entry_size(); ++i) {
    const ExplainAnswer::Entry& entry = answer.entry(i);
    absl::StrAppend(
        &text, PadRight(entry.word(), 10),
        PadRight(entry.value().empty() ? "-" : style.Text(entry.value()),
                 width + 2),
        style.Path(entry.origin()), "\n");
  }
  return text;
}

std::string ListText(const ExplainAnswer& answer, size_t columns) {
  size_t width = 0;
  for (const ExplainAnswer::Entry& entry : answer.entry()) {
    width = std::max(width, entry.word().size());
  }
  std::string text;
  for (const ExplainAnswer::Entry& entry : answer.entry()) {
    // The first sentence is enough in a list.
    const absl::string_view whole = entry.text();
    const absl::string_view sentence =
        whole.substr(0, std::min(whole.find(". "), whole.find("\n\n")));
    absl::StrAppend(&text, PadRight(entry.word(), width + 2),
                    PadRight(entry.kind(), 13),
                    CutToWidth(sentence, columns - width - 15, true), "\n");
  }
  return text;
}

ExitCode NoSuchWord(CommandContext& context, const SchemaReference& schemas,
                    const std::string& word) {
  DiagnosticError error(absl::StatusCode::kInvalidArgument, "usage/word",
                        absl::StrCat(word, ": nothing is called so"));
  if (FindCommand(word) != nullptr) {
    return Refuse(
        context, ExitCode::kUsage,
        error.Found("a command").Next(absl::StrCat("provision help ", word)));
  }
  std::vector<std::string> words = schemas.AllWords();
  words.push_back(kSettings);
  words.push_back(kProxy);
  for (std::string& name : SettingNames()) words.push_back(std::move(name));
  for (const ErrorEntry& entry : ErrorCatalog()) words.emplace_back(entry.id);
  for (const SchemaEntry& entry : schemas.Diagnostics()) {
    words.push_back(entry.word);
  }
  const std::string nearest = NearestName(word, words);
  if (!nearest.empty()) error.Found(absl::StrCat("nearest is `", nearest, "`"));
  return Refuse(context, ExitCode::kUsage,
                error.Next("provision explain --list"));
}

}  // namespace

ExitCode RunExplain(CommandContext& context) {
  const bool list = context.line.Is("list");
  if (list == !context.line.arguments.empty()) {
    return Refuse(
        context, ExitCode::kUsage,
        DiagnosticError(absl::StatusCode::kInvalidArgument, "usage/argument",
                        "explain: wants a WORD, or --list")
            .Next("provision help explain"));
  }
  if (!list && context.line.arguments[0] == kProxy) {
    const bool has_url = context.line.arguments.size() == 2;
    return RunExplainProxy(context, has_url ? context.line.arguments[1] : "");
  }
  if (context.line.arguments.size() == 2) {
    return Refuse(context, ExitCode::kUsage,
                  DiagnosticError(absl::StatusCode::kInvalidArgument,
                                  "usage/argument", "explain: wants one WORD")
                      .Found(context.line.arguments[1])
                      .Next(absl::StrCat("provision explain ",
                                         context.line.arguments[0])));
  }
  const size_t columns = std::min(context.style.options().columns, 100);
  if (!list && context.line.arguments[0] == kSettings) {
    ExplainAnswer settings = Settings(context);
    settings.set_schema("provision.explain/1");
    Answer(context, settings, SettingsText(settings, context.style, columns));
    return ExitCode::kConverged;
  }
  const SchemaReference schemas(context.schemas);
  ExplainAnswer answer =
      list ? ListAll(schemas)
           : Find(schemas, context.line, context.line.arguments[0]);
  if (answer.entry().empty()) {
    return NoSuchWord(context, schemas, context.line.arguments[0]);
  }
  answer.set_schema("provision.explain/1");
  Answer(context, answer,
         list ? ListText(answer, columns)
              : PageText(answer, context.style, columns));
  return ExitCode::kConverged;
}

}  // namespace provision
