#include "core/cli/bundle/needed_artifacts.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/engine/proposal_check.h"

namespace provision {
namespace {

using Actions = google::protobuf::RepeatedPtrField<Action>;

// The last part of a URL, without its query.
std::string FileOf(const std::string& url) {
  const std::string name = BaseName(url.substr(0, url.find_first_of("?#")));
  return name.empty() ? "artifact" : name;
}

class Collection {
 public:
  absl::Status Add(const std::string& step, const Proposal& proposal) {
    PROVISION_RETURN_IF_ERROR(Add(step, proposal.action()).status());
    for (const Rung& rung : proposal.rung()) {
      PROVISION_ASSIGN_OR_RETURN(const bool fetches, Add(step, rung.action()));
      if (fetches) break;
    }
    for (const Proposal::OnChange& follow_up : proposal.on_change()) {
      PROVISION_RETURN_IF_ERROR(Add(step, follow_up.action()).status());
    }
    return absl::OkStatus();
  }

  std::map<std::string, NeededArtifact> Take() { return std::move(needed_); }

 private:
  absl::StatusOr<bool> Add(const std::string& step, const Actions& actions) {
    bool fetches = false;
    for (const Action& action : actions) {
      if (!action.has_fetch()) continue;
      const Fetch& fetch = action.fetch();
      if (!fetch.has_sha256()) {
        return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                               "create/not-locked",
                               absl::StrCat("it needs ", FileOf(fetch.url(0)),
                                            ", which no digest pins"))
            .Step(step)
            .Next("give its sha256 in the plan");
      }
      NeededArtifact& needed = needed_[fetch.sha256()];
      needed.fetch = action;
      if (needed.kind.empty()) needed.kind = "file";
      if (needed.file.empty()) needed.file = FileOf(fetch.url(0));
      needed.steps.insert(step);
      fetches = true;
    }
    for (const Action& action : actions) Classify(action);
    return fetches;
  }

  void Classify(const Action& action) {
    const auto unpacked = needed_.find(action.unpack().sha256());
    if (unpacked != needed_.end()) unpacked->second.kind = "archive";
    for (const InstallWheels::Wheel& wheel : action.install_wheels().wheel()) {
      const auto found = needed_.find(wheel.sha256());
      if (found == needed_.end()) continue;
      found->second.kind = "wheel";
      found->second.file = wheel.file();
    }
  }

  std::map<std::string, NeededArtifact> needed_;
};

}  // namespace

absl::StatusOr<std::map<std::string, NeededArtifact>> NeededArtifacts(
    const CheckedPlan& plan, const std::vector<StepPlan>& steps) {
  Collection collection;
  for (size_t i = 0; i < steps.size(); ++i) {
    const StepPlan& step = steps[i];
    if (!step.here || !step.selected) continue;
    const std::string& id = plan.steps[i].id;
    PROVISION_RETURN_IF_ERROR(step.status);
    PROVISION_RETURN_IF_ERROR(WithStep(RefusalOf(step.proposal), id));
    if (step.proposal.fidelity() == Proposal::UNKNOWN) {
      return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                             "create/not-locked",
                             "what it needs is not known before the steps "
                             "before it have run")
          .Step(id)
          .Next("make the bundle on a host where those steps are done");
    }
    PROVISION_RETURN_IF_ERROR(collection.Add(id, step.proposal));
  }
  return collection.Take();
}

}  // namespace provision
