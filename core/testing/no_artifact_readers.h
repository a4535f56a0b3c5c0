#ifndef PROVISION_CORE_TESTING_NO_ARTIFACT_READERS_H_
#define PROVISION_CORE_TESTING_NO_ARTIFACT_READERS_H_

#include "core/api/wheel_installer.h"

namespace provision {

// Readers for a test in which nothing is unpacked or installed: all that they
// are asked is kUnimplemented.
const ArtifactReaders& NoArtifactReaders();

}  // namespace provision

#endif  // PROVISION_CORE_TESTING_NO_ARTIFACT_READERS_H_
