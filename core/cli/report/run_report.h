#ifndef PROVISION_CORE_CLI_REPORT_RUN_REPORT_H_
#define PROVISION_CORE_CLI_REPORT_RUN_REPORT_H_

// A run as its journal has it.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/actions/action_handler.h"
#include "core/cli/report/report.pb.h"
#include "core/engine/engine.h"
#include "core/journal/journal.pb.h"
#include "core/plan/checked_plan.h"
#include "core/plugin/registry.h"

namespace provision {

// What `records` say of each step of `plan`, in the plan's order; steps that
// only the records name come last. `plan` may have no steps. Pure: the same
// records give the same report. Without state, exit and next, which depend on
// whether the run is still active.
Report ReportOfRecords(const std::vector<JournalRecord>& records,
                       const CheckedPlan& plan, const ActionHandlers& handlers);

// The report of the run whose id begins with `run`; of the newest for "".
// Reads the state directory without a lock and changes nothing. Fails as
// RunCatalog::Find and RunCatalog::Read do.
absl::StatusOr<Report> ReadRunReport(Engine& engine, const Registry& registry,
                                     absl::string_view run);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_REPORT_RUN_REPORT_H_
