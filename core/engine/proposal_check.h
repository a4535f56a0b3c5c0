#ifndef PROVISION_CORE_ENGINE_PROPOSAL_CHECK_H_
#define PROVISION_CORE_ENGINE_PROPOSAL_CHECK_H_

// What the core demands of a proposal before it believes it, and what it reads
// off one. Provisioners may come from outside.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/api/event.pb.h"
#include "core/api/plan.pb.h"
#include "core/api/proposal.pb.h"

namespace provision {

// kInternal `plugin/bad-proposal` if `proposal` breaks the contract of
// proposal.proto: no fidelity, actions beside rungs, a path that is not
// absolute and normal, a command that is no absolute path, a download without a
// digest that does not say `unpinned`, a recursion in on_change. The message
// names the action.
absl::Status CheckProposal(const Proposal& proposal);

// Takes out the rungs that `step` does not consent to, as refusals; outside a
// ladder, and in a follow-up, an action without its consent is kInvalidArgument
// `plan/consent`.
absl::Status ApplyConsent(const Step& step, Proposal* proposal);

// The actions that will be tried first: its own, or those of the first rung.
const google::protobuf::RepeatedPtrField<Action>& FirstActions(
    const Proposal& proposal);
const google::protobuf::RepeatedPtrField<Check>& FirstChecks(
    const Proposal& proposal);

// Nothing to do: no action, no rung, and no error in its diagnostics.
bool IsAlreadySo(const Proposal& proposal);

// An ERROR of its diagnostics, or a ladder whose every rung is refused: the
// provisioner cannot bring it about. OK otherwise.
absl::Status RefusalOf(const Proposal& proposal);

// Does any action of it (or of its first rung) need uid 0?
bool NeedsRoot(const Proposal& proposal);

// new, change, remove, already so, unknown: for the preview.
Event::StepPlanned::State PreviewState(const Proposal& proposal);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_PROPOSAL_CHECK_H_
