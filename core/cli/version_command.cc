#include "core/cli/version_command.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/version.h"
#include "core/cli/answer.pb.h"
#include "core/cli/display_text.h"

namespace provision {
namespace {

// "linux/amd64", by which targets are called.
std::string TargetText(const SystemNames& names) {
  std::string architecture = names.architecture;
  if (architecture == "x86_64") architecture = "amd64";
  if (architecture == "aarch64") architecture = "arm64";
  return absl::StrCat(absl::AsciiStrToLower(names.os), "/", architecture);
}

}  // namespace

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
