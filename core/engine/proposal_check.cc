#include "core/engine/proposal_check.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/actions/action_handler.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"

namespace provision {
namespace {

using Actions = google::protobuf::RepeatedPtrField<Action>;

absl::Status Bad(absl::string_view where, absl::string_view what) {
  return DiagnosticError(absl::StatusCode::kInternal, "plugin/bad-proposal",
                         absl::StrCat(where, ": ", what))
      .Because("the provisioner broke the contract of proposal.proto")
      .Next("report this to the author of the provisioner");
}

bool IsAbsoluteAndNormal(absl::string_view path) {
  return absl::StartsWith(path, "/") && NormalPath(path) == path;
}

absl::Status CheckRun(absl::string_view where, const Run& run) {
  if (run.argv_size() == 0 || !absl::StartsWith(run.argv(0), "/")) {
    return Bad(where, "the first word of a command is an absolute path");
  }
  if (run.has_directory() && !IsAbsoluteAndNormal(run.directory())) {
    return Bad(where, "a working directory is absolute and normal");
  }
  if (run.undo_argv_size() > 0 && !absl::StartsWith(run.undo_argv(0), "/")) {
    return Bad(where, "the first word of an undo is an absolute path");
  }
  return absl::OkStatus();
}

absl::Status CheckInstallWheels(absl::string_view where,
                                const InstallWheels& install) {
  for (const InstallWheels::Wheel& wheel : install.wheel()) {
    if (wheel.sha256().size() != 64 || wheel.file().empty()) {
      return Bad(where, "a wheel is named by its SHA-256 and its file name");
    }
  }
  for (const std::string& folder : install.remove()) {
    if (!absl::EndsWith(folder, ".dist-info") ||
        absl::StrContains(folder, "/")) {
      return Bad(where, "a distribution is named by its metadata folder");
    }
  }
  const std::string& site = install.site_packages();
  if (site.empty() || NormalPath(site) != site || absl::StartsWith(site, "/") ||
      absl::StartsWith(site, "..")) {
    return Bad(where, "site_packages is relative and normal");
  }
  return absl::OkStatus();
}

absl::Status CheckAction(absl::string_view where, const Action& action) {
  switch (action.kind_case()) {
    case Action::KIND_NOT_SET:
      return Bad(where, "has no kind, or one that this version lacks");
    case Action::kRun:
      return CheckRun(where, action.run());
    case Action::kFetch:
      if (action.fetch().sha256().empty() != action.fetch().unpinned()) {
        return Bad(where, "a download has a digest, or says `unpinned`");
      }
      return absl::OkStatus();
    case Action::kUnpack:
      if (action.unpack().sha256().size() != 64) {
        return Bad(where, "an archive is named by its SHA-256");
      }
      break;
    case Action::kInstallWheels:
      PROVISION_RETURN_IF_ERROR(
          CheckInstallWheels(where, action.install_wheels()));
      break;
    case Action::kWriteFile:
      if (action.write_file().has_secret() &&
          action.write_file().has_content()) {
        return Bad(where, "a file has content or a secret, not both");
      }
      break;
    case Action::kLink:
    case Action::kMakeDirectory:
    case Action::kRemove:
      break;
  }
  const std::string path = ActionPath(action);
  if (!IsAbsoluteAndNormal(path) || path == "/") {
    return Bad(where,
               absl::StrCat("path \"", path, "\" is not absolute and normal"));
  }
  return absl::OkStatus();
}

absl::Status CheckActions(absl::string_view where, const Actions& actions) {
  for (int i = 0; i < actions.size(); ++i) {
    PROVISION_RETURN_IF_ERROR(
        CheckAction(absl::StrCat(where, "action ", i + 1), actions[i]));
  }
  return absl::OkStatus();
}

// The first action that wants a consent that `step` does not give.
const Action* WithoutConsent(const Step& step, const Actions& actions) {
  for (const Action& action : actions) {
    if (!action.consent().empty() &&
        std::find(step.consent().begin(), step.consent().end(),
                  action.consent()) == step.consent().end()) {
      return &action;
    }
  }
  return nullptr;
}

absl::Status CheckConsent(const Step& step, const Actions& actions) {
  const Action* action = WithoutConsent(step, actions);
  if (action == nullptr) return absl::OkStatus();
  return DiagnosticError(absl::StatusCode::kInvalidArgument, "plan/consent",
                         absl::StrCat("step \"", step.name(),
                                      "\" destroys what nothing restores"))
      .Step(step.name())
      .Found(action->destroys())
      .Next(absl::StrCat("add `consent: \"", action->consent(),
                         "\"` to the step"));
}

}  // namespace

absl::Status CheckProposal(const Proposal& proposal) {
  if (proposal.fidelity() == Proposal::UNSPECIFIED) {
    return Bad("proposal", "does not say how sure it is (fidelity)");
  }
  if (proposal.action_size() > 0 && proposal.rung_size() > 0) {
    return Bad("proposal", "has actions beside a ladder");
  }
  PROVISION_RETURN_IF_ERROR(CheckActions("", proposal.action()));
  for (const Rung& rung : proposal.rung()) {
    if (rung.name().empty()) return Bad("rung", "has no name");
    PROVISION_RETURN_IF_ERROR(
        CheckActions(absl::StrCat("rung ", rung.name(), ", "), rung.action()));
  }
  for (const Proposal::OnChange& follow_up : proposal.on_change()) {
    if (follow_up.name().empty()) return Bad("follow-up", "has no name");
    PROVISION_RETURN_IF_ERROR(
        CheckActions(absl::StrCat("follow-up ", follow_up.name(), ", "),
                     follow_up.action()));
  }
  return absl::OkStatus();
}

absl::Status ApplyConsent(const Step& step, Proposal* proposal) {
  PROVISION_RETURN_IF_ERROR(CheckConsent(step, proposal->action()));
  for (const Proposal::OnChange& follow_up : proposal->on_change()) {
    PROVISION_RETURN_IF_ERROR(CheckConsent(step, follow_up.action()));
  }
  google::protobuf::RepeatedPtrField<Rung> kept;
  for (Rung& rung : *proposal->mutable_rung()) {
    if (const Action* action = WithoutConsent(step, rung.action())) {
      Refusal* refusal = proposal->add_refused();
      refusal->set_rung(rung.name());
      refusal->set_reason(absl::StrCat("the step does not consent to ",
                                       action->consent(), ": ",
                                       action->destroys()));
      continue;
    }
    *kept.Add() = std::move(rung);
  }
  proposal->mutable_rung()->Swap(&kept);
  return absl::OkStatus();
}

const Actions& FirstActions(const Proposal& proposal) {
  return proposal.rung_size() > 0 ? proposal.rung(0).action()
                                  : proposal.action();
}

const google::protobuf::RepeatedPtrField<Check>& FirstChecks(
    const Proposal& proposal) {
  return proposal.rung_size() > 0 ? proposal.rung(0).check() : proposal.check();
}

bool IsAlreadySo(const Proposal& proposal) {
  return proposal.fidelity() != Proposal::UNKNOWN &&
         proposal.action_size() == 0 && proposal.rung_size() == 0 &&
         RefusalOf(proposal).ok();
}

absl::Status RefusalOf(const Proposal& proposal) {
  for (const Diagnostic& diagnostic : proposal.diagnostic()) {
    if (diagnostic.severity() == Diagnostic::ERROR) {
      return StatusFromDiagnostic(absl::StatusCode::kFailedPrecondition,
                                  diagnostic);
    }
  }
  if (proposal.action_size() > 0 || proposal.rung_size() > 0 ||
      proposal.refused_size() == 0) {
    return absl::OkStatus();
  }
  DiagnosticError error(absl::StatusCode::kFailedPrecondition, "step/ladder",
                        absl::StrCat("no rung gave ", proposal.title()));
  for (const Refusal& refusal : proposal.refused()) {
    error.Tried(absl::StrCat(refusal.rung(), ": ", refusal.reason()));
  }
  if (!proposal.guide().empty()) error.Next(proposal.guide());
  return error;
}

bool NeedsRoot(const Proposal& proposal) {
  if (proposal.needs().root()) return true;
  const Actions& actions = FirstActions(proposal);
  return std::any_of(actions.begin(), actions.end(),
                     [](const Action& action) { return action.needs_root(); });
}

Event::StepPlanned::State PreviewState(const Proposal& proposal) {
  if (proposal.fidelity() == Proposal::UNKNOWN) {
    return Event::StepPlanned::UNKNOWN;
  }
  if (!RefusalOf(proposal).ok()) return Event::StepPlanned::REFUSED;
  const Actions& actions = FirstActions(proposal);
  if (actions.empty()) return Event::StepPlanned::ALREADY_SO;
  const auto is_remove = [](const Action& a) { return a.has_remove(); };
  if (std::all_of(actions.begin(), actions.end(), is_remove)) {
    return Event::StepPlanned::REMOVE;
  }
  bool saw_path = false;
  for (const Action& action : actions) {
    for (const PathExpectation& before : action.before()) {
      saw_path = true;
      if (before.state().type() != PathState::ABSENT) {
        return Event::StepPlanned::CHANGE;
      }
    }
  }
  return saw_path || proposal.assumes_size() > 0 ? Event::StepPlanned::NEW
                                                 : Event::StepPlanned::CHANGE;
}

}  // namespace provision
