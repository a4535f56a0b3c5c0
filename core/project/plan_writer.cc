#include "core/project/plan_writer.h"

#include <cstddef>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/base/path.h"

namespace provision {
namespace {

constexpr size_t kLongestName = 64;

// [a-z0-9][a-z0-9_.-]*
std::string PlanName(absl::string_view name) {
  std::string made;
  for (char c : name) {
    c = absl::ascii_tolower(c);
    const bool plain = absl::ascii_isalnum(c) || c == '_' || c == '.';
    if (made.empty() && !absl::ascii_isalnum(c)) continue;
    made.push_back(plain ? c : '-');
    if (made.size() == kLongestName) break;
  }
  return made.empty() ? "project" : made;
}

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::Utf8SafeCEscape(text), "\"");
}

// Text from outside in a comment: on one line, and only ASCII, for letters that
// look like others or turn the line around would hide what stands there.
std::string Remark(absl::string_view text) {
  return absl::StrReplaceAll(absl::CHexEscape(text),
                             {{"\\\"", "\""}, {"\\'", "'"}, {"\\\\", "\\"}});
}

std::string Below(absl::string_view folder, absl::string_view file) {
  return folder.empty() ? std::string(file)
                        : NormalPath(absl::StrCat(folder, "/", file));
}

std::string PlaceText(absl::string_view folder, absl::string_view file,
                      int line) {
  return absl::StrCat(Below(folder, file),
                      line > 0 ? absl::StrCat(":", line) : "");
}

std::string Comments(const PlanPart& part) {
  std::string text;
  for (const ProjectFinding& finding : part.project.found) {
    if (finding.verdict != ProjectFinding::Verdict::kDiffers) continue;
    absl::StrAppend(
        &text, text.empty() ? "#\n# Differs, not taken:\n" : "", "#   ",
        Remark(PlaceText(part.folder, finding.wish.file, finding.wish.line)),
        ": ", Remark(finding.wish.shown), " (", Remark(finding.why), ")\n");
  }
  bool first = true;
  for (const NotUnderstood& left : part.project.not_understood) {
    absl::StrAppend(
        &text,
        first ? "#\n# Not understood, so nothing here brings it about:\n" : "",
        "#   ", Remark(PlaceText(part.folder, left.file, left.line)), ": ",
        Remark(left.text), " (", Remark(left.what), ")\n");
    first = false;
  }
  return text;
}

// The steps of one project; `paths` is what its file names begin with.
class Steps {
 public:
  Steps(const Project& project, absl::string_view paths,
        absl::string_view indent)
      : paths_(paths), indent_(indent) {
    const ProjectWish* python = project.Taken(ProjectWish::Kind::kPython);
    const ProjectWish* packages = project.Taken(ProjectWish::Kind::kPackages);
    if (python == nullptr && packages == nullptr) return;
    AddPython(python);
    if (packages != nullptr && !packages->requirements.empty()) {
      AddPackages(*packages);
    }
  }

  const std::string& text() const { return text_; }
  int count() const { return count_; }

 private:
  void Line(absl::string_view text) {
    absl::StrAppend(&text_, indent_, text, "\n");
  }

  void From(const ProjectWish& wish) {
    Line(absl::StrCat("  # ", Remark(PlaceText("", wish.file, wish.line)), ": ",
                      Remark(wish.shown)));
  }

  void AddPython(const ProjectWish* python) {
    ++count_;
    Line("step {");
    Line("  name: \"python\"");
    if (python == nullptr) {
      Line("  # No file says which Python: any will do.");
    } else {
      From(*python);
    }
    Line("  [provision.python] {");
    if (python == nullptr) {
      Line("    version: \">=3\"");
    } else if (python->by_file) {
      Line(absl::StrCat("    version_file: ",
                        Quoted(Below(paths_, python->file))));
    } else {
      Line(absl::StrCat("    version: ", Quoted(python->python)));
    }
    Line(absl::StrCat("    environment: ", Quoted(Below(paths_, ".venv"))));
    Line("  }");
    Line("}");
  }

  void AddPackages(const ProjectWish& packages) {
    ++count_;
    Line("step {");
    Line("  name: \"packages\"");
    Line("  after: \"python\"");
    From(packages);
    Line("  [provision.python_packages] {");
    Line(absl::StrCat("    environment: ", Quoted(Below(paths_, ".venv"))));
    if (packages.is_locked) {
      Line("    # Each file is held to the digest that stands there.");
      const std::string folder = ParentPath(Below(paths_, packages.file));
      Line(
          absl::StrCat("    project: ", Quoted(folder.empty() ? "." : folder)));
    } else if (packages.by_file) {
      Line(absl::StrCat("    requirements: ",
                        Quoted(Below(paths_, packages.file))));
    } else {
      for (const std::string& requirement : packages.requirements) {
        Line(absl::StrCat("    requirement: ", Quoted(requirement)));
      }
    }
    Line("  }");
    Line("}");
  }

  const std::string paths_;
  const std::string indent_;
  std::string text_;
  int count_ = 0;
};

std::string Sources(const std::vector<PlanPart>& parts) {
  std::string text;
  std::set<std::string> named;
  for (const PlanPart& part : parts) {
    for (const ProjectFinding& finding : part.project.found) {
      const std::string file = Below(part.folder, finding.wish.file);
      if (finding.verdict != ProjectFinding::Verdict::kTaken ||
          !named.insert(file).second) {
        continue;
      }
      absl::StrAppend(&text, text.empty() ? "" : ", ", Remark(file));
    }
  }
  return text;
}

}  // namespace

WrittenPlan WritePlan(absl::string_view name,
                      const std::vector<PlanPart>& parts) {
  WrittenPlan plan;
  plan.text = absl::StrCat(
      "# proto-file: core/api/plan.proto\n"
      "# proto-message: provision.Plan\n#\n"
      "# Written by `provision init` from ",
      Sources(parts), ".\n");
  for (const PlanPart& part : parts) plan.text += Comments(part);
  absl::StrAppend(&plan.text, "name: ", Quoted(PlanName(name)), "\n");
  if (parts.size() == 1) {
    const Steps steps(parts[0].project, parts[0].folder, "");
    plan.text += steps.text();
    plan.steps = steps.count();
    return plan;
  }
  std::set<std::string> names;
  for (const PlanPart& part : parts) {
    if (!part.is_environment) continue;
    // `services/api` and `tools/api` are two.
    const size_t slash = part.folder.rfind('/');
    std::string called =
        PlanName(slash == std::string::npos ? part.folder
                                            : part.folder.substr(slash + 1));
    if (!names.insert(called).second) {
      called = PlanName(part.folder);
      names.insert(called);
    }
    const Steps steps(part.project, "", "  ");
    absl::StrAppend(&plan.text, "environment {\n  name: ", Quoted(called),
                    "\n  path: ", Quoted(part.folder), "\n", steps.text(),
                    "}\n");
    plan.steps += steps.count();
  }
  return plan;
}

}  // namespace provision
