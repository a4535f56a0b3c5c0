#include "core/project/project.h"

#include <map>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/host/python_name.h"
#include "core/host/python_requirement.h"
#include "core/project/python_request.h"

namespace provision {
namespace {

// Why `other` does not fit what was taken of the same name; empty: it does.
std::string RequirementDiffers(const PythonRequirement& taken,
                               const PythonRequirement& other) {
  const std::string here = taken.specifier.ToString();
  const std::string there = other.specifier.ToString();
  if (here == there && taken.url == other.url) return "";
  absl::string_view pin = here;
  if (absl::ConsumePrefix(&pin, "==") && !absl::StrContains(pin, ",") &&
      !absl::StrContains(pin, "*")) {
    if (other.url.empty() && other.specifier.Contains(pin)) return "";
    return absl::StrCat(other.name, " ", pin, " is not ",
                        other.url.empty() ? there : other.url);
  }
  // Whoever asks for any version agrees with every bound.
  if (there.empty() && other.url.empty()) return "";
  return absl::StrCat(other.name, other.url.empty() ? there : other.url,
                      " here");
}

std::string PackagesDiffer(const ProjectWish& taken, const ProjectWish& other) {
  std::map<std::string, PythonRequirement> known;
  for (const std::string& text : taken.requirements) {
    absl::StatusOr<PythonRequirement> parsed = ParsePythonRequirement(text);
    if (parsed.ok()) {
      known.emplace(NormalizePythonName(parsed->name), *std::move(parsed));
    }
  }
  for (const std::string& text : other.requirements) {
    const absl::StatusOr<PythonRequirement> parsed =
        ParsePythonRequirement(text);
    if (!parsed.ok()) return absl::StrCat(text, " is not asked for there");
    const auto found = known.find(NormalizePythonName(parsed->name));
    if (found == known.end()) {
      return absl::StrCat(parsed->name, " is not asked for there");
    }
    const std::string why = RequirementDiffers(found->second, *parsed);
    if (!why.empty()) return why;
  }
  return "";
}

std::string Differs(const ProjectWish& taken, const ProjectWish& other) {
  if (taken.kind == ProjectWish::Kind::kPackages) {
    return PackagesDiffer(taken, other);
  }
  if (PythonRequestsAgree(taken.python, other.python)) return "";
  return absl::StrCat("no Python is both ", taken.python, " and ",
                      other.python);
}

}  // namespace

const ProjectWish* Project::Taken(ProjectWish::Kind kind) const {
  for (const ProjectFinding& finding : found) {
    if (finding.wish.kind == kind &&
        finding.verdict == ProjectFinding::Verdict::kTaken) {
      return &finding.wish;
    }
  }
  return nullptr;
}

Project DecideProject(const ProjectReading& reading) {
  using Verdict = ProjectFinding::Verdict;
  Project project;
  project.name = reading.name;
  project.not_understood = reading.not_understood;
  for (const ProjectWish& wish : reading.wishes) {
    ProjectFinding finding;
    finding.wish = wish;
    if (const ProjectWish* taken = project.Taken(wish.kind)) {
      finding.why = Differs(*taken, wish);
      finding.verdict =
          finding.why.empty() ? Verdict::kAgrees : Verdict::kDiffers;
    }
    project.found.push_back(std::move(finding));
  }
  return project;
}

}  // namespace provision
