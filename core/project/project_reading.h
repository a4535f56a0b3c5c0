#ifndef PROVISION_CORE_PROJECT_PROJECT_READING_H_
#define PROVISION_CORE_PROJECT_PROJECT_READING_H_

// What the files of a project say, before anything is decided: each reader of a
// kind of file adds to one ProjectReading.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/base/diagnostic.pb.h"

namespace provision {

// A file of the project. `name` is how messages call it, relative to the
// project's folder.
struct ProjectFile {
  std::string name;
  std::string content;
};

// One value that a file gives.
struct ProjectWish {
  enum class Kind { kPython, kPackages };
  Kind kind = Kind::kPython;
  std::string file;
  int line = 0;       // 0: the whole file
  std::string shown;  // as the file says it: "FROM python:3.12-slim"
  // kPython: a version, or a range, as a plan's `version` takes it.
  std::string python;
  // Whether the plan may name the file itself, so that it follows its changes.
  bool by_file = false;
  // kPackages: requirements, normalised, for the plan and for comparing.
  std::vector<std::string> requirements;
  // Whether every package has files with digests, so that the plan may name the
  // folder of the file, which is then installed from as from a lock.
  bool is_locked = false;
};

// What a plan cannot say, or we do not read.
struct NotUnderstood {
  std::string file;
  int line = 0;
  std::string text;  // "channel acme-internal"
  std::string what;  // "conda channels"
};

struct ProjectReading {
  std::string name;  // of the project, if a file tells
  std::vector<ProjectWish> wishes;
  std::vector<NotUnderstood> not_understood;
  // Files that cannot be read as what they are; any of them refuses the whole.
  std::vector<Diagnostic> faults;

  void Fault(absl::string_view file, int line, int column,
             absl::string_view message);
};

// "2 requirements, both pinned".
std::string RequirementCountText(const std::vector<std::string>& requirements);

// Adds a wish for packages made of texts as PEP 508 writes them. What is none
// is a fault at `lines`, which has the line of each.
void AddRequirements(const std::string& file, int line, absl::string_view shown,
                     const std::vector<std::string>& requirements,
                     const std::vector<int>& lines, ProjectReading* reading);

}  // namespace provision

#endif  // PROVISION_CORE_PROJECT_PROJECT_READING_H_
