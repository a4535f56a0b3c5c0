#include "plugins/python/python_host.h"

#include "absl/strings/str_cat.h"
#include "core/base/path.h"
#include "core/host/interpreter.h"
#include "core/host/python_version.h"

namespace provision {
namespace {

std::string Json(absl::string_view path, const PythonAnswer& answer) {
  const auto word = [](bool value) { return value ? "true" : "false"; };
  const std::string base_prefix =
      answer.base_prefix.empty() ? answer.prefix : answer.base_prefix;
  const std::string minor =
      PythonVersion::Parse(answer.version)->ReleasePrefix(2);
  return absl::StrCat(
      R"({"version": ")", answer.version, R"(", "implementation": ")",
      answer.implementation, R"(", "free_threaded": )",
      word(answer.free_threaded), R"(, "debug": )", word(answer.debug),
      R"(, "ssl": )", word(answer.ssl), R"(, "platform": "x86_64-linux-)",
      answer.libc, R"(", "machine": "x86_64", "prefix": ")", answer.prefix,
      R"(", "base_prefix": ")", base_prefix, R"(", "base_executable": ")",
      answer.base_executable.empty() ? std::string(path)
                                     : answer.base_executable,
      R"(", "stdlib": ")", base_prefix, "/lib/python", minor, "\"}\n");
}

}  // namespace

void AddPythonTo(FakeSystem& system, absl::string_view path,
                 const PythonAnswer& answer) {
  system.AddFile(path, absl::StrCat("program ", path), 0755);
  system.AddCommand(InterpreterCommand(path), Json(path, answer));
}

void AddEnvironmentProgramTo(FakeSystem& system, absl::string_view path,
                             const std::map<std::string, PythonAnswer>& bases) {
  const std::string environment(path);
  const std::string program = environment + "/bin/python";
  const std::string described = InterpreterCommand(program).back();
  system.AddScript(
      {program},
      [=, &system](const ProcessSpec& spec) -> absl::StatusOr<ProcessResult> {
        const absl::StatusOr<std::string> base = system.RealPath(program);
        const auto answer = bases.find(base.value_or(""));
        if (answer == bases.end()) {
          return absl::NotFoundError("no such program");
        }
        PythonAnswer own = answer->second;
        own.base_prefix = own.prefix;
        own.base_executable = answer->first;
        if (system.Content(environment + "/pyvenv.cfg").has_value()) {
          own.prefix = environment;
        }
        ProcessResult result;
        result.standard_output =
            spec.argv.back() == described
                ? Json(program, own)
                : absl::StrCat(own.version, " ", own.prefix, "\n");
        return result;
      });
}

PythonHost::PythonHost() {
  Identity ada;
  ada.uid = 1000;
  ada.gid = 1000;
  ada.user_name = "ada";
  ada.home = "/home/ada";
  system_.SetIdentity(ada);
  system_.SetVariable("PATH", "/usr/local/bin:/usr/bin");
  system_.AddFile("/lib64/ld-linux-x86-64.so.2", "", 0755);
  for (const char* folder : {"/usr/local/bin", "/usr/bin", "/home/ada"}) {
    system_.AddDirectory(folder);
  }
  system_.AddDirectory("/plan");
  system_.ChangeOwner("/plan", 1000, 1000);
}

FactScope PythonHost::Scope() {
  FactScope scope;
  scope.root = "/plan";
  scope.step = "step";
  return scope;
}

void PythonHost::AddPython(absl::string_view path, const PythonAnswer& answer) {
  AddPythonTo(system_, path, answer);
}

void PythonHost::AddDebianPython() {
  AddPython("/usr/bin/python3.11", {.version = "3.11.2"});
  system_.AddSymlink("/usr/bin/python3", "python3.11");
  system_.AddFile("/usr/lib/python3.11/EXTERNALLY-MANAGED",
                  "[externally-managed]\nError=use apt\n");
}

void PythonHost::AddPyenvPython(absl::string_view version) {
  const std::string prefix =
      absl::StrCat("/home/ada/.pyenv/versions/", version);
  AddPython(absl::StrCat(prefix, "/bin/python",
                         PythonVersion::Parse(version)->ReleasePrefix(2)),
            {.version = std::string(version), .prefix = prefix});
}

void PythonHost::UseMusl() {
  system_.RemoveTree("/lib64");
  system_.AddFile("/lib/ld-musl-x86_64.so.1", "", 0755);
}

void PythonHost::AddEnvironment(absl::string_view path,
                                const PythonAnswer& answer) {
  const std::string minor =
      PythonVersion::Parse(answer.version)->ReleasePrefix(2);
  system_.AddFile(absl::StrCat(path, "/pyvenv.cfg"),
                  absl::StrCat("home = ", ParentPath(answer.base_executable),
                               "\nversion = ", answer.version, "\n"));
  system_.AddDirectory(
      absl::StrCat(path, "/lib/python", minor, "/site-packages"));
  PythonAnswer own = answer;
  own.base_prefix = answer.prefix;
  own.prefix = std::string(path);
  AddPython(absl::StrCat(path, "/bin/python"), own);
  system_.AddSymlink(absl::StrCat(path, "/bin/python3"), "python");
}

}  // namespace provision
