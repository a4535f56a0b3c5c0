#include "core/project/project_folder.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.pb.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/host/requirements_file.h"
#include "core/project/dockerfile.h"
#include "core/project/lock_file.h"
#include "core/project/python_project_file.h"
#include "core/project/requirement_reading.h"
#include "core/project/tool_file.h"

namespace provision {
namespace {

constexpr size_t kMostBytes = 16 << 20;  // a lock may be long
constexpr int kDeepest = 2;

using Reader = void (*)(const ProjectFile&, ProjectReading*);

// A kind of source, in the order in which they win; requirement files have no
// reader here, for they include others.
struct SourceKind {
  absl::string_view name;
  Reader reader;
  bool of_python;
};
constexpr SourceKind kKinds[] = {
    {".python-version", ReadPythonVersionFile, false},
    {"pylock.toml", ReadPylock, true},
    {"uv.lock", ReadUvLock, true},
    {"requirements*.txt", nullptr, true},
    {"pyproject.toml", ReadPyproject, true},
    {"environment.yml", ReadCondaEnvironment, true},
    {"environment.yaml", ReadCondaEnvironment, true},
    {"mise.toml", ReadMise, false},
    {"package.json", ReadPackageJson, false},
    {"Dockerfile", ReadDockerfile, false},
};

// Folders that hold what tools made.
constexpr absl::string_view kSkippedFolders[] = {
    "node_modules", "venv",          "env",        "build",
    "dist",         "site-packages", "__pycache__"};

const SourceKind* KindOf(absl::string_view name) {
  for (const SourceKind& kind : kKinds) {
    if (kind.name == name) return &kind;
    if (kind.reader == nullptr &&
        (absl::EndsWith(name, ".txt") || absl::EndsWith(name, ".in"))) {
      return &kind;
    }
  }
  return nullptr;
}

// `requirements.txt` before `requirements-dev.txt`, and both before others.
std::pair<const SourceKind*, std::pair<size_t, std::string>> Rank(
    const std::string& source) {
  const std::string name = BaseName(absl::StrCat("/", source));
  return {KindOf(name), {name.size(), source}};
}

class FolderReader {
 public:
  FolderReader(System& system, const std::string& folder)
      : system_(system), folder_(folder) {}

  absl::Status Read(const std::string& source) {
    const SourceKind& kind = *KindOf(BaseName(absl::StrCat("/", source)));
    if (kind.reader == nullptr) return ReadRequirements(source);
    PROVISION_ASSIGN_OR_RETURN(
        const std::string content,
        system_.ReadFile(JoinPath(folder_, source), kMostBytes));
    kind.reader({source, content}, &reading_);
    return absl::OkStatus();
  }

  ProjectReading& reading() { return reading_; }

 private:
  absl::Status ReadRequirements(const std::string& source) {
    const std::string path = JoinPath(folder_, source);
    // One that another includes is part of that one.
    if (included_.count(path) > 0) return absl::OkStatus();
    PROVISION_ASSIGN_OR_RETURN(RequirementSet set,
                               ReadRequirementsOf(system_, path));
    for (const RequirementFile& file : set.files) included_.insert(file.path);
    NameFilesFrom(folder_, &set);
    for (Diagnostic& diagnostic : set.diagnostics) {
      if (diagnostic.severity() == Diagnostic::ERROR) {
        if (diagnostic.next().empty()) {
          diagnostic.add_next(absl::StrCat("provision inspect requirements ",
                                           diagnostic.place().file()));
        }
        reading_.faults.push_back(std::move(diagnostic));
      } else {
        reading_.not_understood.push_back(
            {diagnostic.place().file(), diagnostic.place().line(),
             diagnostic.message(), "requirement files"});
      }
    }
    ProjectWish wish;
    wish.kind = ProjectWish::Kind::kPackages;
    wish.file = source;
    wish.by_file = true;
    for (const RequirementEntry& entry : set.requirements) {
      wish.requirements.push_back(entry.text);
    }
    wish.shown = RequirementCountText(wish.requirements);
    reading_.wishes.push_back(std::move(wish));
    return absl::OkStatus();
  }

  System& system_;
  const std::string folder_;
  ProjectReading reading_;
  std::set<std::string> included_;
};

absl::Status AddFolders(System& system, const std::string& base,
                        const std::string& folder, int depth,
                        std::vector<std::string>* found) {
  const auto entries = system.ListDirectory(folder);
  // A folder that we may not look into has nothing for us.
  if (absl::IsPermissionDenied(entries.status())) return absl::OkStatus();
  PROVISION_RETURN_IF_ERROR(entries.status());
  bool has_source = false;
  for (const DirectoryEntry& entry : *entries) {
    if (entry.type == FileType::kDirectory) {
      if (depth < kDeepest && entry.name[0] != '.' &&
          !absl::c_linear_search(kSkippedFolders, entry.name)) {
        PROVISION_RETURN_IF_ERROR(AddFolders(
            system, base, JoinPath(folder, entry.name), depth + 1, found));
      }
    } else if (IsProjectSource(entry.name) && KindOf(entry.name)->of_python) {
      has_source = true;
    }
  }
  if (has_source && depth > 0) found->push_back(RelativeTo(folder, base));
  return absl::OkStatus();
}

}  // namespace

bool IsProjectSource(absl::string_view name) {
  const SourceKind* kind = KindOf(name);
  return kind != nullptr &&
         (kind->reader != nullptr || (absl::StartsWith(name, "requirements") &&
                                      absl::EndsWith(name, ".txt")));
}

absl::StatusOr<std::vector<std::string>> FindProjectSources(
    System& system, const std::string& folder) {
  PROVISION_ASSIGN_OR_RETURN(const std::vector<DirectoryEntry> entries,
                             system.ListDirectory(folder));
  std::vector<std::string> sources;
  for (const DirectoryEntry& entry : entries) {
    if (entry.type != FileType::kDirectory && IsProjectSource(entry.name)) {
      sources.push_back(entry.name);
    }
  }
  return sources;
}

absl::StatusOr<std::vector<std::string>> FindProjectFolders(
    System& system, const std::string& folder) {
  std::vector<std::string> found;
  PROVISION_RETURN_IF_ERROR(AddFolders(system, folder, folder, 0, &found));
  std::sort(found.begin(), found.end());
  return found;
}

absl::StatusOr<ProjectReading> ReadProjectSources(
    System& system, const std::string& folder,
    const std::vector<std::string>& sources) {
  std::vector<std::string> ordered = sources;
  std::sort(ordered.begin(), ordered.end(),
            [](const std::string& a, const std::string& b) {
              return Rank(a) < Rank(b);
            });
  FolderReader reader(system, folder);
  for (const std::string& source : ordered) {
    PROVISION_RETURN_IF_ERROR(reader.Read(source));
  }
  return std::move(reader.reading());
}

}  // namespace provision
