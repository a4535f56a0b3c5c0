#include "core/project/lock_file.h"

#include <string>

#include "absl/algorithm/container.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/url_user_info.h"
#include "core/host/document.h"
#include "core/host/python_requirement.h"
#include "core/host/toml_document.h"
#include "core/project/uv_lock_closure.h"

namespace provision {
namespace {

void AddPython(const ProjectFile& file, const DocumentNode& root,
               ProjectReading* reading) {
  const DocumentNode* range = root.Find("requires-python");
  if (range == nullptr) return;
  ProjectWish wish;
  wish.file = file.name;
  wish.line = range->line;
  wish.shown = absl::StrCat("requires-python ", range->text);
  wish.python = range->text;
  reading->wishes.push_back(std::move(wish));
}

// Whether a package of a pylock.toml can be installed by its digests alone.
bool HasLockedWheels(const DocumentNode& package) {
  const DocumentNode* wheels = package.Find("wheels");
  if (wheels == nullptr || wheels->items.empty()) return false;
  return absl::c_all_of(wheels->items, [](const DocumentNode& wheel) {
    const DocumentNode* hashes = wheel.Find("hashes");
    const std::string url = wheel.TextOf("url");
    return hashes != nullptr && !hashes->TextOf("sha256").empty() &&
           (!url.empty() || !wheel.TextOf("path").empty()) &&
           !HasUrlSecret(url);
  });
}

// What was collected of a lock, for the plan.
class LockWish {
 public:
  LockWish(const ProjectFile& file, ProjectReading* reading)
      : file_(file.name), reading_(reading) {
    wish_.kind = ProjectWish::Kind::kPackages;
    wish_.file = file.name;
  }

  void Add(const DocumentNode& package, const std::string& requirement) {
    const absl::StatusOr<PythonRequirement> parsed =
        ParsePythonRequirement(requirement);
    if (!parsed.ok()) return Leave(package, requirement, "markers");
    wish_.requirements.push_back(parsed->ToString());
    if (package.Find("wheels") != nullptr || package.Find("sdist") != nullptr) {
      has_hashes_ = true;
    }
    all_locked_ &= HasLockedWheels(package);
  }

  void Leave(const DocumentNode& package, const std::string& text,
             const std::string& what) {
    all_locked_ = false;
    reading_->not_understood.push_back({file_, package.line, text, what});
  }

  // `can_be_named`: the plan may point at a file of this kind.
  void Finish(bool can_be_named) {
    wish_.shown = RequirementCountText(wish_.requirements);
    wish_.is_locked =
        can_be_named && all_locked_ && !wish_.requirements.empty();
    if (wish_.is_locked) wish_.shown += ", with digests";
    reading_->wishes.push_back(wish_);
    if (has_hashes_ && !wish_.is_locked) {
      reading_->not_understood.push_back(
          {file_, 0, "digests of files", "hashes: versions are pinned alone"});
    }
  }

 private:
  const std::string file_;
  ProjectReading* const reading_;
  ProjectWish wish_;
  bool has_hashes_ = false;
  bool all_locked_ = true;
};

std::string WithMarker(const std::string& requirement,
                       const std::string& marker) {
  return marker.empty() ? requirement
                        : absl::StrCat(requirement, " ; ", marker);
}

}  // namespace

void ReadPylock(const ProjectFile& file, ProjectReading* reading) {
  const absl::StatusOr<DocumentNode> root = ParseToml(file.name, file.content);
  if (!root.ok()) {
    reading->faults.push_back(DiagnosticFromStatus(root.status()));
    return;
  }
  AddPython(file, *root, reading);
  LockWish wish(file, reading);
  if (const DocumentNode* packages = root->Find("packages")) {
    for (const DocumentNode& package : packages->items) {
      const std::string name = package.TextOf("name");
      const std::string version = package.TextOf("version");
      std::string requirement;
      if (const DocumentNode* vcs = package.Find("vcs")) {
        requirement =
            absl::StrCat(name, " @ ", vcs->TextOf("type"), "+",
                         vcs->TextOf("url"), "@", vcs->TextOf("commit-id"));
      } else if (const DocumentNode* archive = package.Find("archive");
                 archive != nullptr && archive->Find("url") != nullptr) {
        requirement = absl::StrCat(name, " @ ", archive->TextOf("url"));
      } else if (version.empty() || package.Find("directory") != nullptr) {
        wish.Leave(package, name, "local packages");
        continue;
      } else {
        requirement = absl::StrCat(name, "==", version);
      }
      const std::string marker = package.TextOf("marker");
      // PEP 751's own variables: what nobody asked for by name is not wanted.
      if (absl::StrContains(marker, "extras") ||
          absl::StrContains(marker, "dependency_groups")) {
        wish.Leave(package, WithMarker(requirement, marker),
                   "extras and groups");
        continue;
      }
      wish.Add(package, WithMarker(requirement, marker));
    }
  }
  wish.Finish(/*can_be_named=*/true);
}

void ReadUvLock(const ProjectFile& file, ProjectReading* reading) {
  const absl::StatusOr<DocumentNode> root = ParseToml(file.name, file.content);
  if (!root.ok()) {
    reading->faults.push_back(DiagnosticFromStatus(root.status()));
    return;
  }
  AddPython(file, *root, reading);
  LockWish wish(file, reading);
  for (const UvLockedPackage& locked : UvLockClosure(*root)) {
    const DocumentNode& package = *locked.package;
    const std::string name = package.TextOf("name");
    const DocumentNode* source = package.Find("source");
    std::string requirement;
    if (source == nullptr || source->Find("registry") != nullptr) {
      requirement = absl::StrCat(name, "==", package.TextOf("version"));
    } else if (const std::string git = source->TextOf("git"); !git.empty()) {
      // "https://host/a/b?rev=main#COMMIT".
      requirement =
          absl::StrCat(name, " @ git+", git.substr(0, git.find_first_of("?#")),
                       "@", git.substr(git.find('#') + 1));
    } else if (source->Find("url") != nullptr) {
      requirement = absl::StrCat(name, " @ ", source->TextOf("url"));
    } else {
      wish.Leave(package, name, "local packages");
      continue;
    }
    wish.Add(package, WithMarker(requirement, locked.marker));
  }
  wish.Finish(/*can_be_named=*/false);
}

}  // namespace provision
