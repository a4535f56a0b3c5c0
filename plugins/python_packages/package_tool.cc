#include "plugins/python_packages/package_tool.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/host/python_version.h"
#include "plugins/python_packages/command_answer.h"
#include "re2/re2.h"

namespace provision {
namespace {

constexpr int kDeadlineSeconds = 10;

// A program that may be a tool.
struct Candidate {
  std::vector<std::string> argv;  // without the arguments that ask it
  bool in_environment = false;    // pip of the environment itself
};

class ToolFinder {
 public:
  ToolFinder(const std::string& path, const PythonEnvironment* environment,
             Facts& facts)
      : interpreter_(path + "/bin/python"),
        environment_(environment),
        facts_(facts) {
    const std::string variable = facts.Variable("PATH").value_or("");
    for (const absl::string_view folder : absl::StrSplit(variable, ':')) {
      if (absl::StartsWith(folder, "/"))
        folders_.push_back(std::string(folder));
    }
  }

  absl::optional<PackageTool> FindUv(PackageToolChoice& choice) {
    std::vector<Candidate> candidates;
    const std::string home = facts_.Host().home();
    std::vector<std::string> folders = folders_;
    folders.push_back(home + "/.local/bin");
    folders.push_back(home + "/.cargo/bin");
    for (const std::string& folder : folders) {
      AddIfThere({folder + "/uv"}, candidates);
    }
    for (const std::string& base : Interpreters()) {
      if (HasModule(base, "uv")) AddIfThere({base, "-m", "uv"}, candidates);
    }
    for (const Candidate& candidate : candidates) {
      std::vector<std::string> ask = candidate.argv;
      ask.push_back("--version");
      absl::optional<std::string> version =
          Ask("uv", ask, R"(^uv (\S+)())", nullptr, choice);
      if (version.has_value()) {
        return PackageTool{true, *std::move(version), candidate.argv};
      }
    }
    choice.missing = "no uv on PATH, in ~/.local/bin or in ~/.cargo/bin";
    return absl::nullopt;
  }

  absl::optional<PackageTool> FindPip(PackageToolChoice& choice) {
    using Group = void (ToolFinder::*)(std::vector<Candidate>&);
    // Each is looked at only when those before it had none. What can be found
    // before there is an environment goes first, so that the preview names what
    // will then run.
    for (const Group add : {&ToolFinder::AddOwnPip, &ToolFinder::AddPathPips,
                            &ToolFinder::AddPyenvPips, &ToolFinder::AddBasePips,
                            &ToolFinder::AddPipWheels}) {
      std::vector<Candidate> candidates;
      (this->*add)(candidates);
      for (const Candidate& candidate : candidates) {
        absl::optional<PackageTool> tool = TryPip(candidate, choice);
        if (tool.has_value()) return tool;
      }
    }
    choice.missing =
        "no pip in the environment, on PATH, among pyenv's versions or with "
        "the base interpreter";
    return absl::nullopt;
  }

 private:
  static bool IsTooOld(const std::string& version) {
    const auto parsed = PythonVersion::Parse(version);
    return !parsed.ok() || *parsed < *PythonVersion::Parse("22.3");
  }

  // An older pip answers there, but what it installs with uses parts of the
  // standard library that Python 3.12 took away.
  bool IsTooOldForInterpreter(const std::string& version) const {
    if (environment_ == nullptr) return false;
    const auto found = environment_->markers.find("python_version");
    if (found == environment_->markers.end()) return false;
    const auto python = PythonVersion::Parse(found->second);
    const auto pip = PythonVersion::Parse(version);
    return python.ok() && pip.ok() &&
           *python >= *PythonVersion::Parse("3.12") &&
           *pip < *PythonVersion::Parse("23.1.2");
  }

  bool IsThere(const std::string& path) {
    return facts_.Metadata(path, true).type() == PathState::FILE;
  }

  void AddIfThere(std::vector<std::string> argv,
                  std::vector<Candidate>& candidates) {
    if (seen_.insert(absl::StrJoin(argv, " ")).second && IsThere(argv[0])) {
      candidates.push_back({std::move(argv), false});
    }
  }

  std::vector<std::string> Interpreters() const {
    return environment_ == nullptr ? std::vector<std::string>()
                                   : environment_->base_interpreters;
  }

  // Whether the interpreter has a module's folder; asking it would start an
  // interpreter only to fail.
  bool HasModule(const std::string& base, absl::string_view module) {
    const std::string version =
        environment_->markers.count("python_version") != 0
            ? environment_->markers.at("python_version")
            : "";
    const std::string prefix = base.substr(0, base.rfind("/bin/"));
    return facts_
               .Metadata(absl::StrCat(prefix, "/lib/python", version,
                                      "/site-packages/", module))
               .type() == PathState::DIRECTORY;
  }

  absl::optional<PackageTool> TryPip(const Candidate& candidate,
                                     PackageToolChoice& choice) {
    std::string location;
    absl::optional<std::string> version =
        AskPip(candidate.argv, &location, choice);
    if (!version.has_value()) return absl::nullopt;
    std::vector<std::string> argv = candidate.argv;
    if (!candidate.in_environment) {
      if (IsTooOld(*version)) {
        Refuse("pip", argv,
               absl::StrCat("is ", *version, "; --python came with 22.3"),
               choice);
        return absl::nullopt;
      }
      if (IsTooOldForInterpreter(*version)) {
        Refuse("pip", argv,
               absl::StrCat("is ", *version,
                            "; from Python 3.12 on it has to be 23.1.2"),
               choice);
        return absl::nullopt;
      }
      // What --python starts is started directly: a pip that had to start
      // another would leave that one behind if it is killed.
      const std::string runner = location + "/__pip-runner__.py";
      if (IsThere(runner)) {
        argv = {interpreter_, runner};
      } else {
        argv.insert(argv.end(), {"--python", interpreter_});
      }
      // It must also run in this environment's interpreter.
      if (environment_ != nullptr &&
          !AskPip(argv, &location, choice).has_value()) {
        return absl::nullopt;
      }
    }
    return PackageTool{false, *std::move(version), std::move(argv)};
  }

  // Its version, and the folder that it is in.
  absl::optional<std::string> AskPip(std::vector<std::string> argv,
                                     std::string* location,
                                     PackageToolChoice& choice) {
    argv.push_back("--version");
    return Ask("pip", argv, R"((?m)^pip (\S+) from (.*) \(python )", location,
               choice);
  }

  void AddOwnPip(std::vector<Candidate>& candidates) {
    if (environment_ == nullptr) return;
    for (const std::string& site : environment_->site_packages) {
      if (environment_->entries.count(site + "/pip/__main__.py") != 0) {
        candidates.push_back({{interpreter_, "-m", "pip"}, true});
        return;
      }
    }
  }

  void AddBasePips(std::vector<Candidate>& candidates) {
    for (const std::string& base : Interpreters()) {
      AddIfThere({base, "-m", "pip"}, candidates);
    }
  }

  void AddPathPips(std::vector<Candidate>& candidates) {
    for (const std::string& folder : folders_) {
      for (const char* name : {"/pip3", "/pip"}) {
        AddIfThere({folder + name}, candidates);
      }
      AddIfThere({folder + "/python3", "-m", "pip"}, candidates);
    }
  }

  void AddPyenvPips(std::vector<Candidate>& candidates) {
    for (const std::string& base : PyenvInterpreters()) {
      AddIfThere({base, "-m", "pip"}, candidates);
    }
  }

  // The wheel of pip that comes with Python for new environments can be run as
  // it is, by the environment's own interpreter.
  void AddPipWheels(std::vector<Candidate>& candidates) {
    if (environment_ == nullptr) return;
    std::vector<std::string> folders;
    for (const std::string& base : Interpreters()) {
      const std::string folder = absl::StrCat(
          base.substr(0, base.rfind("/bin/")), "/lib/python",
          environment_->markers.at("python_version"), "/ensurepip/_bundled");
      if (std::find(folders.begin(), folders.end(), folder) == folders.end()) {
        folders.push_back(folder);
      }
    }
    folders.push_back("/usr/share/python-wheels");
    for (const std::string& folder : folders) {
      for (const FactValue::Entry& entry : facts_.Listing(folder)) {
        if (RE2::FullMatch(entry.name(), R"(pip-[^-]+-[^/]*\.whl)")) {
          candidates.push_back(
              {{interpreter_, absl::StrCat(folder, "/", entry.name(), "/pip")},
               true});
        }
      }
    }
  }

  // Newest first.
  std::vector<std::string> PyenvInterpreters() {
    const std::string root = facts_.Variable("PYENV_ROOT")
                                 .value_or(facts_.Host().home() + "/.pyenv");
    std::vector<std::pair<PythonVersion, std::string>> found;
    for (const FactValue::Entry& entry : facts_.Listing(root + "/versions")) {
      const auto version = PythonVersion::Parse(entry.name());
      if (!version.ok()) continue;
      found.emplace_back(*version, absl::StrCat(root, "/versions/",
                                                entry.name(), "/bin/python3"));
    }
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<std::string> interpreters;
    for (auto& [version, path] : found) interpreters.push_back(path);
    return interpreters;
  }

  static void Refuse(absl::string_view name,
                     const std::vector<std::string>& argv,
                     absl::string_view why, PackageToolChoice& choice) {
    Refusal refusal;
    refusal.set_rung(std::string(name));
    refusal.set_reason(absl::StrCat(argv[0], " ", why));
    refusal.add_evidence(absl::StrJoin(argv, " "));
    choice.refused.push_back(std::move(refusal));
  }

  // The version that the answer names and what comes with it, the groups of
  // `pattern`; else a refusal with the reason.
  absl::optional<std::string> Ask(absl::string_view name,
                                  const std::vector<std::string>& argv,
                                  const std::string& pattern, std::string* rest,
                                  PackageToolChoice& choice) {
    const FactValue::Command answer =
        facts_.Command(argv, {}, kDeadlineSeconds);
    std::string trouble = CommandTrouble(answer, kDeadlineSeconds);
    std::string version;
    if (trouble.empty() &&
        !RE2::PartialMatch(answer.standard_output(), pattern, &version, rest)) {
      trouble = "does not tell its version";
    }
    if (trouble.empty()) return version;
    Refuse(name, argv, trouble, choice);
    return absl::nullopt;
  }

  const std::string interpreter_;
  const PythonEnvironment* const environment_;
  Facts& facts_;
  std::vector<std::string> folders_;
  std::set<std::string> seen_;
};

}  // namespace

PackageToolChoice ChoosePackageTool(
    PythonPackagesConfig::PackageManager manager, const std::string& path,
    const PythonEnvironment* environment, bool prefer_pip, Facts& facts) {
  PackageToolChoice choice;
  ToolFinder finder(path, environment, facts);
  if (manager == PythonPackagesConfig::UV) {
    choice.tool = finder.FindUv(choice);
    return choice;
  }
  if (manager == PythonPackagesConfig::PIP) {
    choice.tool = finder.FindPip(choice);
    return choice;
  }
  choice.tool = prefer_pip ? finder.FindPip(choice) : finder.FindUv(choice);
  if (!choice.tool.has_value()) {
    const std::string first = choice.missing;
    choice.tool = prefer_pip ? finder.FindUv(choice) : finder.FindPip(choice);
    choice.missing = absl::StrCat(first, "; ", choice.missing);
  }
  return choice;
}

}  // namespace provision
