#include "core/cli/rollback_command.h"

#include <memory>

#include "core/cli/engine_setup.h"
#include "core/engine/rollback.h"

namespace provision {

ExitCode RunRollback(CommandContext& context) {
  absl::StatusOr<std::unique_ptr<EngineSetup>> setup =
      EngineSetup::New(context);
  if (!setup.ok()) {
    return Refuse(context, ExitBeforeActions(setup.status()), setup.status());
  }
  RollbackRequest request;
  if (!context.line.arguments.empty()) request.run = context.line.arguments[0];
  request.step = context.line.Text("step");
  request.preview = context.line.Is("preview");
  return Rollback((*setup)->engine(), request);
}

}  // namespace provision
