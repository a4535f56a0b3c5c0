#include "core/project/python_project_file.h"

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/diagnostic.h"
#include "core/host/document.h"
#include "core/host/toml_document.h"
#include "core/project/python_request.h"
#include "core/project/yaml_document.h"

namespace provision {
namespace {

// Tables of pyproject.toml that say more of the environment than we read.
constexpr struct {
  const char* tool;
  const char* table;  // nullptr: the tool's own
  const char* what;
} kForeignTables[] = {
    {"poetry", "dependencies", "poetry's dependencies"},
    {"poetry", "group", "poetry's groups"},
    {"uv", "sources", "uv's sources"},
    {"uv", "index", "uv's indexes"},
    {"uv", "workspace", "uv's workspace"},
    {"uv", "constraint-dependencies", "uv's constraints"},
    {"uv", "override-dependencies", "uv's overrides"},
    {"pdm", nullptr, "pdm's settings"},
    {"pixi", nullptr, "pixi's settings"},
    {"conda-lock", nullptr, "conda's settings"},
};

void ReadProjectTable(const std::string& file, const DocumentNode& project,
                      ProjectReading* reading) {
  reading->name = project.TextOf("name");
  if (const DocumentNode* python = project.Find("requires-python")) {
    ProjectWish wish;
    wish.file = file;
    wish.line = python->line;
    wish.shown = absl::StrCat("requires-python ", python->text);
    wish.python = python->text;
    reading->wishes.push_back(std::move(wish));
  }
  if (const DocumentNode* list = project.Find("dependencies")) {
    std::vector<std::string> requirements;
    std::vector<int> lines;
    for (const DocumentNode& item : list->items) {
      requirements.push_back(item.text);
      lines.push_back(item.line);
    }
    AddRequirements(file, list->line, "", requirements, lines, reading);
  }
  if (const DocumentNode* dynamic = project.Find("dynamic")) {
    for (const DocumentNode& item : dynamic->items) {
      if (item.text == "dependencies" || item.text == "requires-python") {
        reading->not_understood.push_back({file, item.line,
                                           absl::StrCat("dynamic ", item.text),
                                           "known to the build alone"});
      }
    }
  }
  if (const DocumentNode* extras = project.Find("optional-dependencies")) {
    for (const DocumentNode::Field& extra : extras->fields) {
      reading->not_understood.push_back({file, extra.second.line,
                                         absl::StrCat("extra ", extra.first),
                                         "optional dependencies"});
    }
  }
}

// "python=3.11.7=h955ad1f_0" and the like, without "python".
std::string RequestOfConda(absl::string_view spec) {
  spec = absl::StripAsciiWhitespace(spec);
  if (spec.empty() || absl::StartsWithIgnoreCase(spec, "=") ||
      absl::ascii_isdigit(spec[0])) {
    while (absl::ConsumePrefix(&spec, "=")) {
    }
    spec = spec.substr(0, spec.find('='));
    absl::ConsumeSuffix(&spec, ".*");
    absl::ConsumeSuffix(&spec, "*");
  }
  return NormalPythonRequest(absl::StripAsciiWhitespace(spec));
}

void ReadPipList(const std::string& file, const DocumentNode& list,
                 ProjectReading* reading) {
  std::vector<std::string> requirements;
  std::vector<int> lines;
  for (const DocumentNode& item : list.items) {
    if (absl::StartsWith(item.text, "-") || absl::StartsWith(item.text, ".")) {
      reading->not_understood.push_back(
          {file, item.line, absl::StrCat("pip ", item.text), "pip's options"});
      continue;
    }
    requirements.push_back(item.text);
    lines.push_back(item.line);
  }
  AddRequirements(file, list.line, "pip:", requirements, lines, reading);
}

void ReadCondaPackage(const std::string& file, const DocumentNode& item,
                      ProjectReading* reading) {
  absl::string_view spec = absl::StripAsciiWhitespace(item.text);
  const size_t end = spec.find_first_of("=<>!~ ");
  const absl::string_view name = spec.substr(0, end);
  if (name == "pip") return;  // our environments need none
  if (name == "python") {
    if (end == absl::string_view::npos) return;  // any will do
    const std::string python = RequestOfConda(spec.substr(end));
    if (!python.empty()) {
      ProjectWish wish;
      wish.file = file;
      wish.line = item.line;
      wish.shown = std::string(spec);
      wish.python = python;
      reading->wishes.push_back(std::move(wish));
      return;
    }
  }
  reading->not_understood.push_back(
      {file, item.line, std::string(spec), "conda packages"});
}

}  // namespace

void ReadPyproject(const ProjectFile& file, ProjectReading* reading) {
  const absl::StatusOr<DocumentNode> root = ParseToml(file.name, file.content);
  if (!root.ok()) {
    reading->faults.push_back(DiagnosticFromStatus(root.status()));
    return;
  }
  if (const DocumentNode* project = root->Find("project")) {
    ReadProjectTable(file.name, *project, reading);
  }
  if (const DocumentNode* groups = root->Find("dependency-groups")) {
    for (const DocumentNode::Field& group : groups->fields) {
      reading->not_understood.push_back({file.name, group.second.line,
                                         absl::StrCat("group ", group.first),
                                         "dependency groups"});
    }
  }
  for (const auto& foreign : kForeignTables) {
    const DocumentNode* tool = root->Find("tool", foreign.tool);
    if (tool != nullptr && foreign.table != nullptr) {
      tool = tool->Find(foreign.table);
    }
    if (tool == nullptr) continue;
    reading->not_understood.push_back(
        {file.name, tool->line,
         absl::StrCat("[tool.", foreign.tool,
                      foreign.table == nullptr ? "" : ".",
                      foreign.table == nullptr ? "" : foreign.table, "]"),
         foreign.what});
  }
}

void ReadCondaEnvironment(const ProjectFile& file, ProjectReading* reading) {
  const absl::StatusOr<DocumentNode> root = ParseYaml(file.name, file.content);
  if (!root.ok()) {
    reading->faults.push_back(DiagnosticFromStatus(root.status()));
    return;
  }
  if (reading->name.empty()) reading->name = root->TextOf("name");
  if (const DocumentNode* channels = root->Find("channels")) {
    for (const DocumentNode& item : channels->items) {
      reading->not_understood.push_back({file.name, item.line,
                                         absl::StrCat("channel ", item.text),
                                         "conda channels"});
    }
  }
  if (const DocumentNode* variables = root->Find("variables")) {
    reading->not_understood.push_back(
        {file.name, variables->line, "variables", "environment variables"});
  }
  const DocumentNode* dependencies = root->Find("dependencies");
  if (dependencies == nullptr) return;
  for (const DocumentNode& item : dependencies->items) {
    const DocumentNode* pip = item.Find("pip");
    if (pip != nullptr) {
      ReadPipList(file.name, *pip, reading);
    } else if (item.kind == DocumentNode::Kind::kScalar) {
      ReadCondaPackage(file.name, item, reading);
    }
  }
}

}  // namespace provision
