#include "core/cli/apply_command.h"

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "core/base/tcp_probe.h"
#include "core/cli/bundle/bundle_access.h"
#include "core/cli/bundle/bundle_supply.h"
#include "core/cli/engine_setup.h"
#include "core/cli/saved_plan_file.h"
#include "core/engine/apply.h"
#include "core/engine/saved_plan.h"

namespace provision {
namespace {

constexpr absl::Duration kReachTimeout = absl::Seconds(10);

// `plan` does not ask: it is held to no network.
absl::Status Reach(absl::string_view host, int port) {
  return ProbeTcp(host, port, kReachTimeout);
}

absl::Status CheckApproved(const CommandContext& context,
                           absl::string_view digest) {
  const std::string approved = context.line.Text("approved");
  if (!context.line.Has("approved") || approved == digest) {
    return absl::OkStatus();
  }
  return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                         "plan/not-approved",
                         "the saved plan is not the one that was approved")
      .Expected(approved)
      .Found(digest)
      .Next(absl::StrCat("provision plan show ", context.line.arguments[0]));
}

ExitCode RunApplySaved(CommandContext& context, const SavedPlanFile& file) {
  if (context.line.Has("bundle")) {
    return Refuse(
        context, ExitCode::kUsage,
        DiagnosticError(absl::StatusCode::kInvalidArgument, "usage/flag",
                        "--bundle: goes with a plan, not with a saved one")
            .Next("provision apply PLAN --bundle FILE"));
  }
  if (HasSelection(context.line)) {
    return Refuse(
        context, ExitCode::kUsage,
        DiagnosticError(absl::StatusCode::kInvalidArgument, "usage/selection",
                        "a saved plan is performed whole")
            .Next("select when you make it: provision plan PLAN "
                  "--only SEL --out FILE"));
  }
  absl::Status status = CheckApproved(context, file.digest);
  if (status.ok() && !context.line.Has("approved")) {
    status = CheckTrust(context, file.file);
  }
  if (!status.ok()) return Refuse(context, ExitCode::kRefused, status);
  absl::StatusOr<std::unique_ptr<EngineSetup>> setup =
      EngineSetup::New(context);
  if (!setup.ok()) {
    return Refuse(context, ExitBeforeActions(setup.status()), setup.status());
  }
  (*setup)->engine().reach = Reach;
  return ApplySaved((*setup)->engine(), file.plan, file.digest,
                    context.registry);
}

ExitCode RunApplyPlan(CommandContext& context) {
  if (context.line.Has("approved")) {
    return Refuse(
        context, ExitCode::kUsage,
        DiagnosticError(absl::StatusCode::kInvalidArgument, "usage/flag",
                        "--approved: goes with a saved plan")
            .Next("provision plan PLAN --out FILE, then provision "
                  "apply FILE --approved DIGEST"));
  }
  absl::StatusOr<LoadedPlan> loaded = LoadMeantPlan(context);
  if (!loaded.ok()) {
    return Refuse(context, ExitBeforeActions(loaded.status()), loaded.status());
  }
  if (!loaded->verdict.ok()) {
    return Refuse(context, ExitCode::kRefused, loaded->verdict.diagnostics);
  }
  Warn(context, loaded->verdict.diagnostics);
  absl::Status trusted = CheckTrust(context, loaded->file);
  if (!trusted.ok()) return Refuse(context, ExitCode::kRefused, trusted);
  const CheckedPlan& plan = loaded->verdict.plan;
  absl::StatusOr<std::vector<bool>> selected = SelectedByFlags(context, plan);
  if (!selected.ok()) {
    return Refuse(context, ExitCode::kUsage, selected.status());
  }
  absl::StatusOr<std::unique_ptr<EngineSetup>> setup =
      EngineSetup::New(context);
  if (!setup.ok()) {
    return Refuse(context, ExitBeforeActions(setup.status()), setup.status());
  }
  if (context.line.Has("bundle")) {
    const absl::Status supplied =
        SupplyFromBundle(context, (*setup)->engine(), *loaded, *selected);
    if (!supplied.ok()) return RefuseBundle(context, supplied);
  } else {
    (*setup)->engine().reach = Reach;
  }
  return Apply((*setup)->engine(), plan, *selected);
}

}  // namespace

ExitCode RunApply(CommandContext& context) {
  absl::StatusOr<absl::optional<SavedPlanFile>> saved =
      ReadSavedPlanFile(context.system, context.line.arguments[0]);
  if (!saved.ok()) {
    return Refuse(context, ExitBeforeActions(saved.status()), saved.status());
  }
  return saved->has_value() ? RunApplySaved(context, **saved)
                            : RunApplyPlan(context);
}

}  // namespace provision
