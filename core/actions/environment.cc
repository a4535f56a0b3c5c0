#include "core/actions/environment.h"

#include "absl/strings/match.h"

namespace provision {

bool IsInheritedVariable(absl::string_view name, absl::string_view value) {
  if (value.find('\0') != absl::string_view::npos) return false;
  if (name == "HOME") return absl::StartsWith(value, "/");
  if (name == "TERM") return !absl::StrContains(value, "/");
  // A name of the zone database, "Europe/Berlin", but no file elsewhere.
  if (name == "TZ") {
    return !absl::StartsWith(value, "/") && !absl::StartsWith(value, ":/") &&
           !absl::StrContains(value, "..");
  }
  // A locale with `/` is read from that path, one with `%` was a format string.
  if (name == "LANG" || absl::StartsWith(name, "LC_")) {
    return !absl::StrContains(value, "/") && !absl::StrContains(value, "%");
  }
  return false;
}

std::map<std::string, std::string> ComposeEnvironment(
    System& system,
    const google::protobuf::RepeatedPtrField<EnvironmentVariable>& declared) {
  std::map<std::string, std::string> environment;
  for (const auto& [name, value] : system.Environment()) {
    if (IsInheritedVariable(name, value)) environment[name] = value;
  }
  if (environment.count("HOME") == 0) {
    const std::string home = system.identity().home;
    if (!home.empty()) environment["HOME"] = home;
  }
  environment["PATH"] = kCommandPath;
  for (const EnvironmentVariable& variable : declared) {
    environment[variable.name()] = variable.value();
  }
  return environment;
}

}  // namespace provision
