#ifndef PROVISION_CORE_ACTIONS_ENVIRONMENT_H_
#define PROVISION_CORE_ACTIONS_ENVIRONMENT_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "core/api/fact.pb.h"
#include "core/base/system.h"
#include "google/protobuf/repeated_field.h"

namespace provision {

// PATH of every command, whatever the caller's is.
inline constexpr char kCommandPath[] =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// The environment of a command: nothing is inherited but an allow-list
// (reliability.md 9.2). PATH is kCommandPath; HOME, LANG, LC_*, TERM and TZ are
// the caller's, unless their value names a file; then come the `declared`
// variables, which win.
std::map<std::string, std::string> ComposeEnvironment(
    System& system,
    const google::protobuf::RepeatedPtrField<EnvironmentVariable>& declared =
        {});

// May `value` of the caller's variable `name` reach a command?
bool IsInheritedVariable(absl::string_view name, absl::string_view value);

}  // namespace provision

#endif  // PROVISION_CORE_ACTIONS_ENVIRONMENT_H_
