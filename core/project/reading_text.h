#ifndef PROVISION_CORE_PROJECT_READING_TEXT_H_
#define PROVISION_CORE_PROJECT_READING_TEXT_H_

// A ProjectReading as lines, for tests of the readers.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/project/project_reading.h"

namespace provision {

// "1 python 3.11: FROM python:3.11", "7 packages a==1|b: 2 requirements, ...",
// "4 ? [tasks.x] (tasks)", "2:5 fault ...".
inline std::vector<std::string> DescribeReading(const ProjectReading& reading) {
  std::vector<std::string> lines;
  for (const ProjectWish& wish : reading.wishes) {
    const bool python = wish.kind == ProjectWish::Kind::kPython;
    lines.push_back(absl::StrCat(
        wish.line, python ? " python " : " packages ",
        python ? wish.python : absl::StrJoin(wish.requirements, "|"), ": ",
        wish.shown));
  }
  for (const NotUnderstood& left : reading.not_understood) {
    lines.push_back(
        absl::StrCat(left.line, " ? ", left.text, " (", left.what, ")"));
  }
  for (const Diagnostic& fault : reading.faults) {
    lines.push_back(absl::StrCat(fault.place().line(), ":",
                                 fault.place().column(), " fault ",
                                 fault.message()));
  }
  return lines;
}

}  // namespace provision

#endif  // PROVISION_CORE_PROJECT_READING_TEXT_H_
