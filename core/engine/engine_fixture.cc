#include "core/engine/engine_fixture.h"

#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/actions/fetch.h"
#include "core/actions/install_wheels.h"
#include "core/actions/link.h"
#include "core/actions/make_directory.h"
#include "core/actions/remove.h"
#include "core/actions/run.h"
#include "core/actions/unpack.h"
#include "core/actions/write_file.h"
#include "core/engine/apply.h"
#include "core/engine/plan_command.h"
#include "core/engine/rollback.h"
#include "core/engine/saved_plan.h"
#include "core/facts/caching_facts.h"
#include "core/facts/host_facts.h"
#include "core/testing/scripted_provisioner.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

std::string EndOf(const Event& event) {
  switch (event.what_case()) {
    case Event::kStepDone:
      switch (event.step_done().result()) {
        case Event::StepDone::ALREADY_SO:
          return "already so";
        case Event::StepDone::CHANGED:
          return "changed";
        case Event::StepDone::SKIPPED:
          return "skipped";
        case Event::StepDone::DONE_ONCE:
          return "done once";
        case Event::StepDone::ASSUMED:
          return "assumed";
        case Event::StepDone::UNSPECIFIED:
          break;
      }
      return "done somehow";
    case Event::kStepFailed:
      return absl::StrCat("failed ", event.step_failed().diagnostic().id());
    case Event::kBlocked:
      return absl::StrCat("blocked by ",
                          absl::StrJoin(event.blocked().by(), ", "));
    case Event::kInDoubt:
      return "in doubt";
    default:
      return "";
  }
}

std::vector<bool> Selected(const CheckedPlan& plan,
                           const std::vector<std::string>& only) {
  std::vector<bool> selected;
  for (const CheckedStep& step : plan.steps) {
    selected.push_back(only.empty() || absl::c_linear_search(only, step.id));
  }
  return selected;
}

}  // namespace

void KeptEvents::Emit(Event event) {
  if (on_event_ != nullptr) on_event_(event);
  absl::MutexLock lock(&mutex_);
  events_.push_back(std::move(event));
}

std::vector<Event> KeptEvents::Take() {
  absl::MutexLock lock(&mutex_);
  return std::move(events_);
}

EngineFixture::EngineFixture(FakeSystem& system,
                             std::unique_ptr<Provisioner> provisioner)
    : system_(system) {
  options.state_path = "/state";
  options.store_path = "/store";
  options.command = "apply";
  options.advice.apply = "apply plan.textproto";
  options.advice.goes_on = "apply /srv/plan.textproto";
  handlers_.Set(Action::kWriteFile, NewWriteFileHandler());
  handlers_.Set(Action::kFetch, NewFetchHandler());
  handlers_.Set(Action::kLink, NewLinkHandler());
  handlers_.Set(Action::kMakeDirectory, NewMakeDirectoryHandler());
  handlers_.Set(Action::kRemove, NewRemoveHandler());
  handlers_.Set(Action::kRun, NewRunHandler());
  handlers_.Set(Action::kUnpack, NewUnpackHandler(unpacker_));
  handlers_.Set(Action::kInstallWheels, NewInstallWheelsHandler(wheels_));
  if (provisioner == nullptr) {
    provisioner = std::make_unique<ScriptedProvisioner>();
  }
  EXPECT_OK(registry_.Register(std::move(provisioner)));
}

CheckedPlan EngineFixture::MakePlan(absl::string_view text) const {
  CheckedPlan plan;
  plan.plan = ParseText<provision::Plan>(text);
  if (plan.plan.name().empty()) plan.plan.set_name("test");
  plan.name = plan.plan.name();
  plan.file = "plan.textproto";
  plan.path = "/srv/plan.textproto";
  std::map<std::string, int> index;
  for (const Step& step : plan.plan.step()) {
    CheckedStep checked;
    checked.id = step.name();
    checked.step = step;
    checked.root = "/srv";
    checked.environment = plan.name;
    for (const std::string& before : step.after()) {
      checked.after.push_back(index.at(before));
    }
    index[step.name()] = static_cast<int>(plan.steps.size());
    plan.steps.push_back(std::move(checked));
  }
  for (CheckedStep& step : plan.steps) {
    const auto configs = ConfigFields(step.step);
    if (configs.size() != 1) std::abort();
    step.config = &step.step.GetReflection()->GetMessage(step.step, configs[0]);
    absl::StatusOr<const Provisioner*> provisioner =
        registry_.Find(configs[0]->message_type()->full_name());
    EXPECT_OK(provisioner);
    step.provisioner = *provisioner;
  }
  return plan;
}

ExitCode EngineFixture::Run(const std::function<ExitCode(Engine&)>& command) {
  HostFacts host(system_);
  CachingFacts facts(host);
  KeptEvents events(on_event);
  Engine engine{.system = system_,
                .handlers = handlers_,
                .facts = facts,
                .host_changed = [&facts] { facts.DropAll(); },
                .events = events,
                .options = options,
                .command_failed =
                    [&host](absl::string_view step, absl::string_view output) {
                      host.SetFailedAttempt(step, output);
                    }};
  const ExitCode exit = command(engine);
  events_ = events.Take();
  return exit;
}

ExitCode EngineFixture::Apply(absl::string_view text,
                              const std::vector<std::string>& only) {
  const CheckedPlan plan = MakePlan(text);
  const std::vector<bool> selected = Selected(plan, only);
  return Run(
      [&](Engine& engine) { return provision::Apply(engine, plan, selected); });
}

ExitCode EngineFixture::Plan(absl::string_view text,
                             const std::vector<std::string>& only) {
  const CheckedPlan plan = MakePlan(text);
  const std::vector<bool> selected = Selected(plan, only);
  return Run(
      [&](Engine& engine) { return ShowPlan(engine, plan, selected, "none"); });
}

std::string EngineFixture::SavePlan(absl::string_view text,
                                    const std::vector<std::string>& only) {
  const CheckedPlan plan = MakePlan(text);
  const std::vector<bool> selected = Selected(plan, only);
  std::string encoded;
  Run([&](Engine& engine) {
    return ShowPlan(engine, plan, selected, "none",
                    [&](const std::vector<StepPlan>& plans) {
                      encoded = EncodeSavedPlan(
                          MakeSavedPlan(engine, plan, plans, selected));
                      return SavedAs{"saved.plan", SavedPlanDigest(encoded)};
                    });
  });
  return encoded;
}

ExitCode EngineFixture::ApplySaved(absl::string_view encoded) {
  absl::StatusOr<SavedPlan> saved = DecodeSavedPlan(encoded);
  EXPECT_OK(saved);
  return Run([&](Engine& engine) {
    return provision::ApplySaved(engine, *saved, SavedPlanDigest(encoded),
                                 registry_);
  });
}

ExitCode EngineFixture::Rollback(absl::string_view run,
                                 absl::string_view step) {
  RollbackRequest request;
  request.run = std::string(run);
  request.step = std::string(step);
  return Run(
      [&](Engine& engine) { return provision::Rollback(engine, request); });
}

Event::Summary EngineFixture::summary() const {
  return events_.empty() ? Event::Summary() : events_.back().summary();
}

std::vector<std::string> EngineFixture::ends() const {
  std::vector<std::string> ends;
  for (const Event& event : events_) {
    std::string end = EndOf(event);
    if (!end.empty()) ends.push_back(absl::StrCat(event.step(), " ", end));
  }
  return ends;
}

std::vector<std::string> EngineFixture::errors() const {
  std::vector<std::string> errors;
  for (const Event& event : events_) {
    if (event.has_diagnostic()) errors.push_back(event.diagnostic().id());
  }
  return errors;
}

}  // namespace provision
