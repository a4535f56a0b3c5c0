#ifndef PROVISION_CORE_PROJECT_UV_LOCK_CLOSURE_H_
#define PROVISION_CORE_PROJECT_UV_LOCK_CLOSURE_H_

#include <string>
#include <vector>

#include "core/host/document.h"

namespace provision {

struct UvLockedPackage {
  const DocumentNode* package = nullptr;
  // When it is wanted, as PEP 508 writes it; empty: always.
  std::string marker;
};

// The packages of a uv.lock that its project needs, in the file's order, itself
// left out. A lock without a project (a workspace of members alone) gives all.
// `root` outlives the answer.
std::vector<UvLockedPackage> UvLockClosure(const DocumentNode& root);

}  // namespace provision

#endif  // PROVISION_CORE_PROJECT_UV_LOCK_CLOSURE_H_
