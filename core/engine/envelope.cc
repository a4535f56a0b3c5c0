#include "core/engine/envelope.h"

#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "core/actions/action_handler.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/base/url_endpoint.h"
#include "core/engine/proposal_check.h"

namespace provision {
namespace {

absl::Status Outside(absl::string_view what) {
  return DiagnosticError(absl::StatusCode::kAborted, "plan/outside-envelope",
                         absl::StrCat(what, ", which was not announced"))
      .Because("the step was accepted for what the saved plan says of it")
      .Next(
          "make the plan again and look at it: provision plan PLAN --out "
          "FILE");
}

std::string KindOf(const Action& action) {
  return Action::descriptor()->FindFieldByNumber(action.kind_case())->name();
}

bool HoldsPath(const Proposal::Envelope& envelope, const Action& action,
               const std::string& path) {
  return absl::c_any_of(envelope.path(), [&](const std::string& announced) {
    return IsBelowOrSame(path, announced) ||
           (action.has_make_directory() && IsBelowOrSame(announced, path));
  });
}

bool HoldsEndpoint(const Proposal::Envelope& envelope,
                   const std::string& endpoint) {
  return absl::c_any_of(
      envelope.endpoint(), [&endpoint](const Proposal::Endpoint& announced) {
        return absl::StrCat(announced.host(), ":", announced.port()) ==
               endpoint;
      });
}

absl::Status CheckAction(const Proposal::Envelope& envelope,
                         const Action& action) {
  const std::string kind = KindOf(action);
  if (absl::c_find(envelope.kind(), kind) == envelope.kind().end()) {
    return Outside(absl::StrCat("it wants an action of kind ", kind));
  }
  std::vector<std::string> paths(action.output().begin(),
                                 action.output().end());
  if (std::string path = ActionPath(action); !path.empty()) {
    paths.push_back(std::move(path));
  }
  for (const std::string& path : paths) {
    if (HoldsPath(envelope, action, path)) continue;
    return Outside(absl::StrCat("it wants to change ", path));
  }
  for (const std::string& url : action.fetch().url()) {
    const std::string endpoint = EndpointOfUrl(url);
    if (endpoint.empty() || HoldsEndpoint(envelope, endpoint)) continue;
    return Outside(absl::StrCat("it wants to reach ", endpoint));
  }
  if (action.run().network() && !envelope.network()) {
    return Outside("it wants to run a command with network");
  }
  if (action.needs_root() && !envelope.root()) {
    return Outside("it wants root");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckEnvelope(const Proposal::Envelope& envelope,
                           const Proposal& proposal) {
  if (NeedsRoot(proposal) && !envelope.root()) return Outside("it wants root");
  for (const Proposal::Endpoint& endpoint : proposal.needs().endpoint()) {
    const std::string text =
        absl::StrCat(endpoint.host(), ":", endpoint.port());
    if (HoldsEndpoint(envelope, text)) continue;
    return Outside(absl::StrCat("it wants to reach ", text));
  }
  std::vector<const Action*> actions;
  for (const Action& action : proposal.action()) actions.push_back(&action);
  for (const Rung& rung : proposal.rung()) {
    for (const Action& action : rung.action()) actions.push_back(&action);
  }
  for (const Proposal::OnChange& follow_up : proposal.on_change()) {
    for (const Action& action : follow_up.action()) actions.push_back(&action);
  }
  for (const Action* action : actions) {
    PROVISION_RETURN_IF_ERROR(CheckAction(envelope, *action));
  }
  return absl::OkStatus();
}

}  // namespace provision
