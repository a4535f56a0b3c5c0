#ifndef PROVISION_PLUGINS_PYTHON_PACKAGES_INTERPRETER_SCRIPTS_H_
#define PROVISION_PLUGINS_PYTHON_PACKAGES_INTERPRETER_SCRIPTS_H_

// What an environment's interpreter is asked to run. Both run with `-I -B`, so
// that neither the working directory nor variables change the answer and no
// file is written; both work with any Python 3.

namespace provision {

// Prints one JSON object: `markers` (the variables of PEP 508), `purelib`,
// `platlib`, `virtual` (whether it is a virtual environment).
extern const char kDescribeInterpreterScript[];

// Imports the modules of each distribution named in the arguments: the one
// called as the distribution if there is one, else all of them. Ends with 1 and
// `NAME: REASON` lines if one is not installed or cannot be imported.
extern const char kImportDistributionsScript[];

}  // namespace provision

#endif  // PROVISION_PLUGINS_PYTHON_PACKAGES_INTERPRETER_SCRIPTS_H_
