#ifndef PROVISION_CORE_PROJECT_LOCK_FILE_H_
#define PROVISION_CORE_PROJECT_LOCK_FILE_H_

#include "core/project/project_reading.h"

namespace provision {

// pylock.toml (PEP 751): every package of it whose marker is one of PEP 508.
void ReadPylock(const ProjectFile& file, ProjectReading* reading);

// uv.lock: what the project itself needs, without extras and groups, each with
// the marker of the ways that lead to it.
void ReadUvLock(const ProjectFile& file, ProjectReading* reading);

}  // namespace provision

#endif  // PROVISION_CORE_PROJECT_LOCK_FILE_H_
