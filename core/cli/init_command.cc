#include "core/cli/init_command.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/cli/answer.pb.h"
#include "core/cli/display_text.h"
#include "core/cli/output_file.h"
#include "core/project/plan_writer.h"
#include "core/project/project.h"
#include "core/project/project_folder.h"

namespace provision {
namespace {

using Verdict = ProjectFinding::Verdict;

// Columns of the sample in cli.md 2.1; what is longer moves them.
constexpr size_t kPlaceWidth = 23;
constexpr size_t kTextWidth = 32;

// The files named by --from, relative to `folder`.
absl::StatusOr<std::vector<std::string>> NamedSources(
    CommandContext& context, const std::string& folder) {
  std::vector<std::string> sources;
  for (const std::string& file : context.line.All("from")) {
    const std::string path = JoinPath(context.system.WorkingDirectory(), file);
    const std::string name = BaseName(path);
    const bool requirements =
        name.size() > 4 && name.substr(name.size() - 4) == ".txt";
    if (!IsProjectSource(name) && !requirements) {
      return DiagnosticError(absl::StatusCode::kInvalidArgument,
                             "usage/argument",
                             absl::StrCat(file,
                                          ": init reads no file of this "
                                          "name"))
          .Next("provision help init");
    }
    sources.push_back(RelativeTo(path, folder));
  }
  return sources;
}

// A project, its name in messages being its folder's.
struct Part {
  std::string folder;  // relative to DIR; empty for DIR itself
  ProjectReading reading;
};

bool AsksForPackages(const ProjectReading& reading) {
  return std::any_of(reading.wishes.begin(), reading.wishes.end(),
                     [](const ProjectWish& wish) {
                       return wish.kind == ProjectWish::Kind::kPackages;
                     });
}

// What DIR asks of Python counts for a project below it that asks nothing.
void InheritPython(const Part& root, Part* part) {
  for (const ProjectWish& wish : part->reading.wishes) {
    if (wish.kind == ProjectWish::Kind::kPython) return;
  }
  std::string up;
  for (size_t i = 0;
       i < std::vector<std::string>(absl::StrSplit(part->folder, '/')).size();
       ++i) {
    up += "../";
  }
  std::vector<ProjectWish>& wishes = part->reading.wishes;
  for (ProjectWish wish : root.reading.wishes) {
    if (wish.kind != ProjectWish::Kind::kPython) continue;
    wish.file = up + wish.file;
    wishes.insert(wishes.begin(), std::move(wish));
    return;
  }
}

absl::StatusOr<std::vector<Part>> ReadParts(CommandContext& context,
                                            const std::string& folder) {
  std::vector<Part> parts(1);
  std::vector<std::string> sources;
  const bool named = context.line.Has("from");
  if (named) {
    PROVISION_ASSIGN_OR_RETURN(sources, NamedSources(context, folder));
  } else {
    PROVISION_ASSIGN_OR_RETURN(sources,
                               FindProjectSources(context.system, folder));
  }
  PROVISION_ASSIGN_OR_RETURN(
      parts[0].reading, ReadProjectSources(context.system, folder, sources));
  if (named || AsksForPackages(parts[0].reading) ||
      !parts[0].reading.faults.empty()) {
    return parts;
  }
  PROVISION_ASSIGN_OR_RETURN(const std::vector<std::string> folders,
                             FindProjectFolders(context.system, folder));
  for (const std::string& below : folders) {
    const std::string path = JoinPath(folder, below);
    PROVISION_ASSIGN_OR_RETURN(sources,
                               FindProjectSources(context.system, path));
    PROVISION_ASSIGN_OR_RETURN(
        ProjectReading reading,
        ReadProjectSources(context.system, path, sources));
    parts.push_back({below, std::move(reading)});
    InheritPython(parts[0], &parts.back());
  }
  return parts;
}

// Every fault of every part, its file named from DIR.
std::vector<Diagnostic> Faults(const std::vector<Part>& parts) {
  std::vector<Diagnostic> faults;
  for (const Part& part : parts) {
    for (Diagnostic fault : part.reading.faults) {
      if (!part.folder.empty()) {
        fault.mutable_place()->set_file(
            JoinPath(part.folder, fault.place().file()));
      }
      faults.push_back(std::move(fault));
    }
  }
  return faults;
}

std::string StepOf(const Part& part, const ProjectWish& wish) {
  return absl::StrCat(
      part.folder, part.folder.empty() ? "" : "/",
      wish.kind == ProjectWish::Kind::kPython ? "python" : "packages");
}

void AddFindings(const Part& part, const Project& project, bool is_plan,
                 InitAnswer* answer) {
  const auto place = [&part](const std::string& file) {
    return part.folder.empty() ? file : JoinPath(part.folder, file);
  };
  for (const ProjectFinding& finding : project.found) {
    InitAnswer::Finding* found = answer->add_found();
    found->set_file(place(finding.wish.file));
    if (finding.wish.line > 0) found->set_line(finding.wish.line);
    found->set_text(finding.wish.shown);
    if (finding.verdict == Verdict::kTaken) {
      found->set_verdict(InitAnswer::Finding::TAKEN);
      if (is_plan) found->set_step(StepOf(part, finding.wish));
    } else if (finding.verdict == Verdict::kAgrees) {
      found->set_verdict(InitAnswer::Finding::AGREES);
    } else {
      found->set_verdict(InitAnswer::Finding::DIFFERS);
      found->set_why(finding.why);
    }
  }
  for (const NotUnderstood& left : project.not_understood) {
    InitAnswer::NotUnderstood* shown = answer->add_not_understood();
    shown->set_file(place(left.file));
    if (left.line > 0) shown->set_line(left.line);
    shown->set_text(left.text);
    shown->set_what(left.what);
  }
}

struct Row {
  std::string place, text, last;
  Role role = Role::kPlain;
};

std::vector<Row> FoundRows(const InitAnswer& answer,
                           const TerminalStyle& style) {
  std::vector<Row> rows;
  for (const InitAnswer::Finding& found : answer.found()) {
    Row row;
    row.place = style.Text(absl::StrCat(
        found.file(), found.has_line() ? absl::StrCat(":", found.line()) : ""));
    row.text = style.Text(found.text());
    if (found.verdict() == InitAnswer::Finding::DIFFERS) {
      row.last = "! differs, not taken";
      row.role = Role::kAttention;
    } else if (found.has_step()) {
      row.last = absl::StrCat("step ", style.Text(found.step()));
    } else {
      row.last = found.verdict() == InitAnswer::Finding::AGREES
                     ? "agrees"
                     : "for those below";
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<Row> LeftRows(const InitAnswer& answer,
                          const TerminalStyle& style) {
  std::vector<Row> rows;
  for (const InitAnswer::NotUnderstood& left : answer.not_understood()) {
    rows.push_back({style.Text(absl::StrCat(
                        left.file(),
                        left.has_line() ? absl::StrCat(":", left.line()) : "")),
                    style.Text(left.text()), style.Text(left.what()),
                    Role::kPlain});
  }
  return rows;
}

std::string ReportText(const InitAnswer& answer, const TerminalStyle& style) {
  const std::vector<Row> found = FoundRows(answer, style);
  const std::vector<Row> left = LeftRows(answer, style);
  size_t place_width = kPlaceWidth, text_width = kTextWidth;
  for (const std::vector<Row>* rows : {&found, &left}) {
    for (const Row& row : *rows) {
      place_width = std::max(place_width, DisplayWidth(row.place) + 2);
      text_width = std::max(text_width, DisplayWidth(row.text) + 2);
    }
  }
  std::string text;
  const auto add = [&](absl::string_view title, const std::vector<Row>& rows) {
    if (!rows.empty()) absl::StrAppend(&text, title, "\n");
    for (const Row& row : rows) {
      absl::StrAppend(&text, "  ", PadRight(row.place, place_width),
                      PadRight(row.text, text_width),
                      style.Paint(row.role, row.last), "\n");
    }
  };
  add("found", found);
  add("not understood", left);
  return text;
}

absl::Status NothingFound(absl::string_view folder, const InitAnswer& answer) {
  DiagnosticError error(absl::StatusCode::kFailedPrecondition,
                        "project/nothing",
                        absl::StrCat(folder, ": no file says what it needs"));
  for (const InitAnswer::NotUnderstood& left : answer.not_understood()) {
    error.Found(absl::StrCat(left.file(), ":", left.line(), ": ", left.text(),
                             ", not understood"));
  }
  return error.Expected("requirements.txt, pyproject.toml and the like")
      .Next("provision help init");
}

}  // namespace

ExitCode RunInit(CommandContext& context) {
  const std::string named =
      context.line.arguments.empty() ? "" : context.line.arguments[0];
  const std::string folder = JoinPath(context.system.WorkingDirectory(), named);
  const std::string out = context.line.Has("out") ? context.line.Text("out")
                          : named.empty()         ? "plan.textproto"
                                          : JoinPath(named, "plan.textproto");
  const absl::StatusOr<std::vector<Part>> parts = ReadParts(context, folder);
  if (!parts.ok()) {
    return Refuse(context, ExitBeforeActions(parts.status()), parts.status());
  }
  const std::vector<Diagnostic> faults = Faults(*parts);
  if (!faults.empty()) return Refuse(context, ExitCode::kRefused, faults);

  InitAnswer answer;
  answer.set_schema("provision.init/1");
  const std::string plan_folder =
      ParentPath(JoinPath(context.system.WorkingDirectory(), out));
  std::vector<PlanPart> plan_parts;
  std::string name = BaseName(folder);
  for (const Part& part : *parts) {
    PlanPart made;
    made.folder = RelativeTo(JoinPath(folder, part.folder), plan_folder);
    if (made.folder == ".") made.folder.clear();
    made.project = DecideProject(part.reading);
    made.is_environment = parts->size() == 1 || !part.folder.empty();
    AddFindings(part, made.project, made.is_environment, &answer);
    if (part.folder.empty() && !made.project.name.empty()) {
      name = made.project.name;
    }
    plan_parts.push_back(std::move(made));
  }
  const WrittenPlan plan = WritePlan(name, plan_parts);
  if (plan.steps == 0) {
    return Refuse(context, ExitCode::kRefused,
                  NothingFound(named.empty() ? "." : named, answer));
  }
  if (const absl::Status written = WriteOutputFile(context, out, plan.text);
      !written.ok()) {
    return Refuse(context, ExitBeforeActions(written), written);
  }
  answer.set_plan(out);
  answer.set_steps(plan.steps);
  answer.add_next(absl::StrCat("provision plan ", out,
                               parts->size() > 1 ? " --all-environments" : ""));
  Answer(
      context, answer,
      absl::StrCat(ReportText(answer, context.style), "wrote ",
                   context.style.Text(out), ": ", CountText(plan.steps, "step"),
                   "\nnext: ", context.style.Text(answer.next(0)), "\n"));
  return ExitCode::kConverged;
}

}  // namespace provision
