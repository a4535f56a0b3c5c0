#ifndef PROVISION_CORE_CLI_DOCTOR_CHECKS_H_
#define PROVISION_CORE_CLI_DOCTOR_CHECKS_H_

// The checks of `doctor`: each looks at one thing that this program needs, and
// changes nothing.

#include <string>
#include <vector>

#include "core/api/facts.h"
#include "core/api/proposal.pb.h"
#include "core/base/isolation.h"
#include "core/base/system.h"
#include "core/cli/answer.pb.h"
#include "core/plugin/registry.h"

namespace provision {

DoctorAnswer::Check CheckProgram(System& system, const Registry& registry);

// What it runs on, and who runs it.
DoctorAnswer::Check CheckHost(Facts& facts);

// What holds the preview to reading.
DoctorAnswer::Check CheckIsolation(const IsolationMeans& means);

// The folder of journals: whose it is, whether a run works in it, its space.
DoctorAnswer::Check CheckState(System& system, Facts& facts,
                               const std::string& path);

// Not behind the last time that a bundle's signature vouched for.
DoctorAnswer::Check CheckClock(System& system, const std::string& state_path);

// Whether a step that needs root can have it.
DoctorAnswer::Check CheckPrivilege(Facts& facts);

// Plans that are trusted by their content.
DoctorAnswer::Check CheckTrusted(System& system, const std::string& state_path);

// Whether each endpoint has an address and, where it speaks TLS, a certificate
// that this host trusts. Skipped, with the reason `why_not`, if that is not
// empty.
std::vector<DoctorAnswer::Check> CheckEndpoints(
    Facts& facts, const std::vector<Proposal::Endpoint>& endpoints,
    const std::string& why_not);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_DOCTOR_CHECKS_H_
