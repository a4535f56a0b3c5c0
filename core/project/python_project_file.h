#ifndef PROVISION_CORE_PROJECT_PYTHON_PROJECT_FILE_H_
#define PROVISION_CORE_PROJECT_PYTHON_PROJECT_FILE_H_

#include "core/project/project_reading.h"

namespace provision {

// pyproject.toml: name, requires-python and dependencies of its [project].
void ReadPyproject(const ProjectFile& file, ProjectReading* reading);

// environment.yml of conda: its python, and what its `pip:` list asks for.
void ReadCondaEnvironment(const ProjectFile& file, ProjectReading* reading);

}  // namespace provision

#endif  // PROVISION_CORE_PROJECT_PYTHON_PROJECT_FILE_H_
