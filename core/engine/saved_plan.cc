#include "core/engine/saved_plan.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/path.h"
#include "core/base/serialize.h"
#include "core/base/version.h"
#include "core/engine/opening.h"
#include "core/engine/preview.h"
#include "core/facts/record_privacy.h"
#include "core/plugin/step_schema.h"

namespace provision {
namespace {

constexpr size_t kHeaderSize = 8 + Sha256::kSize;

// What the step read, without secrets that files of the host hold. A question
// with a secret in it is left out: nobody could ask it again.
void AddFacts(const std::vector<Fact>& facts, SavedPlan::OfStep* of_step) {
  for (const Fact& fact : facts) {
    if (DeterministicBytes(RecordableQuery(fact.query())) !=
        DeterministicBytes(fact.query())) {
      continue;
    }
    Fact* kept = of_step->add_fact();
    *kept->mutable_query() = fact.query();
    *kept->mutable_value() = RecordableValue(fact.query(), fact.value());
  }
}

}  // namespace

SavedPlan MakeSavedPlan(Engine& engine, const CheckedPlan& plan,
                        const std::vector<StepPlan>& plans,
                        const std::vector<bool>& chosen) {
  SavedPlan saved;
  saved.set_version(kVersion);
  saved.set_name(plan.name);
  saved.set_file(plan.file);
  saved.set_folder(FolderOf(plan));
  Facts facts(engine.facts, {});
  saved.set_host_id(facts.Host().host_id());
  FillRunStarted(engine, plan, "plan", saved.mutable_started());
  std::vector<int> position(plans.size(), -1);
  std::vector<StepPlan> shown;
  for (size_t i = 0; i < plans.size(); ++i) {
    if (!chosen[i] || !plans[i].selected) continue;
    const CheckedStep& step = plan.steps[i];
    position[i] = saved.step_size();
    SavedPlan::OfStep* of_step = saved.add_step();
    of_step->set_id(step.id);
    *of_step->mutable_step() = step.step;
    of_step->set_root(step.root);
    of_step->set_environment(step.environment);
    std::vector<int> before = step.after;
    for (const auto& [other, reason] : plans[i].because) {
      before.push_back(other);
    }
    for (int other : before) {
      if (position[other] >= 0) of_step->add_after(position[other]);
    }
    of_step->set_here(plans[i].here);
    *of_step->mutable_proposal() = plans[i].proposal;
    AddFacts(plans[i].facts, of_step);
    *of_step->mutable_preview() = PreviewStep(
        plan, static_cast<int>(i), plans[i], engine.handlers, engine.facts);
  }
  std::vector<StepPlan> counted = plans;
  for (size_t i = 0; i < counted.size(); ++i) {
    if (!chosen[i]) counted[i].selected = false;
  }
  *saved.mutable_summary() = PreviewSummary(engine, plan, counted);
  return saved;
}

std::string EncodeSavedPlan(const SavedPlan& saved) {
  const std::string payload = DeterministicBytes(saved);
  return absl::StrCat(kSavedPlanMagic, Sha256Bytes(payload), payload);
}

std::string SavedPlanDigest(absl::string_view encoded) {
  return absl::StrCat("sha256:", absl::BytesToHexString(encoded.substr(
                                     kSavedPlanMagic.size(), Sha256::kSize)));
}

absl::StatusOr<SavedPlan> DecodeSavedPlan(absl::string_view bytes) {
  SavedPlan saved;
  const bool whole =
      bytes.size() >= kHeaderSize &&
      bytes.substr(0, kSavedPlanMagic.size()) == kSavedPlanMagic &&
      Sha256Bytes(bytes.substr(kHeaderSize)) ==
          bytes.substr(kSavedPlanMagic.size(), Sha256::kSize);
  if (!whole ||
      !saved.ParseFromString(std::string(bytes.substr(kHeaderSize)))) {
    return DiagnosticError(absl::StatusCode::kDataLoss, "plan/saved-damaged",
                           "the saved plan is not what was saved")
        .Next("make it again: provision plan PLAN --out FILE");
  }
  return saved;
}

CheckedPlan PlanOfSaved(const SavedPlan& saved, const Registry& registry) {
  CheckedPlan plan;
  plan.name = saved.name();
  plan.file = saved.file();
  plan.path = JoinPath(saved.folder(), BaseName(saved.file()));
  plan.plan.set_name(saved.name());
  for (const SavedPlan::OfStep& of_step : saved.step()) {
    CheckedStep step;
    step.id = of_step.id();
    step.step = of_step.step();
    // The config of a plugin from outside came as bytes that nobody knew.
    if (registry.schema() != nullptr &&
        !step.step.GetReflection()->GetUnknownFields(step.step).empty()) {
      Step known;
      if (registry.schema()->Parse(of_step.step().SerializeAsString(),
                                   &known)) {
        step.step = std::move(known);
      }
    }
    step.root = of_step.root();
    step.environment = of_step.environment();
    step.place.set_file(saved.file());
    step.after = {of_step.after().begin(), of_step.after().end()};
    std::sort(step.after.begin(), step.after.end());
    plan.steps.push_back(std::move(step));
    CheckedStep& kept = plan.steps.back();
    *plan.plan.add_step() = kept.step;
    for (const google::protobuf::FieldDescriptor* field :
         ConfigFields(kept.step)) {
      absl::StatusOr<const Provisioner*> provisioner =
          registry.Find(field->message_type()->full_name());
      if (provisioner.ok()) kept.provisioner = *provisioner;
    }
  }
  // `config` points into a step, so only once the vector has its final place.
  for (CheckedStep& step : plan.steps) {
    for (const google::protobuf::FieldDescriptor* field :
         ConfigFields(step.step)) {
      step.config = &step.step.GetReflection()->GetMessage(step.step, field);
    }
  }
  return plan;
}

}  // namespace provision
