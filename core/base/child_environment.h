#ifndef PROVISION_CORE_BASE_CHILD_ENVIRONMENT_H_
#define PROVISION_CORE_BASE_CHILD_ENVIRONMENT_H_

#include <map>
#include <string>

#include "core/base/system.h"

namespace provision {

// PATH of every command that is started (reliability.md 9.2).
inline constexpr char kChildPath[] =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// What a command inherits of our environment: HOME, LANG, LC_*, TERM and TZ, if
// they are set, and kChildPath. A value that could name a file is left out. All
// else is for the action or the fact to add.
std::map<std::string, std::string> ChildEnvironment(System& system);

// The variable HOME if it is an absolute path, else what the user database
// says; "" if neither does.
std::string HomeDirectory(System& system);

}  // namespace provision

#endif  // PROVISION_CORE_BASE_CHILD_ENVIRONMENT_H_
