#ifndef PROVISION_CORE_PROJECT_PROJECT_H_
#define PROVISION_CORE_PROJECT_PROJECT_H_

// What a project's files ask for, decided: of each value the first source wins,
// and the others agree with it or differ.

#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "core/project/project_reading.h"

namespace provision {

struct ProjectFinding {
  enum class Verdict { kTaken, kAgrees, kDiffers };
  ProjectWish wish;
  Verdict verdict = Verdict::kTaken;
  std::string why;  // where it differs: "flask is not asked for there"
};

struct Project {
  std::string name;  // as a file calls it, or empty
  std::vector<ProjectFinding> found;
  std::vector<NotUnderstood> not_understood;

  // What was taken; nullptr if no file says it.
  const ProjectWish* Taken(ProjectWish::Kind kind) const;
};

// `reading` has no faults, and its wishes in the order of their sources.
Project DecideProject(const ProjectReading& reading);

}  // namespace provision

#endif  // PROVISION_CORE_PROJECT_PROJECT_H_
