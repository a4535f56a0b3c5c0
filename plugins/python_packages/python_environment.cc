#include "plugins/python_packages/python_environment.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "plugins/python_packages/command_answer.h"
#include "plugins/python_packages/interpreter_scripts.h"

namespace provision {
namespace {

using google::protobuf::Struct;

absl::Status NotVirtual(absl::string_view path, absl::string_view found) {
  return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                         "python_packages/not-virtual",
                         absl::StrCat(path, " is not a virtual environment"))
      .Found(found)
      .Because(
          "packages of a system or shared interpreter belong to whoever "
          "installed it")
      .Next(
          "name an environment of the project, made by a python step before "
          "this one");
}

// `key = value` lines of pyvenv.cfg.
std::map<std::string, std::string> ParseSettings(absl::string_view text) {
  std::map<std::string, std::string> settings;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits('=', 1));
    settings[absl::AsciiStrToLower(absl::StripAsciiWhitespace(parts.first))] =
        std::string(absl::StripAsciiWhitespace(parts.second));
  }
  return settings;
}

std::vector<std::string> BaseInterpreters(
    const std::map<std::string, std::string>& settings,
    const std::string& version) {
  std::vector<std::string> found;
  const auto add = [&found](const std::string& path) {
    if (absl::StartsWith(path, "/") &&
        std::find(found.begin(), found.end(), path) == found.end()) {
      found.push_back(path);
    }
  };
  const auto get = [&settings](const std::string& key) {
    const auto it = settings.find(key);
    return it == settings.end() ? std::string() : it->second;
  };
  add(get("base-executable"));
  add(get("executable"));
  if (const std::string home = get("home"); !home.empty()) {
    add(absl::StrCat(home, "/python", version));
    add(absl::StrCat(home, "/python3"));
    add(absl::StrCat(home, "/python"));
  }
  return found;
}

absl::StatusOr<Struct> DescribeInterpreter(const std::string& interpreter,
                                           Facts& facts) {
  const FactValue::Command answer = facts.Command(
      {interpreter, "-I", "-B", "-c", kDescribeInterpreterScript});
  Struct description;
  const std::string trouble = CommandTrouble(answer, 10);
  if (trouble.empty() && google::protobuf::util::JsonStringToMessage(
                             answer.standard_output(), &description)
                             .ok()) {
    return description;
  }
  return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                         "python_packages/interpreter",
                         absl::StrCat(interpreter, " does not describe itself"))
      .Found(trouble.empty() ? "an answer that is no JSON" : trouble)
      .Next("let a python step make the environment anew");
}

// What is below `folder` of the environment ("" or "lib/"). One listing may be
// too large; then its folders are listed one by one.
void AddEntries(const std::string& path, const std::string& folder,
                Facts& facts,
                std::map<std::string, FactValue::Entry>& entries) {
  FactQuery query;
  query.mutable_listing()->set_path(
      NormalPath(absl::StrCat(path, "/", folder)));
  query.mutable_listing()->set_recursive(true);
  // A copy: reading more facts moves the record.
  const FactValue all = facts.Read(query);
  const bool too_large = all.absent().reason() == FactValue::Absent::TOO_LARGE;
  const std::vector<FactValue::Entry> found =
      too_large ? facts.Listing(query.listing().path())
                : std::vector<FactValue::Entry>(all.listing().entry().begin(),
                                                all.listing().entry().end());
  for (const FactValue::Entry& entry : found) {
    const std::string name = folder + entry.name();
    entries[name] = entry;
    if (too_large && entry.type() == PathState::DIRECTORY) {
      AddEntries(path, name + "/", facts, entries);
    } else if (too_large) {
      const PathState state = facts.Metadata(absl::StrCat(path, "/", name));
      entries[name].set_size(state.size());
      entries[name].set_target(state.target());
    }
  }
}

}  // namespace

absl::StatusOr<PythonEnvironment> ReadPythonEnvironment(absl::string_view path,
                                                        Facts& facts) {
  PythonEnvironment environment;
  environment.path = std::string(path);
  environment.interpreter = absl::StrCat(path, "/bin/python");
  const std::string settings_path = absl::StrCat(path, "/pyvenv.cfg");
  const auto settings = facts.File(settings_path);
  if (absl::IsNotFound(settings.status())) {
    return NotVirtual(path, "no pyvenv.cfg in it");
  }
  if (!settings.ok()) {
    return DiagnosticError(settings.status().code(), "host/io",
                           settings.status().message());
  }
  PROVISION_ASSIGN_OR_RETURN(
      const Struct description,
      DescribeInterpreter(environment.interpreter, facts));
  const auto& fields = description.fields();
  const auto text = [](const auto& map, const char* key) {
    const auto it = map.find(key);
    return it == map.end() ? std::string() : it->second.string_value();
  };
  const auto is_virtual = fields.find("virtual");
  if (is_virtual == fields.end() || !is_virtual->second.bool_value()) {
    return NotVirtual(path, absl::StrCat(environment.interpreter,
                                         " is the base interpreter itself"));
  }
  for (const char* key : {"purelib", "platlib"}) {
    const std::string site = NormalPath(text(fields, key));
    if (!IsBelowOrSame(site, path)) {
      return NotVirtual(path, absl::StrCat("it installs into ", site));
    }
    const std::string relative = RelativeTo(site, path);
    std::vector<std::string>& sites = environment.site_packages;
    if (std::find(sites.begin(), sites.end(), relative) == sites.end()) {
      sites.push_back(relative);
    }
  }
  if (const auto markers = fields.find("markers"); markers != fields.end()) {
    for (const auto& [name, value] : markers->second.struct_value().fields()) {
      environment.markers[name] = value.string_value();
    }
  }
  environment.base_interpreters = BaseInterpreters(
      ParseSettings(*settings), environment.markers["python_version"]);
  AddEntries(environment.path, "", facts, environment.entries);
  return environment;
}

}  // namespace provision
