#include "core/cli/facts_command.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/api/facts.h"
#include "core/base/http_client.h"
#include "core/base/status_macros.h"
#include "core/cli/engine_setup.h"
#include "core/cli/output_file.h"
#include "core/engine/planner.h"
#include "core/facts/caching_facts.h"
#include "core/facts/host_facts.h"
#include "core/facts/host_record.h"
#include "core/host/platform.h"
#include "core/host/privilege.h"

namespace provision {
namespace {

// Without a plan: what every plan begins with.
void ReadCommonFacts(FactReader& reader) {
  Facts facts(reader, {});
  facts.Host();
  DerivePlatform(facts);
  DerivePrivilege(facts);
}

}  // namespace

ExitCode RunFacts(CommandContext& context) {
  const std::unique_ptr<HttpClient> network = NewHttpClient(context.system);
  HostFacts host(context.system, network.get());
  CachingFacts cached(host);
  RecordingFacts recording(cached);
  ReadCommonFacts(recording);
  if (!context.line.arguments.empty()) {
    absl::StatusOr<LoadedPlan> loaded = LoadMeantPlan(context);
    if (!loaded.ok()) {
      return Refuse(context, ExitBeforeActions(loaded.status()),
                    loaded.status());
    }
    if (!loaded->verdict.ok()) {
      return Refuse(context, ExitCode::kRefused, loaded->verdict.diagnostics);
    }
    const CheckedPlan& plan = loaded->verdict.plan;
    // What the provisioners would read; what they propose does not matter here.
    Planner(plan, recording)
        .ProposeAll(std::vector<bool>(plan.steps.size(), true));
  }
  const HostRecord record = recording.record();
  if (context.line.Has("out")) {
    const absl::Status written = WriteOutputFile(
        context, context.line.Text("out"), HostRecordText(record));
    if (!written.ok()) {
      return Refuse(context, ExitBeforeActions(written), written);
    }
    return ExitCode::kConverged;
  }
  Facts facts(cached, {});
  const FactValue::Host names = facts.Host();
  Answer(
      context, record,
      context.line.Is("record")
          ? HostRecordText(record)
          : absl::StrCat(
                "platform   ", context.style.Text(DerivePlatform(facts).Text()),
                "\nkernel     ", context.style.Text(names.release()),
                "\nuser       ", context.style.Text(names.user()),
                "\nhost id    ", names.host_id(), "\nfacts      ",
                record.fact_size(), " read; --record prints them all\n"));
  return ExitCode::kConverged;
}

}  // namespace provision
