#include "plugins/command/command_validation.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/api/provisioner.h"

namespace provision {
namespace {

using Words = google::protobuf::RepeatedPtrField<std::string>;

class CommandCheck {
 public:
  std::vector<Diagnostic> Find(const CommandConfig& config);

 private:
  void Error(absl::string_view id, absl::string_view field,
             absl::string_view message, absl::string_view next) {
    found_.push_back(
        ConfigError(absl::StrCat("command/", id), field, message, next));
  }

  void CheckWords(absl::string_view field, const Words& words);
  void CheckPaths(absl::string_view field, const Words& paths);
  void CheckName(const std::string& field, const std::string& name);
  void CheckLimits(const CommandConfig::Limits& limits);

  std::vector<Diagnostic> found_;
  std::set<std::string> names_;
};

bool IsVariableName(const std::string& name) {
  return !name.empty() && !absl::ascii_isdigit(name[0]) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return absl::ascii_isalnum(c) || c == '_'; });
}

void CommandCheck::CheckWords(absl::string_view field, const Words& words) {
  if (words.empty() || words[0].empty()) {
    Error("no-command", field, "there is no command",
          "write its words, each as an `argv` of its own");
  }
  for (const std::string& word : words) {
    if (absl::StrContains(word, '\0')) {
      Error("zero-byte", field, "a word holds a zero byte",
            "take it out: no command can be given one");
    }
  }
}

void CommandCheck::CheckPaths(absl::string_view field, const Words& paths) {
  for (int i = 0; i < paths.size(); ++i) {
    if (!paths[i].empty()) continue;
    Error("no-path", absl::StrCat(field, "[", i, "]"), "the path is empty",
          "say which path, or take it out");
  }
}

void CommandCheck::CheckName(const std::string& field,
                             const std::string& name) {
  if (!IsVariableName(name)) {
    Error("bad-name", field, absl::StrCat("`", name, "` is no variable"),
          "use letters, digits and `_`, and begin with no digit");
  } else if (!names_.insert(name).second) {
    Error("two-values", field, absl::StrCat("`", name, "` has two values"),
          "keep one of the two");
  }
}

void CommandCheck::CheckLimits(const CommandConfig::Limits& limits) {
  if (limits.has_swap_bytes() && !limits.has_memory_bytes()) {
    Error("swap-alone", "limits.swap_bytes",
          "swap is limited only together with memory", "add memory_bytes");
  }
  const struct {
    const char* name;
    bool is_zero;
  } kLimits[] = {
      {"memory_bytes", limits.has_memory_bytes() && limits.memory_bytes() == 0},
      {"processes", limits.has_processes() && limits.processes() == 0},
      {"open_files", limits.has_open_files() && limits.open_files() == 0}};
  for (const auto& limit : kLimits) {
    if (!limit.is_zero) continue;
    Error("zero-limit", absl::StrCat("limits.", limit.name),
          "nothing runs with a limit of 0", "raise it, or leave it out");
  }
}

std::vector<Diagnostic> CommandCheck::Find(const CommandConfig& config) {
  CheckWords("argv", config.argv());
  if (config.has_unless()) CheckWords("unless.argv", config.unless().argv());
  if (config.has_only_if()) CheckWords("only_if.argv", config.only_if().argv());
  if (config.has_undo()) CheckWords("undo.argv", config.undo().argv());
  CheckPaths("creates", config.creates());
  CheckPaths("outputs", config.outputs());
  for (int i = 0; i < config.environment_size(); ++i) {
    CheckName(absl::StrCat("environment[", i, "].name"),
              config.environment(i).name());
  }
  for (int i = 0; i < config.secret_size(); ++i) {
    const RunSecret& secret = config.secret(i);
    CheckName(absl::StrCat("secret[", i, "].name"), secret.name());
    if (secret.reference().source_case() == SecretReference::SOURCE_NOT_SET) {
      Error("no-secret", absl::StrCat("secret[", i, "].reference"),
            "it does not say where it is found",
            "add one of env, file, keyring, netrc, command, prompt");
    }
  }
  if (config.has_class_() &&
      config.class_() == Action::REPEAT_CLASS_UNSPECIFIED) {
    Error("no-class", "class", "it says nothing about a second start",
          "write CONVERGENT, RUN_ONCE or UNSAFE_TO_REPEAT, or leave it out");
  }
  CheckLimits(config.limits());
  return std::move(found_);
}

}  // namespace

std::vector<Diagnostic> ValidateCommand(const CommandConfig& config) {
  return CommandCheck().Find(config);
}

}  // namespace provision
