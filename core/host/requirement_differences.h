#ifndef PROVISION_CORE_HOST_REQUIREMENT_DIFFERENCES_H_
#define PROVISION_CORE_HOST_REQUIREMENT_DIFFERENCES_H_

#include <vector>

#include "core/base/diagnostic.pb.h"
#include "core/host/requirements_file.h"

namespace provision {

// Where pip and uv would read the files of `set` differently, a note each, by
// place: the same file may give two environments.
std::vector<Diagnostic> PipAndUvDifferences(const RequirementSet& set);

}  // namespace provision

#endif  // PROVISION_CORE_HOST_REQUIREMENT_DIFFERENCES_H_
