#include "core/cli/inspect_command.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/cli/answer.pb.h"
#include "core/cli/display_text.h"
#include "core/cli/json_renderer.h"
#include "core/host/requirement_differences.h"
#include "core/host/requirements_file.h"
#include "core/project/requirement_reading.h"

namespace provision {
namespace {

void Put(const RequirementEntry& entry,
         RequirementsAnswer::Requirement* shown) {
  const RequirementSource& source = entry.source;
  shown->set_name(source.name);
  shown->set_specifier(source.specifier.ToString());
  shown->set_file(entry.place.file());
  shown->set_line(entry.place.line());
  shown->set_column(entry.place.column());
  for (const std::string& extra : source.extras) shown->add_extra(extra);
  if (source.marker.has_value()) shown->set_marker(source.marker->ToString());
  if (!source.location.empty()) shown->set_location(source.location);
  if (entry.editable) shown->set_editable(true);
  for (const std::string& hash : entry.hashes) shown->add_hash(hash);
}

RequirementsAnswer MakeAnswer(const RequirementSet& set,
                              const std::vector<Diagnostic>& diagnostics) {
  RequirementsAnswer answer;
  answer.set_schema("provision.requirements/1");
  for (const RequirementEntry& entry : set.requirements) {
    Put(entry, answer.add_requirements());
  }
  for (const RequirementEntry& entry : set.constraints) {
    Put(entry, answer.add_constraints());
  }
  for (const RequirementOption& option : set.options) {
    RequirementsAnswer::Option* shown = answer.add_options();
    shown->set_name(option.name);
    if (!option.value.empty()) shown->set_value(option.value);
    shown->set_file(option.place.file());
    shown->set_line(option.place.line());
    shown->set_column(option.place.column());
  }
  for (const Diagnostic& diagnostic : diagnostics) {
    *answer.add_diagnostics() = diagnostic;
  }
  return answer;
}

struct Row {
  const Diagnostic::Place& place;
  std::string text;
};

// "  requirements.txt:1:1  numpy==1.26.4", in the order of reading.
std::string ListText(const RequirementSet& set, const TerminalStyle& style) {
  std::vector<Row> rows;
  for (const RequirementOption& option : set.options) {
    rows.push_back({option.place,
                    absl::StrCat(option.name, option.value.empty() ? "" : " ",
                                 option.value)});
  }
  for (const RequirementEntry& entry : set.requirements) {
    rows.push_back(
        {entry.place, absl::StrCat(entry.editable ? "-e " : "", entry.text)});
  }
  for (const RequirementEntry& entry : set.constraints) {
    rows.push_back({entry.place, absl::StrCat("constraint ", entry.text)});
  }
  std::vector<std::string> places;
  size_t width = 0;
  for (const Row& row : rows) {
    places.push_back(style.Text(absl::StrCat(
        row.place.file(), ":", row.place.line(), ":", row.place.column())));
    width = std::max(width, DisplayWidth(places.back()));
  }
  std::string text;
  for (size_t i = 0; i < rows.size(); ++i) {
    absl::StrAppend(&text, "  ", PadRight(places[i], width + 2),
                    style.Text(rows[i].text), "\n");
  }
  return text;
}

}  // namespace

ExitCode RunInspectRequirements(CommandContext& context) {
  const std::string folder = context.system.WorkingDirectory();
  const std::string path = JoinPath(folder, context.line.arguments[0]);
  absl::StatusOr<RequirementSet> set = ReadRequirementsOf(context.system, path);
  if (!set.ok()) {
    return Refuse(context, ExitBeforeActions(set.status()), set.status());
  }
  NameFilesFrom(folder, &*set);
  std::vector<Diagnostic> diagnostics = set->diagnostics;
  for (Diagnostic& note : PipAndUvDifferences(*set)) {
    diagnostics.push_back(std::move(note));
  }
  if (context.line.Is("json")) {
    context.console.Write(Console::Stream::kOutput,
                          context.redactor.Redact(JsonLineWithLists(
                              MakeAnswer(*set, diagnostics))));
    return set->has_errors() ? ExitCode::kRefused : ExitCode::kConverged;
  }
  const std::string list = ListText(*set, context.style);
  if (set->has_errors()) {
    context.console.Write(Console::Stream::kOutput,
                          context.redactor.Redact(list));
    return Refuse(context, ExitCode::kRefused, diagnostics);
  }
  Warn(context, diagnostics);
  Answer(context, RequirementsAnswer(),
         absl::StrCat(list, CountText(set->requirements.size(), "requirement"),
                      " in ", CountText(set->files.size(), "file"),
                      ", no faults\n"));
  return ExitCode::kConverged;
}

}  // namespace provision
