#ifndef PROVISION_CORE_PROJECT_TOOL_FILE_H_
#define PROVISION_CORE_PROJECT_TOOL_FILE_H_

#include "core/project/project_reading.h"

namespace provision {

// .python-version: its first line that is a version or a range.
void ReadPythonVersionFile(const ProjectFile& file, ProjectReading* reading);

// mise.toml: python among its tools.
void ReadMise(const ProjectFile& file, ProjectReading* reading);

// package.json: nothing of it has a provisioner; its engines and packages are
// told of. What is no JSON is not understood either.
void ReadPackageJson(const ProjectFile& file, ProjectReading* reading);

}  // namespace provision

#endif  // PROVISION_CORE_PROJECT_TOOL_FILE_H_
