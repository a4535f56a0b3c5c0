#include "core/project/tool_file.h"

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/diagnostic.h"
#include "core/host/document.h"
#include "core/host/toml_document.h"
#include "core/project/python_request.h"
#include "core/project/yaml_document.h"

namespace provision {
namespace {

// What a tool's entry asks for: text, a list of texts, or a table.
std::vector<const DocumentNode*> VersionsOf(const DocumentNode& entry) {
  std::vector<const DocumentNode*> versions;
  if (entry.kind == DocumentNode::Kind::kScalar) {
    versions.push_back(&entry);
  } else if (const DocumentNode* version = entry.Find("version")) {
    versions.push_back(version);
  }
  for (const DocumentNode& item : entry.items) {
    for (const DocumentNode* version : VersionsOf(item)) {
      versions.push_back(version);
    }
  }
  return versions;
}

void ReadMiseTool(const std::string& file, const DocumentNode::Field& tool,
                  ProjectReading* reading) {
  bool taken = false;
  for (const DocumentNode* version : VersionsOf(tool.second)) {
    const std::string text =
        absl::StrCat(tool.first, " = \"", version->text, "\"");
    const std::string python = NormalPythonRequest(version->text);
    if (tool.first == "python" && !python.empty() && !taken) {
      ProjectWish wish;
      wish.file = file;
      wish.line = tool.second.line;
      wish.shown = text;
      wish.python = python;
      reading->wishes.push_back(std::move(wish));
      taken = true;
    } else {
      reading->not_understood.push_back(
          {file, tool.second.line, text,
           tool.first == "python" ? "versions of python" : "tools"});
    }
  }
}

}  // namespace

void ReadPythonVersionFile(const ProjectFile& file, ProjectReading* reading) {
  const std::vector<std::string> lines = absl::StrSplit(file.content, '\n');
  bool taken = false;
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string text(absl::StripAsciiWhitespace(lines[i]));
    if (text.empty() || text[0] == '#') continue;
    const int line = static_cast<int>(i) + 1;
    const std::string python = NormalPythonRequest(text);
    if (taken || python.empty()) {
      reading->not_understood.push_back(
          {file.name, line, text,
           taken ? "a further version" : "no version of python"});
      continue;
    }
    ProjectWish wish;
    wish.file = file.name;
    wish.line = line;
    wish.shown = text;
    wish.python = python;
    wish.by_file = python == text;
    reading->wishes.push_back(std::move(wish));
    taken = true;
  }
}

void ReadMise(const ProjectFile& file, ProjectReading* reading) {
  const absl::StatusOr<DocumentNode> root = ParseToml(file.name, file.content);
  if (!root.ok()) {
    reading->faults.push_back(DiagnosticFromStatus(root.status()));
    return;
  }
  for (const DocumentNode::Field& table : root->fields) {
    if (table.first == "tools") {
      for (const DocumentNode::Field& tool : table.second.fields) {
        ReadMiseTool(file.name, tool, reading);
      }
    } else if (table.first == "tasks") {
      for (const DocumentNode::Field& task : table.second.fields) {
        reading->not_understood.push_back(
            {file.name, task.second.line,
             absl::StrCat("[tasks.", task.first, "]"), "tasks"});
      }
    } else if (table.second.kind != DocumentNode::Kind::kScalar) {
      reading->not_understood.push_back(
          {file.name, table.second.line, absl::StrCat("[", table.first, "]"),
           table.first == "env" ? "environment variables" : "mise's settings"});
    }
  }
}

void ReadPackageJson(const ProjectFile& file, ProjectReading* reading) {
  const absl::StatusOr<DocumentNode> root = ParseYaml(file.name, file.content);
  if (!root.ok()) {
    const Diagnostic fault = DiagnosticFromStatus(root.status());
    reading->not_understood.push_back(
        {file.name, fault.place().line(), fault.message(), "no JSON"});
    return;
  }
  if (const DocumentNode* engines = root->Find("engines")) {
    for (const DocumentNode::Field& engine : engines->fields) {
      reading->not_understood.push_back(
          {file.name, engine.second.line,
           absl::StrCat(engine.first, " ", engine.second.text), "engines"});
    }
  }
  for (const char* name : {"dependencies", "devDependencies"}) {
    const DocumentNode* packages = root->Find(name);
    if (packages == nullptr || packages->fields.empty()) continue;
    reading->not_understood.push_back(
        {file.name, packages->line,
         absl::StrCat(packages->fields.size(), " ", name), "npm packages"});
  }
}

}  // namespace provision
