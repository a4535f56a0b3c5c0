#ifndef PROVISION_CORE_PROJECT_DOCKERFILE_H_
#define PROVISION_CORE_PROJECT_DOCKERFILE_H_

#include "core/project/project_reading.h"

namespace provision {

// A Dockerfile: the Python of its base images, and the packages that its RUN
// lines install.
void ReadDockerfile(const ProjectFile& file, ProjectReading* reading);

}  // namespace provision

#endif  // PROVISION_CORE_PROJECT_DOCKERFILE_H_
