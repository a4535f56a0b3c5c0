#include "core/cli/completion_command.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/nearest_name.h"
#include "core/cli/answer.pb.h"
#include "core/cli/completion.h"

namespace provision {

ExitCode RunCompletion(CommandContext& context) {
  const std::string& shell = context.line.arguments[0];
  const std::string script = CompletionScript(shell);
  if (script.empty()) {
    DiagnosticError error(absl::StatusCode::kInvalidArgument, "usage/argument",
                          absl::StrCat(shell, ": no script for this shell"));
    const std::string nearest = NearestName(shell, {"bash", "fish", "zsh"});
    if (!nearest.empty()) {
      error.Found(absl::StrCat("nearest is `", nearest, "`"));
    }
    return Refuse(
        context, ExitCode::kUsage,
        error.Expected("bash, fish or zsh").Next("provision help completion"));
  }
  CompletionAnswer answer;
  answer.set_schema("provision.completion/1");
  answer.set_script(script);
  Answer(context, answer, script);
  return ExitCode::kConverged;
}

}  // namespace provision
