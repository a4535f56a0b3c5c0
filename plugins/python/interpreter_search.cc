#include "plugins/python/interpreter_search.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/path.h"
#include "re2/re2.h"

namespace provision {
namespace {

using Source = FoundInterpreter::Source;

// A folder that holds one installation a folder, named after its version.
struct Collection {
  Source source;
  std::string folder;
};

// The value of a variable that names an absolute path, or `otherwise`.
std::string FolderVariable(Facts& facts, const char* name,
                           const std::string& otherwise) {
  const std::string value = facts.Variable(name).value_or("");
  return absl::StartsWith(value, "/") ? NormalPath(value) : otherwise;
}

std::string DataFolder(Facts& facts) {
  return FolderVariable(
      facts, "XDG_DATA_HOME",
      NormalPath(absl::StrCat(facts.Host().home(), "/.local/share")));
}

std::vector<Collection> Collections(Facts& facts) {
  std::vector<Collection> collections;
  for (const std::string& folder : OurInterpreterFolders(facts)) {
    collections.push_back({Source::kOurs, folder});
  }
  const std::string data = DataFolder(facts);
  const std::string home = NormalPath(facts.Host().home());
  collections.push_back(
      {Source::kUv,
       FolderVariable(facts, "UV_PYTHON_INSTALL_DIR", data + "/uv/python")});
  collections.push_back(
      {Source::kPyenv,
       FolderVariable(facts, "PYENV_ROOT", home + "/.pyenv") + "/versions"});
  collections.push_back(
      {Source::kMise, FolderVariable(facts, "MISE_DATA_DIR", data + "/mise") +
                          "/installs/python"});
  return collections;
}

// "3.11.7" and "3.13.0t" of pyenv, "cpython-3.11.7-linux-x86_64-gnu" of uv. One
// that names no patch is a link to one that does.
bool ParseFolderName(const std::string& name, PythonVersion* version,
                     bool* free_threaded) {
  static const RE2 kName(
      "(?:cpython-)?(\\d+\\.\\d+\\.\\d+(?:(?:a|b|rc)\\d+)?)"
      "(t|\\+freethreaded)?(?:-.*)?");
  std::string text;
  std::string variant;
  if (!RE2::FullMatch(name, kName, &text, &variant)) return false;
  absl::StatusOr<PythonVersion> parsed = PythonVersion::Parse(text);
  if (!parsed.ok()) return false;
  *version = *std::move(parsed);
  *free_threaded = !variant.empty();
  return true;
}

class Searcher {
 public:
  Searcher(const VersionRequest& request, absl::string_view environment,
           Facts& facts)
      : request_(request), environment_(environment), facts_(facts) {}

  InterpreterSearch Search() {
    LookAtActive();
    std::vector<FoundInterpreter> active = std::move(result_.found);
    result_.found.clear();
    for (const Collection& collection : Collections(facts_)) {
      LookInCollection(collection);
    }
    const std::string conda = FolderVariable(facts_, "CONDA_PREFIX", "");
    if (!conda.empty()) LookAt(conda + "/bin/python", Source::kConda);
    for (FoundInterpreter& found : active) {
      result_.found.push_back(std::move(found));
    }
    LookOnPath();
    absl::c_stable_sort(result_.found, [this](const FoundInterpreter& a,
                                              const FoundInterpreter& b) {
      return request_.IsLastResort(a.interpreter) <
             request_.IsLastResort(b.interpreter);
    });
    return std::move(result_);
  }

 private:
  // The active environment's own base; the environment that is to be made may
  // be broken, for it is mended.
  void LookAtActive() {
    const std::string active = FolderVariable(facts_, "VIRTUAL_ENV", "");
    if (active.empty() || active == environment_) return;
    const std::string program = active + "/bin/python";
    if (facts_.Metadata(program).type() == PathState::SYMLINK &&
        facts_.Metadata(program, true).type() == PathState::ABSENT) {
      result_.broken_active = program;
      return;
    }
    LookAt(program, Source::kPath);
  }

  void LookInCollection(const Collection& collection) {
    struct Install {
      PythonVersion version;
      std::string program;
    };
    std::vector<Install> installs;
    for (const FactValue::Entry& entry : facts_.Listing(collection.folder)) {
      PythonVersion version;
      bool free_threaded = false;
      if (!ParseFolderName(entry.name(), &version, &free_threaded) ||
          !request_.AcceptsMinorOf(version)) {
        continue;
      }
      installs.push_back(
          {version,
           absl::StrCat(collection.folder, "/", entry.name(), "/bin/python",
                        version.ReleasePrefix(2), free_threaded ? "t" : "")});
    }
    absl::c_stable_sort(installs, [](const Install& a, const Install& b) {
      return a.version > b.version;
    });
    for (const Install& install : installs) {
      LookAt(install.program, collection.source);
    }
  }

  void LookOnPath() {
    const std::string path = facts_.Variable("PATH").value_or("");
    std::set<std::pair<uint64_t, uint64_t>> seen;
    for (absl::string_view part : absl::StrSplit(path, ':')) {
      // What is relative depends on where somebody stands.
      if (!absl::StartsWith(part, "/")) continue;
      const std::string folder = NormalPath(part);
      const PathState state = facts_.Metadata(folder, true);
      if (state.type() != PathState::DIRECTORY ||
          !seen.emplace(state.device(), state.inode()).second) {
        continue;
      }
      for (const std::string& name : NamesIn(folder)) {
        LookAt(absl::StrCat(folder, "/", name), Source::kPath);
      }
    }
  }

  // The programs of a folder that may serve, the most specific name first.
  std::vector<std::string> NamesIn(const std::string& folder) {
    static const RE2 kName("python(3(\\.\\d+){0,2}t?)?");
    std::vector<std::string> names;
    for (const FactValue::Entry& entry : facts_.Listing(folder)) {
      if (RE2::FullMatch(entry.name(), kName) && MayServe(entry.name())) {
        names.push_back(entry.name());
      }
    }
    absl::c_stable_sort(names, [](const std::string& a, const std::string& b) {
      return absl::c_count(a, '.') != absl::c_count(b, '.')
                 ? absl::c_count(a, '.') > absl::c_count(b, '.')
                 : a.size() > b.size();
    });
    return names;
  }

  // `python3.12` does not where 3.11.7 is asked for.
  bool MayServe(absl::string_view name) const {
    std::string version(name.substr(absl::string_view("python").size()));
    if (absl::EndsWith(version, "t")) version.pop_back();
    if (!absl::StrContains(version, ".")) return true;
    absl::StatusOr<PythonVersion> parsed = PythonVersion::Parse(version);
    if (!parsed.ok()) return false;
    if (request_.is_pinned()) {
      return request_.pinned().HasReleasePrefix(*parsed,
                                                parsed->release_size());
    }
    return true;  // some patch of it may be in the range
  }

  void LookAt(const std::string& program, Source source) {
    if (IsBelowOrSame(program, environment_)) return;
    const PathState state = facts_.Metadata(program, true);
    if (state.type() != PathState::FILE) return;
    if (!files_.emplace(state.device(), state.inode()).second) return;
    absl::StatusOr<Interpreter> read = ReadInterpreter(program, facts_);
    if (!read.ok()) {
      result_.others.push_back(
          absl::StrCat(program, " ", read.status().message()));
      return;
    }
    Interpreter interpreter = *std::move(read);
    if (interpreter.is_virtual()) interpreter.prefix = interpreter.base_prefix;
    if (IsBelowOrSame(interpreter.base_executable, environment_) ||
        !programs_.insert(interpreter.base_executable).second) {
      return;
    }
    if (!request_.AcceptsMinorOf(interpreter.version)) {
      AddOther(program, interpreter, "");
    } else if (std::string kind = request_.WhyAnotherKind(interpreter);
               !kind.empty()) {
      AddOther(program, interpreter, absl::StrCat(", ", kind));
    } else if (!interpreter.has_ssl) {
      AddOther(program, interpreter, ", built without ssl");
    } else {
      result_.found.push_back({source, std::move(interpreter)});
    }
  }

  void AddOther(absl::string_view program, const Interpreter& interpreter,
                absl::string_view why) {
    result_.others.push_back(
        absl::StrCat(program, " is ", interpreter.version.ToString(), why));
  }

  const VersionRequest& request_;
  const std::string environment_;
  Facts& facts_;
  InterpreterSearch result_;
  std::set<std::pair<uint64_t, uint64_t>> files_;
  std::set<std::string> programs_;
};

}  // namespace

std::string FoundInterpreter::ToString() const {
  const std::string version = interpreter.version.ToString();
  switch (source) {
    case Source::kOurs:
      return absl::StrCat("our ", version);
    case Source::kUv:
      return absl::StrCat("uv's ", version);
    case Source::kPyenv:
      return absl::StrCat("pyenv's ", version);
    case Source::kMise:
      return absl::StrCat("mise's ", version);
    case Source::kConda:
      return absl::StrCat("conda's ", version);
    case Source::kPath:
      break;
  }
  return absl::StrCat(version, " at ", interpreter.base_executable);
}

std::vector<std::string> OurInterpreterFolders(Facts& facts) {
  const std::string machine = "/usr/local/lib/provision/python";
  if (facts.Host().uid() == 0) return {machine};
  return {DataFolder(facts) + "/provision/python", machine};
}

InterpreterSearch FindInterpreters(const VersionRequest& request,
                                   absl::string_view environment,
                                   Facts& facts) {
  return Searcher(request, environment, facts).Search();
}

}  // namespace provision
