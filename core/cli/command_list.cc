#include "core/cli/command_list.h"

#include <cstdlib>

#include "core/cli/apply_command.h"
#include "core/cli/bundle/create_command.h"
#include "core/cli/bundle/extract_command.h"
#include "core/cli/bundle/inspect_command.h"
#include "core/cli/bundle/keygen_command.h"
#include "core/cli/bundle/list_command.h"
#include "core/cli/bundle/sign_command.h"
#include "core/cli/bundle/verify_command.h"
#include "core/cli/completion_command.h"
#include "core/cli/doctor_command.h"
#include "core/cli/explain_command.h"
#include "core/cli/facts_command.h"
#include "core/cli/help_command.h"
#include "core/cli/init_command.h"
#include "core/cli/inspect_command.h"
#include "core/cli/lock_command.h"
#include "core/cli/plan_command.h"
#include "core/cli/plan_show_command.h"
#include "core/cli/plugins_command.h"
#include "core/cli/report_command.h"
#include "core/cli/rollback_command.h"
#include "core/cli/serve_command.h"
#include "core/cli/status_command.h"
#include "core/cli/store_command.h"
#include "core/cli/tests_command.h"
#include "core/cli/trust_command.h"
#include "core/cli/validate_command.h"
#include "core/cli/version_command.h"

namespace provision {

const std::vector<CommandEntry>& CommandEntries() {
  static const auto* const entries = new std::vector<CommandEntry>{
      {"init", RunInit, false},
      {"plan", RunPlan, true, PluginNeed::kStart},
      {"plan show", RunPlanShow, false},
      {"apply", RunApply, true, PluginNeed::kStart},
      {"status", RunStatus, false},
      {"rollback", RunRollback, true},
      {"trust", RunTrust, false, PluginNeed::kSchema},
      {"validate", RunValidate, false, PluginNeed::kSchema},
      {"explain", RunExplain, false},
      {"inspect requirements", RunInspectRequirements, false},
      {"facts", RunFacts, false, PluginNeed::kStart},
      {"doctor", RunDoctor, false, PluginNeed::kSchema},
      {"report", RunReport, false, PluginNeed::kSchema},
      {"lock", RunLock, false, PluginNeed::kStart},
      {"bundle create", RunBundleCreate, true, PluginNeed::kStart},
      {"bundle verify", RunBundleVerify, false},
      {"bundle inspect", RunBundleInspect, false},
      {"bundle list", RunBundleList, false},
      {"bundle extract", RunBundleExtract, false},
      {"bundle keygen", RunBundleKeygen, false},
      {"bundle sign", RunBundleSign, false},
      {"store show", RunStoreShow, false},
      {"store prune", RunStorePrune, false},
      {"tests discover", RunTestsDiscover, false},
      {"plugins list", RunPluginsList, false},
      {"plugins describe", RunPluginsDescribe, false},
      {"serve", RunServe, false},
      {"help", RunHelp, false},
      {"completion", RunCompletion, false},
      {"version", RunVersion, false},
  };
  return *entries;
}

const CommandEntry& FindCommandEntry(absl::string_view name) {
  for (const CommandEntry& entry : CommandEntries()) {
    if (entry.name == name) return entry;
  }
  std::abort();
}

}  // namespace provision
