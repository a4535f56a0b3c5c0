#include "plugins/python_packages/install_command.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/path.h"
#include "plugins/python_packages/install_failures.h"

namespace provision {
namespace {

// What one distribution is asked for by, so that it comes back as it is.
std::string Pin(const InstalledDistribution& distribution) {
  if (!distribution.direct_url.has_value()) {
    return absl::StrCat(distribution.name, "==", distribution.version);
  }
  const DirectUrl& direct = *distribution.direct_url;
  return absl::StrCat(distribution.name, " @ ",
                      direct.vcs.empty() ? "" : absl::StrCat(direct.vcs, "+"),
                      direct.url, direct.commit.empty() ? "" : "@",
                      direct.commit);
}

std::string Names(const std::vector<InstalledDistribution>& distributions) {
  return absl::StrJoin(distributions, ", ",
                       [](std::string* out, const auto& distribution) {
                         absl::StrAppend(out, distribution.name);
                       });
}

bool IsRelativePath(absl::string_view location) {
  return !absl::StartsWith(location, "/") && !absl::StrContains(location, ":");
}

}  // namespace

std::vector<std::string> SourceArguments(const PythonPackagesConfig& config,
                                         Facts& facts) {
  std::vector<std::string> argv;
  const auto add = [&argv](const char* option, const std::string& value) {
    argv.push_back(option);
    argv.push_back(value);
  };
  if (!config.index_url().empty()) add("--index-url", config.index_url());
  for (const std::string& url : config.extra_index_url()) {
    add("--extra-index-url", url);
  }
  for (const std::string& links : config.find_links()) {
    add("--find-links",
        absl::StrContains(links, "://") ? links : facts.AbsolutePath(links));
  }
  if (config.no_index()) argv.push_back("--no-index");
  if (config.wheel_only()) add("--only-binary", ":all:");
  return argv;
}

void InstallCommand::AddRequirements(std::vector<std::string>& argv) const {
  for (const std::string& file : config_.requirements()) {
    argv.push_back("-r");
    argv.push_back(facts_.AbsolutePath(file));
  }
  for (const std::string& file : config_.constraints()) {
    argv.push_back("-c");
    argv.push_back(facts_.AbsolutePath(file));
  }
  for (const std::string& requirement : config_.requirement()) {
    argv.push_back(requirement);
  }
}

// Without the files on the command line, pip has neither their hashes nor the
// credentials that we do not hold.
bool InstallCommand::OptionsCanBeRepeated() const {
  return std::none_of(set_.requirements.begin(), set_.requirements.end(),
                      [](const RequirementEntry& entry) {
                        return !entry.hashes.empty();
                      }) &&
         std::none_of(set_.options.begin(), set_.options.end(),
                      [](const RequirementOption& option) {
                        return option.name == "--require-hashes" ||
                               absl::StrContains(option.value, "***@");
                      });
}

void InstallCommand::RepeatOptions(std::vector<std::string>& argv) const {
  for (const RequirementOption& option : set_.options) {
    if (option.name == "--no-require-hashes") continue;
    argv.push_back(option.name);
    if (option.value.empty()) continue;
    const bool path = option.name == "--find-links" &&
                      !absl::StrContains(option.value, "://");
    argv.push_back(path
                       ? JoinPath(ParentPath(option.place.file()), option.value)
                       : option.value);
  }
}

Action InstallCommand::MakeRun(std::vector<std::string> argv,
                               absl::string_view summary, bool network) const {
  Action action;
  action.set_reversibility(Action::NONE);
  action.set_repeat_class(Action::CONVERGENT);
  action.add_output(environment_);
  Run* run = action.mutable_run();
  for (std::string& word : argv) run->add_argv(std::move(word));
  // Elsewhere the tool reads nothing of the working directory.
  const bool relative = std::any_of(
      set_.requirements.begin(), set_.requirements.end(),
      [](const RequirementEntry& entry) {
        return entry.source.kind == RequirementSource::Kind::kPath &&
               IsRelativePath(entry.source.location);
      });
  if (relative) run->set_directory(facts_.scope().root);
  for (const EnvironmentVariable& variable : settings_.environment) {
    *run->add_environment() = variable;
  }
  for (const RunSecret& secret : settings_.secrets) {
    *run->add_secret() = secret;
  }
  for (const RequirementFile& file : set_.files) run->add_input(file.path);
  run->set_network(network);
  for (FailurePattern& failure : InstallFailures()) {
    *run->add_failure() = std::move(failure);
  }
  run->set_summary(absl::StrCat(tool_.is_uv ? "uv" : "pip", " ", tool_.version,
                                ": ", summary));
  return action;
}

Action InstallCommand::Install(
    const std::vector<InstalledDistribution>& reinstall) const {
  std::vector<std::string> argv = tool_.argv;
  if (tool_.is_uv) {
    argv.insert(argv.end(),
                {"pip", "install", "--python", environment_ + "/bin/python"});
  } else {
    argv.insert(argv.end(), {"--require-virtualenv", "--no-input",
                             "--disable-pip-version-check", "-vv", "install",
                             "--progress-bar", "off"});
  }
  for (std::string& word : SourceArguments(config_, facts_)) {
    argv.push_back(std::move(word));
  }
  for (const InstalledDistribution& distribution : reinstall) {
    argv.insert(argv.end(), {"--reinstall-package", distribution.name});
  }
  AddRequirements(argv);
  const size_t count = set_.requirements.size();
  return MakeRun(
      std::move(argv),
      reinstall.empty()
          ? absl::StrCat(count, count == 1 ? " requirement" : " requirements",
                         " into ", config_.environment())
          : absl::StrCat(Names(reinstall), " anew in ", config_.environment()),
      true);
}

Action InstallCommand::Reinstall(
    const std::vector<InstalledDistribution>& damaged) const {
  std::vector<std::string> argv = tool_.argv;
  argv.insert(argv.end(),
              {"--require-virtualenv", "--no-input",
               "--disable-pip-version-check", "-vv", "install",
               "--progress-bar", "off", "--force-reinstall", "--no-deps"});
  for (std::string& word : SourceArguments(config_, facts_)) {
    argv.push_back(std::move(word));
  }
  RepeatOptions(argv);
  for (const InstalledDistribution& distribution : damaged) {
    const bool editable = distribution.direct_url.has_value() &&
                          distribution.direct_url->editable;
    if (editable) {
      argv.push_back("--editable");
      argv.push_back(distribution.direct_url->url);
    } else {
      argv.push_back(Pin(distribution));
    }
  }
  return MakeRun(
      std::move(argv),
      absl::StrCat(Names(damaged), " anew in ", config_.environment()), true);
}

Action InstallCommand::Uninstall(
    const std::vector<InstalledDistribution>& damaged) const {
  std::vector<std::string> argv = tool_.argv;
  argv.insert(argv.end(),
              {"--require-virtualenv", "--no-input",
               "--disable-pip-version-check", "uninstall", "--yes"});
  for (const InstalledDistribution& distribution : damaged) {
    argv.push_back(distribution.name);
  }
  return MakeRun(std::move(argv),
                 absl::StrCat("damaged ", Names(damaged), " out of ",
                              config_.environment()),
                 false);
}

std::vector<Action> InstallCommand::Actions(
    bool install, const std::vector<InstalledDistribution>& damaged) const {
  std::vector<Action> actions;
  if (tool_.is_uv) {
    actions.push_back(Install(damaged));
    return actions;
  }
  if (!damaged.empty()) {
    const bool repeat = OptionsCanBeRepeated();
    actions.push_back(repeat ? Reinstall(damaged) : Uninstall(damaged));
    install = install || !repeat;
  }
  if (install) actions.push_back(Install({}));
  return actions;
}

}  // namespace provision
