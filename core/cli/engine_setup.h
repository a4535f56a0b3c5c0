#ifndef PROVISION_CORE_CLI_ENGINE_SETUP_H_
#define PROVISION_CORE_CLI_ENGINE_SETUP_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/actions/action_handler.h"
#include "core/base/http_client.h"
#include "core/cli/command_context.h"
#include "core/cli/plan_loader.h"
#include "core/engine/engine.h"
#include "core/facts/caching_facts.h"
#include "core/facts/host_facts.h"
#include "core/facts/recorded_facts.h"

namespace provision {

// The engine of one command, with what it works on, made from the flags. Not
// moved: the engine points into it.
class EngineSetup {
 public:
  // Reads the record that --facts names, if the command takes that flag.
  static absl::StatusOr<std::unique_ptr<EngineSetup>> New(
      CommandContext& context);

  EngineSetup(const EngineSetup&) = delete;
  EngineSetup& operator=(const EngineSetup&) = delete;

  Engine& engine() { return engine_; }

 private:
  EngineSetup(CommandContext& context, std::unique_ptr<RecordedFacts> recorded);

  const ActionHandlers handlers_;
  const std::unique_ptr<HttpClient> network_;  // nullptr with --offline
  HostFacts host_;
  CachingFacts cached_;
  std::unique_ptr<RecordedFacts> recorded_;  // or nullptr
  Engine engine_;
};

// The plan that the first argument names, judged, and only with the
// environments that are meant.
absl::StatusOr<LoadedPlan> LoadMeantPlan(CommandContext& context);

// The steps that --only, --skip and their like name, one element a step.
absl::StatusOr<std::vector<bool>> SelectedByFlags(CommandContext& context,
                                                  const CheckedPlan& plan);

// Whether any flag of selection was given.
bool HasSelection(const CommandLine& line);

// `plan/untrusted` unless the file is the user's own or root's, or trusted by
// its content (reliability.md 11).
absl::Status CheckTrust(CommandContext& context, const PlanFile& file);

}  // namespace provision

#endif  // PROVISION_CORE_CLI_ENGINE_SETUP_H_
