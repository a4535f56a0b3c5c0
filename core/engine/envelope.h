#ifndef PROVISION_CORE_ENGINE_ENVELOPE_H_
#define PROVISION_CORE_ENGINE_ENVELOPE_H_

#include "absl/status/status.h"
#include "core/api/proposal.pb.h"

namespace provision {

// Holds a proposal that was UNKNOWN when it was accepted to what was announced
// of it: the kinds of its actions, the paths they touch, endpoints, privilege
// (engine.md 5). Rungs and follow-ups count as well. kAborted
// `plan/outside-envelope`, naming the first thing that was not announced.
absl::Status CheckEnvelope(const Proposal::Envelope& envelope,
                           const Proposal& proposal);

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_ENVELOPE_H_
