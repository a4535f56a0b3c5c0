#include "core/project/project_reading.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/host/python_requirement.h"

namespace provision {
namespace {

// `==1.2` or `===1.2`, without a wildcard, or a URL.
bool IsPinned(const std::string& requirement) {
  const absl::StatusOr<PythonRequirement> parsed =
      ParsePythonRequirement(requirement);
  if (!parsed.ok()) return false;
  if (!parsed->url.empty()) return true;
  const std::string specifier = parsed->specifier.ToString();
  return specifier.substr(0, 2) == "==" &&
         specifier.find_first_of(",*") == std::string::npos;
}

}  // namespace

void ProjectReading::Fault(absl::string_view file, int line, int column,
                           absl::string_view message) {
  faults.push_back(DiagnosticError(absl::StatusCode::kInvalidArgument,
                                   "project/value", message)
                       .Place(file, line, column)
                       .diagnostic());
}

std::string RequirementCountText(const std::vector<std::string>& requirements) {
  const size_t count = requirements.size();
  size_t pinned = 0;
  for (const std::string& requirement : requirements) {
    if (IsPinned(requirement)) ++pinned;
  }
  std::string how = absl::StrCat(pinned, " pinned");
  if (pinned == 0) how = count == 1 ? "not pinned" : "none pinned";
  if (pinned == count) {
    how = count == 1 ? "pinned" : count == 2 ? "both pinned" : "all pinned";
  }
  if (count == 0) return "no requirements";
  return absl::StrCat(count, count == 1 ? " requirement, " : " requirements, ",
                      how);
}

void AddRequirements(const std::string& file, int line, absl::string_view shown,
                     const std::vector<std::string>& requirements,
                     const std::vector<int>& lines, ProjectReading* reading) {
  ProjectWish wish;
  wish.kind = ProjectWish::Kind::kPackages;
  wish.file = file;
  wish.line = line;
  for (size_t i = 0; i < requirements.size(); ++i) {
    const absl::StatusOr<PythonRequirement> parsed =
        ParsePythonRequirement(requirements[i]);
    if (parsed.ok()) {
      wish.requirements.push_back(parsed->ToString());
    } else {
      reading->Fault(
          file, lines[i], 0,
          absl::StrCat("\"", requirements[i],
                       "\" is no requirement: ", parsed.status().message()));
    }
  }
  wish.shown = absl::StrCat(shown, shown.empty() ? "" : " ",
                            RequirementCountText(wish.requirements));
  reading->wishes.push_back(std::move(wish));
}

}  // namespace provision
