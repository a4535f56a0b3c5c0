#include "core/base/child_environment.h"

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace provision {
namespace {

bool IsInherited(absl::string_view name, absl::string_view value) {
  // A locale with `/` is read from that path, one with `%` was a format string.
  if (name == "LANG" || absl::StartsWith(name, "LC_")) {
    return value.find_first_of("/%") == absl::string_view::npos;
  }
  if (name == "TERM") return !absl::StrContains(value, "/");
  // A name of the zone database, such as Europe/Berlin, but no file elsewhere.
  if (name == "TZ") {
    return !absl::StartsWith(value, "/") && !absl::StartsWith(value, ":/") &&
           !absl::StrContains(value, "..");
  }
  return false;
}

}  // namespace

std::map<std::string, std::string> ChildEnvironment(System& system) {
  std::map<std::string, std::string> environment = {{"PATH", kChildPath}};
  for (const auto& [name, value] : system.Environment()) {
    if (IsInherited(name, value)) environment[name] = value;
  }
  std::string home = HomeDirectory(system);
  if (!home.empty()) environment["HOME"] = home;
  return environment;
}

std::string HomeDirectory(System& system) {
  absl::optional<std::string> home = system.Variable("HOME");
  if (home.has_value() && absl::StartsWith(*home, "/")) return *home;
  return system.identity().home;
}

}  // namespace provision
