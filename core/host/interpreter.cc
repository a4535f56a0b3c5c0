#include "core/host/interpreter.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"

namespace provision {
namespace {

using google::protobuf::Struct;

// Prints one JSON object. Of Debian's interpreters only the default scheme
// knows the true stdlib, and only a variable tells a build without the lock.
constexpr char kDescribe[] = R"py(import json, os, sys, sysconfig
from importlib.util import find_spec
var = sysconfig.get_config_var
base = getattr(sys, '_base_executable', None) or sys.executable
if sys.prefix != sys.base_prefix and base == sys.executable:
    base = os.path.join(sys.base_prefix, 'bin', 'python%d.%d' % sys.version_info[:2])
v = sys.version_info
tag = {'alpha': 'a', 'beta': 'b', 'candidate': 'rc', 'final': ''}[v[3]]
print(json.dumps({
    'version': '%d.%d.%d' % v[:3] + (tag + str(v[4]) if tag else ''),
    'implementation': sys.implementation.name,
    'free_threaded': bool(var('Py_GIL_DISABLED')),
    'debug': hasattr(sys, 'gettotalrefcount'),
    'ssl': find_spec('_ssl') is not None,
    'platform': ' '.join(str(var(n)) for n in ('MULTIARCH', 'SOABI', 'HOST_GNU_TYPE')),
    'machine': os.uname().machine,
    'prefix': sys.prefix,
    'base_prefix': sys.base_prefix,
    'base_executable': os.path.realpath(base),
    'stdlib': sysconfig.get_path('stdlib'),
})))py";

absl::Status Useless(absl::string_view why) {
  return absl::FailedPreconditionError(why);
}

// The last words of a program's complaint.
std::string LastLine(absl::string_view text) {
  text = absl::StripTrailingAsciiWhitespace(text);
  const size_t end = text.rfind('\n');
  return std::string(
      (end == absl::string_view::npos ? text : text.substr(end + 1))
          .substr(0, 200));
}

absl::StatusOr<Struct> Describe(absl::string_view path, Facts& facts) {
  const FactValue::Command answer = facts.Command(InterpreterCommand(path));
  switch (answer.outcome()) {
    case FactValue::Command::EXITED:
      break;
    case FactValue::Command::DEADLINE:
      return Useless("does not answer in time");
    case FactValue::Command::SIGNALED:
      return Useless(absl::StrCat(
          "is killed by signal ",
          answer.status() > 128 ? answer.status() - 128 : answer.status()));
    default:
      return Useless("does not start");
  }
  if (answer.status() != 0) {
    const std::string complaint = LastLine(answer.standard_error());
    return Useless(absl::StrCat("exits with ", answer.status(),
                                complaint.empty() ? "" : ": ", complaint));
  }
  Struct description;
  if (!google::protobuf::util::JsonStringToMessage(answer.standard_output(),
                                                   &description)
           .ok()) {
    return Useless("answers nonsense");
  }
  return description;
}

}  // namespace

std::string Interpreter::MinorName() const {
  return absl::StrCat(version.ReleasePrefix(2), free_threaded ? "t" : "");
}

std::vector<std::string> InterpreterCommand(absl::string_view path) {
  return {std::string(path), "-I", "-B", "-c", kDescribe};
}

absl::StatusOr<Interpreter> ReadInterpreter(absl::string_view path,
                                            Facts& facts) {
  PROVISION_ASSIGN_OR_RETURN(const Struct description, Describe(path, facts));
  const auto text = [&description](const char* name) {
    const auto found = description.fields().find(name);
    return found == description.fields().end() ? std::string()
                                               : found->second.string_value();
  };
  const auto flag = [&description](const char* name) {
    const auto found = description.fields().find(name);
    return found != description.fields().end() && found->second.bool_value();
  };
  Interpreter interpreter;
  interpreter.path = std::string(path);
  absl::StatusOr<PythonVersion> version = PythonVersion::Parse(text("version"));
  if (!version.ok()) return Useless("answers nonsense");
  interpreter.version = *std::move(version);
  interpreter.implementation = text("implementation");
  interpreter.free_threaded = flag("free_threaded");
  interpreter.debug = flag("debug");
  interpreter.has_ssl = flag("ssl");
  interpreter.machine = text("machine");
  const std::string platform = text("platform");
  interpreter.libc = absl::StrContains(platform, "musl")  ? "musl"
                     : absl::StrContains(platform, "gnu") ? "gnu"
                                                          : "";
  for (auto [member, name] :
       {std::make_pair(&interpreter.prefix, "prefix"),
        std::make_pair(&interpreter.base_prefix, "base_prefix"),
        std::make_pair(&interpreter.base_executable, "base_executable"),
        std::make_pair(&interpreter.stdlib, "stdlib")}) {
    if (!absl::StartsWith(text(name), "/")) return Useless("answers nonsense");
    *member = NormalPath(text(name));
  }
  return interpreter;
}

ExternallyManaged ReadExternallyManaged(const Interpreter& interpreter,
                                        Facts& facts) {
  ExternallyManaged result;
  if (interpreter.is_virtual()) return result;
  result.marker = JoinPath(interpreter.stdlib, "EXTERNALLY-MANAGED");
  const absl::StatusOr<std::string> content = facts.File(result.marker);
  if (absl::IsNotFound(content.status())) {
    result.marker.clear();
    return result;
  }
  // There, though perhaps not for us to read.
  result.managed = true;
  bool in_section = false;
  bool in_message = false;
  for (absl::string_view line : absl::StrSplit(content.value_or(""), '\n')) {
    const bool continues =
        in_message && !line.empty() && (line[0] == ' ' || line[0] == '\t');
    line = absl::StripAsciiWhitespace(line);
    if (continues) {
      absl::StrAppend(&result.message, "\n", line);
      continue;
    }
    if (in_message && line.empty()) continue;
    in_message = false;
    if (absl::StartsWith(line, "[")) {
      in_section = line == "[externally-managed]";
    } else if (in_section && absl::ConsumePrefix(&line, "Error")) {
      line = absl::StripLeadingAsciiWhitespace(line);
      if (!absl::ConsumePrefix(&line, "=")) continue;
      in_message = true;
      result.message = std::string(absl::StripAsciiWhitespace(line));
    }
  }
  return result;
}

}  // namespace provision
