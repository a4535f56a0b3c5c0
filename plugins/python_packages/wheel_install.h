#ifndef PROVISION_PLUGINS_PYTHON_PACKAGES_WHEEL_INSTALL_H_
#define PROVISION_PLUGINS_PYTHON_PACKAGES_WHEEL_INSTALL_H_

// The actions that bring an environment to the wheels of a lock.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/api/facts.h"
#include "core/api/proposal.pb.h"
#include "plugins/python_packages/installed_distributions.h"
#include "plugins/python_packages/locked_wheels.h"
#include "plugins/python_packages/python_environment.h"

namespace provision {

// Adds to `proposal` the artifacts of all wheels, and the actions for those
// that are absent, at another version or damaged: a fetch each, then one
// install_wheels, which takes out what gives way. The others are left alone,
// and so is what the lock does not name. Each reason is a note. `requested` are
// the normalised names that somebody asked for.
void ProposeWheels(
    const LockedWheels& locked,
    const std::map<std::string, InstalledDistribution>& installed,
    const std::set<std::string>& requested,
    const PythonEnvironment& environment, Facts& facts, Proposal& proposal);

// The same for an environment at `path` that is to come: the artifacts, and
// what will be done at most.
void AnnounceWheels(const LockedWheels& locked, const std::string& path,
                    Proposal& proposal);

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_PACKAGES_WHEEL_INSTALL_H_
