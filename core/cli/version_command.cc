#include "core/cli/version_command.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/version.h"
#include "core/cli/answer.pb.h"
#include "core/cli/display_text.h"
#include "core/cli/target_text.h"

namespace provision {
ExitCode RunVersion(CommandContext& context) {
  VersionAnswer answer;
  answer.set_schema("provision.version/1");
  answer.set_version(kVersion);
  answer.set_target(TargetText(context.system.names()));
  for (const std::string& name : context.registry.names()) {
    answer.add_provisioner(name);
  }
  Answer(
      context, answer,
      absl::StrCat("provision ", answer.version(), ", ", answer.target(), ", ",
                   CountText(answer.provisioner_size(), "provisioner"), "\n"));
  return ExitCode::kConverged;
}

}  // namespace provision
