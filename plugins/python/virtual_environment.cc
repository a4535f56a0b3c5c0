#include "plugins/python/virtual_environment.h"

#include <map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/path.h"

namespace provision {
namespace {

using State = VirtualEnvironment::State;

// Where the links at the end of `path` lead.
std::string ResolveEnd(std::string path, Facts& facts) {
  constexpr int kMaxLinks = 40;
  for (int i = 0; i < kMaxLinks; ++i) {
    const PathState state = facts.Metadata(path);
    if (state.type() != PathState::SYMLINK) break;
    path = JoinPath(ParentPath(path), state.target());
  }
  return path;
}

// Of a pyvenv.cfg: ours and Python's say `version`, uv's and virtualenv's
// `version_info`.
std::string VersionIn(absl::string_view settings) {
  for (absl::string_view line : absl::StrSplit(settings, '\n')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits('=', 1));
    const absl::string_view key = absl::StripAsciiWhitespace(parts.first);
    if (key == "version" || key == "version_info") {
      return std::string(absl::StripAsciiWhitespace(parts.second));
    }
  }
  return "";
}

bool IsThere(absl::string_view path, Facts& facts) {
  return facts.Metadata(path, true).type() != PathState::ABSENT;
}

std::string SitePackages(absl::string_view environment,
                         absl::string_view minor_name) {
  return absl::StrCat(environment, "/lib/python", minor_name, "/site-packages");
}

void ReadProgram(absl::string_view named, Facts& facts,
                 VirtualEnvironment* environment) {
  absl::StatusOr<Interpreter> read =
      ReadInterpreter(absl::StrCat(environment->path, "/bin/python"), facts);
  if (!read.ok()) {
    environment->why = absl::StrCat("its bin/python ", read.status().message());
    return;
  }
  if (read->prefix != environment->path && read->prefix != named) {
    environment->why = absl::StrCat("its bin/python belongs to ", read->prefix);
    return;
  }
  environment->made_for = read->version.ToString();
  environment->complete =
      IsThere(SitePackages(environment->path, read->MinorName()), facts) &&
      IsThere(environment->path + "/bin/python3", facts);
  environment->interpreter = *std::move(read);
}

}  // namespace

VirtualEnvironment ReadVirtualEnvironment(absl::string_view path,
                                          Facts& facts) {
  VirtualEnvironment environment;
  environment.path = ResolveEnd(std::string(path), facts);
  switch (facts.Metadata(environment.path).type()) {
    case PathState::ABSENT:
      return environment;
    case PathState::DIRECTORY:
      break;
    default:
      environment.state = State::kOther;
      environment.why = "it is no folder, or cannot be looked at";
      return environment;
  }
  const absl::StatusOr<std::string> settings =
      facts.File(environment.path + "/pyvenv.cfg");
  if (settings.ok()) {
    environment.state = State::kEnvironment;
    environment.made_for = VersionIn(*settings);
    ReadProgram(path, facts, &environment);
  } else if (!absl::IsNotFound(settings.status())) {
    environment.state = State::kOther;
    environment.why = "its pyvenv.cfg cannot be read";
  } else if (!facts.Listing(environment.path).empty()) {
    environment.state = State::kOther;
    environment.why = "it has no pyvenv.cfg, but other files";
  }
  return environment;
}

bool IsReplaced(const VirtualEnvironment& environment,
                const EnvironmentBase& base) {
  if (environment.state != State::kEnvironment) return false;
  const std::string made_for = environment.interpreter.has_value()
                                   ? environment.interpreter->MinorName()
                                   : environment.made_for;
  const bool same = made_for == base.minor_name || made_for == base.version ||
                    absl::StartsWith(made_for, base.minor_name + ".");
  return !same;
}

void AddEnvironment(const VirtualEnvironment& environment,
                    const EnvironmentBase& base, ActionList* actions) {
  const std::string& path = environment.path;
  if (IsReplaced(environment, base)) {
    actions->Remove(path, /*recursive=*/true);
  }
  actions->WriteFile(
      path + "/pyvenv.cfg",
      absl::StrCat("home = ", ParentPath(base.program),
                   "\ninclude-system-site-packages = false\nversion = ",
                   base.version, "\nexecutable = ", base.program, "\n"),
      0644);
  actions->MakeDirectory(path + "/include", 0755);
  actions->MakeDirectory(SitePackages(path, base.minor_name), 0755);
  // Distributions that are built for 64 bits look there.
  actions->Link(path + "/lib64", "lib");
  actions->Link(absl::StrCat(path, "/bin/python", base.minor_name), "python");
  actions->Link(path + "/bin/python3", "python");
  actions->Link(path + "/bin/python", base.program);
}

}  // namespace provision
