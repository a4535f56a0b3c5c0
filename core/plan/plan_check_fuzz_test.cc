// Plans as messages, so that each input is a well-formed text: the validator,
// the graph of steps and the environments.

#include <set>

#include "core/api/plan.pb.h"
#include "core/plan/plan_check.h"
#include "core/plan/sample_provisioners.h"
#include "google/protobuf/text_format.h"
#include "tools/fuzz/fuzz_target.h"

namespace provision {
namespace {

void Judge(absl::string_view bytes) {
  static const auto* const registry = new Registry(SampleRegistryForTest());
  Plan plan;
  if (!plan.ParsePartialFromArray(bytes.data(), bytes.size())) return;
  PlanFile file;
  file.file = "plan";
  file.path = "/home/ada/plan";
  file.folder = "/home/ada";
  google::protobuf::TextFormat::PrintToString(plan, &file.content);
  const PlanVerdict verdict = CheckPlan(file, *registry);
  if (!verdict.ok()) return;
  std::set<std::string> ids;
  for (size_t i = 0; i < verdict.plan.steps.size(); ++i) {
    const CheckedStep& step = verdict.plan.steps[i];
    Require(ids.insert(step.id).second, "a step has a name of its own");
    Require(step.config != nullptr && step.provisioner != nullptr,
            "a step has a config and who serves it");
    for (int before : step.after) {
      Require(before >= 0 && static_cast<size_t>(before) < i,
              "a step comes after those it waits for");
    }
  }
}

}  // namespace
}  // namespace provision

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  provision::Judge(provision::FuzzInput(data, size));
  return 0;
}
