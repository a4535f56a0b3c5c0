#include "core/cli/serve_command.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/descriptor_stream.h"
#include "core/base/diagnostic.h"
#include "core/base/version.h"
#include "core/plugin/plugin_server.h"

namespace provision {
namespace {

// What the host of plugins says; there is no other one (core/api/plugin.proto).
constexpr char kDescriptors[] = "3,4";
constexpr int kRequests = 3;
constexpr int kReplies = 4;

}  // namespace

ExitCode RunServe(CommandContext& context) {
  if (context.system.Variable("PROVISION_PLUGIN") != "1" ||
      context.system.Variable("PROVISION_FD") != kDescriptors) {
    return Refuse(
        context, ExitCode::kUsage,
        DiagnosticError(absl::StatusCode::kInvalidArgument, "usage/serve",
                        "serve speaks to a program, not to a person")
            .Because("a host of plugins starts it, with PROVISION_PLUGIN=1 and "
                     "its frames on descriptors 3 and 4")
            .Next("provision apply PLAN --isolate-plugins"));
  }
  const std::string& name = context.line.arguments[0];
  const absl::StatusOr<const Provisioner*> provisioner =
      context.registry.FindByName(name);
  if (!provisioner.ok()) {
    return Refuse(
        context, ExitCode::kUsage,
        DiagnosticError(absl::StatusCode::kInvalidArgument, "usage/argument",
                        absl::StrCat("no provisioner is called ", name))
            .Expected(absl::StrCat(
                "one of ", absl::StrJoin(context.registry.names(), ", "))));
  }
  DescriptorStream stream(kRequests, kReplies);
  const absl::Status served =
      ServePlugin(**provisioner, {name, std::string(kVersion)}, stream);
  if (!served.ok()) return Refuse(context, ExitCode::kFailed, served);
  return ExitCode::kConverged;
}

}  // namespace provision
