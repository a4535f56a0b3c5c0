#include "core/plan/selection.h"

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/diagnostic.h"
#include "core/base/nearest_name.h"
#include "core/base/status_macros.h"
#include "core/plan/step_graph.h"
#include "core/plugin/registry.h"
#include "google/protobuf/descriptor.h"

namespace provision {
namespace {

constexpr absl::string_view kTag = "tag:";
constexpr absl::string_view kKind = "kind:";

// Goes back only to the last `*`, so it is quadratic at worst.
bool MatchesGlob(absl::string_view glob, absl::string_view text) {
  size_t at = 0;
  size_t star = absl::string_view::npos;
  size_t after_star = 0;
  size_t i = 0;
  while (i < text.size()) {
    if (at < glob.size() && (glob[at] == '?' || glob[at] == text[i]) &&
        glob[at] != '*') {
      ++at;
      ++i;
    } else if (at < glob.size() && glob[at] == '*') {
      star = at++;
      after_star = i;
    } else if (star != absl::string_view::npos) {
      at = star + 1;
      i = ++after_star;
    } else {
      return false;
    }
  }
  return glob.find_first_not_of('*', at) == absl::string_view::npos;
}

std::string KindOf(const CheckedStep& step) {
  const auto configs = ConfigFields(step.step);
  return configs.empty() ? "" : std::string(configs[0]->name());
}

bool Matches(absl::string_view selector, const CheckedStep& step) {
  if (absl::ConsumePrefix(&selector, kTag)) {
    return absl::c_linear_search(step.step.tag(), selector);
  }
  if (absl::ConsumePrefix(&selector, kKind)) return KindOf(step) == selector;
  return MatchesGlob(selector, step.id) ||
         MatchesGlob(selector, step.step.name());
}

// All that a selector of the form of `selector` could be.
std::vector<std::string> Candidates(const CheckedPlan& plan,
                                    absl::string_view selector) {
  std::vector<std::string> candidates;
  for (const CheckedStep& step : plan.steps) {
    if (absl::StartsWith(selector, kTag)) {
      for (const std::string& tag : step.step.tag()) {
        candidates.push_back(absl::StrCat(kTag, tag));
      }
    } else if (absl::StartsWith(selector, kKind)) {
      candidates.push_back(absl::StrCat(kKind, KindOf(step)));
    } else {
      candidates.push_back(step.step.name());
      candidates.push_back(step.id);
    }
  }
  return candidates;
}

absl::StatusOr<std::vector<bool>> MatchingSteps(
    const CheckedPlan& plan, const std::vector<std::string>& selectors) {
  std::vector<bool> result(plan.steps.size(), false);
  for (const std::string& selector : selectors) {
    bool found = false;
    for (size_t i = 0; i < plan.steps.size(); ++i) {
      if (!Matches(selector, plan.steps[i])) continue;
      result[i] = true;
      found = true;
    }
    if (found) continue;
    DiagnosticError error(
        absl::StatusCode::kInvalidArgument, "usage/selection",
        absl::StrCat(selector, ": no step is selected by it"));
    const std::string nearest =
        NearestName(selector, Candidates(plan, selector));
    if (!nearest.empty()) error.Found(absl::StrCat("nearest is ", nearest));
    return error;
  }
  return result;
}

}  // namespace

absl::StatusOr<SelectedSteps> SelectSteps(const CheckedPlan& plan,
                                          const Selection& selection) {
  SelectedSteps result;
  result.selected.assign(plan.steps.size(), true);
  if (!selection.only.empty()) {
    PROVISION_ASSIGN_OR_RETURN(result.selected,
                               MatchingSteps(plan, selection.only));
  }
  PROVISION_ASSIGN_OR_RETURN(const std::vector<bool> skipped,
                             MatchingSteps(plan, selection.skip));
  for (size_t i = 0; i < skipped.size(); ++i) {
    if (skipped[i]) result.selected[i] = false;
  }
  StepAfter after;
  for (const CheckedStep& step : plan.steps) after.push_back(step.after);
  if (selection.with_deps) {
    // What only a skipped step waits for is not added.
    for (size_t i = 0; i < skipped.size(); ++i) {
      if (skipped[i]) after[i].clear();
    }
    result.selected = WithPredecessors(after, result.selected);
    for (size_t i = 0; i < skipped.size(); ++i) {
      if (skipped[i]) result.selected[i] = false;
    }
  }
  std::vector<bool> needed(plan.steps.size(), false);
  for (size_t i = 0; i < plan.steps.size(); ++i) {
    if (!result.selected[i]) continue;
    for (int predecessor : plan.steps[i].after) needed[predecessor] = true;
  }
  for (size_t i = 0; i < needed.size(); ++i) {
    if (needed[i] && !result.selected[i]) {
      result.needed.push_back(static_cast<int>(i));
    }
  }
  return result;
}

std::vector<std::string> SelectorsInFile(absl::string_view content) {
  std::vector<std::string> selectors;
  for (absl::string_view line : absl::StrSplit(content, '\n')) {
    line = absl::StripAsciiWhitespace(line.substr(0, line.find('#')));
    if (!line.empty()) selectors.push_back(std::string(line));
  }
  return selectors;
}

}  // namespace provision
