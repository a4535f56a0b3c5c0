#include "core/engine/preview.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/url_endpoint.h"
#include "core/engine/action_events.h"
#include "core/engine/check_text.h"
#include "core/engine/proposal_check.h"
#include "core/engine/session.h"
#include "core/engine/store_content.h"
#include "core/engine/unpack_estimate.h"

namespace provision {
namespace {

// Names of steps as one phrase: "all of it", "all but a and b", "nothing".
std::string AllBut(const std::vector<std::string>& names) {
  if (names.empty()) return "all of it";
  return absl::StrCat("all but ", absl::StrJoin(names, ", "));
}

}  // namespace

Event::StepPlanned PreviewStep(const CheckedPlan& plan, int i,
                               const StepPlan& step,
                               const ActionHandlers& handlers,
                               FactReader& facts) {
  const CheckedStep& checked = plan.steps[i];
  Event::StepPlanned planned;
  for (int before : checked.after) planned.add_after(plan.steps[before].id);
  for (const auto& [before, reason] : step.because) {
    planned.add_after(plan.steps[before].id);
    planned.add_because(reason);
  }
  if (!step.here) {
    planned.set_state(Event::StepPlanned::NOT_HERE);
    return planned;
  }
  *planned.mutable_proposal() = step.proposal;
  if (!step.status.ok()) {
    planned.set_state(Event::StepPlanned::REFUSED);
    return planned;
  }
  planned.set_state(step.due.has_value() ? Event::StepPlanned::CHECKS_DUE
                                         : PreviewState(step.proposal));
  for (const Action& action : FirstActions(step.proposal)) {
    Event::ActionLine line =
        DescribeAction(handlers, action, facts, checked.root);
    line.set_digest(ActionDigest(action, {}));
    *planned.add_line() = std::move(line);
  }
  for (int c = 0; c < checked.step.consent_size(); ++c) {
    Event::StepPlanned::Consent* consent = planned.add_consent();
    consent->set_name(checked.step.consent(c));
    Diagnostic diagnostic;
    PlaceInStep(checked, absl::StrCat("consent[", c, "]"), &diagnostic);
    // A plan that was saved knows the file alone.
    if (diagnostic.place().line() > 0) {
      consent->set_place(absl::StrCat(diagnostic.place().file(), ":",
                                      diagnostic.place().line(), ":",
                                      diagnostic.place().column()));
    }
  }
  if (planned.line_size() > 0 || step.due.has_value()) {
    const Proposal& made = step.due.has_value() ? *step.due : step.proposal;
    for (const Check& check : FirstChecks(made)) {
      planned.add_check(CheckText(check, checked.root));
    }
    for (const Check& check : checked.step.verify()) {
      planned.add_check(CheckText(check, checked.root));
    }
  }
  return planned;
}

void EmitPreview(Engine& engine, const CheckedPlan& plan, int i,
                 const StepPlan& step) {
  const std::string& id = plan.steps[i].id;
  if (engine.options.tell_facts) {
    for (const Fact& fact : step.facts) {
      Event event;
      event.set_step(id);
      event.mutable_fact_read()->set_query(fact.query().ShortDebugString());
      if (fact.value().has_absent()) {
        event.mutable_fact_read()->set_absent(true);
      }
      engine.events.Emit(std::move(event));
    }
  }
  Event event;
  event.set_step(id);
  *event.mutable_step_planned() =
      PreviewStep(plan, i, step, engine.handlers, engine.facts);
  engine.events.Emit(std::move(event));
}

Event::Summary PreviewSummary(const Engine& engine, const CheckedPlan& plan,
                              const std::vector<StepPlan>& steps) {
  Event::Summary summary;
  // Another host has another store.
  const StoreContent store(
      engine.system, engine.options.recorded_facts ? "" : StorePath(engine));
  std::vector<std::string> root, irreversible;
  std::set<std::string> endpoints;
  int to_change = 0, already_so = 0, actions = 0, unknown = 0, refused = 0;
  int skipped = 0, to_check = 0;
  uint64_t fetch_bytes = 0, disk_bytes = 0;
  for (size_t i = 0; i < steps.size(); ++i) {
    const StepPlan& step = steps[i];
    if (!step.here || !step.selected) {
      ++skipped;
      continue;
    }
    const Proposal& proposal = step.proposal;
    if (!step.status.ok() || !RefusalOf(proposal).ok()) {
      ++refused;
      continue;
    }
    if (IsAlreadySo(proposal)) {
      ++(step.due.has_value() ? to_check : already_so);
      continue;
    }
    ++(proposal.fidelity() == Proposal::UNKNOWN ? unknown : to_change);
    if (NeedsRoot(proposal)) root.push_back(plan.steps[i].id);
    bool has_inverse = true, reaches_out = false;
    for (const Action& action : FirstActions(proposal)) {
      ++actions;
      if (engine.handlers.Get(action).reversibility(action) == Action::NONE) {
        has_inverse = false;
      }
      if (action.run().network()) reaches_out = true;
      if (action.has_unpack()) {
        disk_bytes +=
            EstimateUnpacked(action.unpack(), FirstActions(proposal), store);
      }
      if (action.has_write_file()) {
        disk_bytes += action.write_file().content().size();
      }
      if (!action.has_fetch() || store.Has(action.fetch())) continue;
      fetch_bytes += action.fetch().size();
      disk_bytes += action.fetch().size();
      for (const std::string& url : action.fetch().url()) {
        std::string endpoint = EndpointOfUrl(url);
        if (!endpoint.empty()) endpoints.insert(std::move(endpoint));
      }
    }
    if (!has_inverse) irreversible.push_back(plan.steps[i].id);
    for (const Proposal::Endpoint& endpoint : proposal.needs().endpoint()) {
      endpoints.insert(absl::StrCat(endpoint.host(), ":", endpoint.port()));
    }
    if (reaches_out && proposal.needs().endpoint().empty()) {
      endpoints.insert(absl::StrCat("what ", plan.steps[i].id, " runs"));
    }
    for (const Proposal::Disk& disk : proposal.needs().disk()) {
      disk_bytes += disk.bytes();
    }
  }
  summary.set_to_change(to_change);
  summary.set_already_so(already_so);
  summary.set_actions(actions);
  summary.set_unknown(unknown);
  summary.set_to_check(to_check);
  summary.set_refused(refused);
  summary.set_skipped(skipped);
  summary.set_fetch_bytes(fetch_bytes);
  summary.set_disk_bytes(disk_bytes);
  summary.set_root(root.empty() ? "not needed" : absl::StrJoin(root, ", "));
  summary.set_undo(AllBut(irreversible));
  summary.set_network(endpoints.empty() ? "none"
                                        : absl::StrJoin(endpoints, ", "));
  return summary;
}

}  // namespace provision
