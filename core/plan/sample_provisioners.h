#ifndef PROVISION_CORE_PLAN_SAMPLE_PROVISIONERS_H_
#define PROVISION_CORE_PLAN_SAMPLE_PROVISIONERS_H_

#include <vector>

#include "core/api/provisioner.h"
#include "core/plugin/registry.h"

namespace provision {

// A registry with doubles that serve the configs of sample.proto; they know the
// rules `invariants`.
//
// `python` refuses a version that is empty or begins with `x`, warns of one
// that begins with 2, and knows the consent "remove_old". `python_packages`
// wants `requirements`.
Registry SampleRegistryForTest(std::vector<OrderingInvariant> invariants = {});

}  // namespace provision

#endif  // PROVISION_CORE_PLAN_SAMPLE_PROVISIONERS_H_
