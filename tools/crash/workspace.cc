#include "tools/crash/workspace.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "bundles/testing/tar_builder.h"
#include "core/base/crypto.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr char kPlanFile[] = "plan.textproto";

absl::Status Write(const std::string& path, absl::string_view content,
                   fs::perms mode = fs::perms::owner_read |
                                    fs::perms::owner_write |
                                    fs::perms::group_read |
                                    fs::perms::others_read) {
  std::ofstream file(path, std::ios::binary);
  file << content;
  file.close();
  std::error_code error;
  fs::permissions(path, mode, error);
  if (!file || error) {
    return absl::InternalError(absl::StrCat("cannot write ", path));
  }
  return absl::OkStatus();
}

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

std::string ToolArchive() {
  return TarBuilder()
      .Add({.name = "bin/run", .data = "#!/bin/sh\n", .mode = "0000755"})
      .Add({.name = "bin/data", .data = std::string(3000, 'd')})
      .Add({.name = "readme", .data = "read me\n"})
      .Finish();
}

}  // namespace

Workspace::Workspace(absl::string_view folder, TestPrograms programs)
    : folder_(folder), programs_(std::move(programs)) {}

std::string Workspace::Path(absl::string_view name) const {
  return absl::StrCat(folder_, "/", name);
}

absl::Status Workspace::Prepare(const ReferencePlan& plan) {
  std::error_code error;
  fs::remove_all(folder_, error);
  for (const char* folder : {"home", "input", "tree/full/below", "tree/kept"}) {
    fs::create_directories(Path(folder), error);
    if (error) {
      return absl::InternalError(absl::StrCat("cannot make ", Path(folder)));
    }
  }
  const std::string archive = ToolArchive();
  PROVISION_ASSIGN_OR_RETURN(const std::string text,
                             FillIn(plan.text, {{"TREE", tree()},
                                                {"INPUT", Path("input")},
                                                {"LEDGER", Path("ledger")},
                                                {"CHILD", programs_.child},
                                                {"TOOL", Sha256Hex(archive)}}));
  constexpr fs::perms kPrivate = fs::perms::owner_read | fs::perms::owner_write;
  const struct {
    const char* path;
    absl::string_view content;
    bool is_private = false;
  } kFiles[] = {{"input/tool.tar", archive},
                {"input/notes", "of no digest\n"},
                {"input/secret", "hush\n", true},
                {"tree/old", "as it was", true},
                {"tree/gone", "to be removed"},
                {"tree/settings", "first line\n"},
                {"tree/full/a", "A"},
                {"tree/full/below/b", "B"},
                {"tree/kept/k", "K"}};
  for (const auto& file : kFiles) {
    PROVISION_RETURN_IF_ERROR(
        file.is_private ? Write(Path(file.path), file.content, kPrivate)
                        : Write(Path(file.path), file.content));
  }
  return Write(absl::StrCat(tree(), "/", kPlanFile), text);
}

absl::StatusOr<TraceResult> Workspace::Run(
    const ReferencePlan::Command& command, const WorkspaceRun& options) {
  std::vector<std::string> argv = {programs_.provision};
  if (options.trust_journal) argv.push_back("--trust-journal");
  for (const std::string& word : command) {
    if (word == "PLAN") {
      argv.push_back(absl::StrCat(tree(), "/", kPlanFile));
    } else if (word == "SAVED") {
      argv.push_back(Path("saved.plan"));
    } else {
      argv.push_back(word);
    }
  }
  std::vector<std::string> environment = {
      "LANG=C.UTF-8",
      "PATH=/usr/bin:/bin",
      absl::StrCat("HOME=", Path("home")),
      absl::StrCat("PROVISION_STATE_DIR=", state()),
      absl::StrCat("PROVISION_STORE=", store()),
      "PROVISION_JOBS=1",
      "PROVISION_NO_INPUT=true"};
  environment.insert(environment.end(), options.variables.begin(),
                     options.variables.end());
  return Trace({.argv = std::move(argv),
                .environment = std::move(environment),
                .directory = folder_,
                .output = Path("output"),
                .fault = options.fault,
                .keep_trace = options.keep_trace});
}

TreeSnapshot Workspace::Tree() const {
  TreeSnapshot snapshot;
  for (auto& [path, description] : SnapshotTree(tree())) {
    if (path == kPlanFile) continue;
    // What was moved aside has a random name; two of them stay two.
    std::string name = WithoutRandomParts(path);
    while (snapshot.count(name) > 0) name += '*';
    snapshot[std::move(name)] = std::move(description);
  }
  return snapshot;
}

std::map<std::string, int> Workspace::Ledger() const {
  std::map<std::string, int> counts;
  std::vector<std::string> lines = absl::StrSplit(Read(Path("ledger")), '\n');
  lines.pop_back();  // behind the last newline: nothing, or a torn line
  for (const std::string& line : lines) {
    if (!line.empty()) ++counts[line];
  }
  return counts;
}

std::string Workspace::Output() const { return Read(Path("output")); }

}  // namespace provision
