#include "core/engine/planner.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/api/lock_text.h"
#include "core/base/diagnostic.h"
#include "core/engine/proposal_check.h"
#include "core/host/platform.h"
#include "core/host/platform_pattern.h"

namespace provision {
namespace {

bool PlatformMatches(const Step& step, Facts& facts) {
  if (step.when().platform_size() == 0) return true;
  const Platform platform = DerivePlatform(facts);
  return std::any_of(step.when().platform().begin(),
                     step.when().platform().end(),
                     [&](const std::string& pattern) {
                       return MatchesPlatform(pattern, platform);
                     });
}

}  // namespace

bool StepPlan::pending() const {
  return here && selected && (!status.ok() || !IsAlreadySo(proposal));
}

Planner::Planner(const CheckedPlan& plan, FactReader& facts)
    : plan_(plan), facts_(facts) {}

StepPlan Planner::Propose(int i,
                          const std::map<std::string, std::string>& assumed) {
  const CheckedStep& step = plan_.steps[i];
  FactScope scope;
  scope.root = step.root;
  scope.step = step.id;
  scope.assumed = assumed;
  if (!plan_.path.empty()) scope.lock = LockPath(plan_.path);
  Facts facts(facts_, std::move(scope));
  StepPlan plan;
  plan.here = PlatformMatches(step.step, facts);
  if (plan.here) {
    absl::StatusOr<Proposal> proposal =
        step.provisioner == nullptr
            ? absl::StatusOr<Proposal>(DiagnosticError(
                  absl::StatusCode::kFailedPrecondition, "plugin/missing",
                  "this program has no provisioner for the step"))
            : step.provisioner->Propose(*step.config, facts);
    if (proposal.ok()) {
      plan.proposal = *std::move(proposal);
      plan.status = Judge(i, &plan.proposal);
    } else {
      plan.status = AboutStep(step, proposal.status());
    }
  }
  plan.facts = facts.record();
  return plan;
}

absl::Status Planner::Judge(int i, Proposal* proposal) const {
  const CheckedStep& step = plan_.steps[i];
  absl::Status status = CheckProposal(*proposal);
  if (status.ok()) status = ApplyConsent(step.step, proposal);
  return AboutStep(step, status);
}

std::vector<StepPlan> Planner::ProposeAll(const std::vector<bool>& selected) {
  std::vector<StepPlan> plans;
  std::map<std::string, std::string> assumed;
  std::map<std::string, int> index;
  for (size_t i = 0; i < plan_.steps.size(); ++i) {
    const CheckedStep& step = plan_.steps[i];
    if (!selected[i]) {
      plans.emplace_back();
      plans.back().selected = false;
      continue;
    }
    StepPlan plan = Propose(static_cast<int>(i), assumed);
    for (const Proposal::Assumption& assumption : plan.proposal.assumes()) {
      auto provider = index.find(assumption.step());
      if (provider != index.end() &&
          !std::binary_search(step.after.begin(), step.after.end(),
                              provider->second)) {
        plan.because[provider->second] = absl::StrCat(
            assumption.step(), " provides that ", assumption.text());
      }
    }
    if (plan.pending()) {
      for (const std::string& path : plan.proposal.provides().path()) {
        assumed[path] = step.id;
      }
    }
    index[step.id] = static_cast<int>(i);
    plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace provision
