#include "core/plan/plan_check.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "core/base/nearest_name.h"
#include "core/plan/environments.h"
#include "core/plan/message_text.h"
#include "core/plan/order_check.h"
#include "core/plan/step_check.h"

namespace provision {
namespace {

using google::protobuf::FieldDescriptor;

// The step that a diagnostic of the text is about, from the path of its field.
std::string StepOfField(const Plan& plan, absl::string_view field) {
  const auto take_index = [&field](absl::string_view name, int size) {
    absl::string_view rest = field;
    int index = -1;
    if (!absl::ConsumePrefix(&rest, absl::StrCat(name, "["))) return -1;
    const size_t end = rest.find(']');
    if (end == absl::string_view::npos ||
        !absl::SimpleAtoi(rest.substr(0, end), &index) || index >= size) {
      return -1;
    }
    field = rest.substr(end + 1);
    absl::ConsumePrefix(&field, ".");
    return index;
  };
  const int environment = take_index("environment", plan.environment_size());
  const auto& steps =
      environment < 0 ? plan.step() : plan.environment(environment).step();
  const int step = take_index("step", steps.size());
  if (step < 0) return "";
  if (environment < 0) return steps[step].name();
  return absl::StrCat(plan.environment(environment).name(), "/",
                      steps[step].name());
}

class PlanChecker {
 public:
  PlanChecker(const PlanFile& file, const Registry& registry)
      : file_(file), registry_(registry) {}

  PlanVerdict Check() {
    CheckedPlan& plan = verdict_.plan;
    text_ = ParseMessageText(file_.file, file_.content, &plan.plan,
                             registry_.schema());
    plan.name = plan.plan.name();
    plan.file = file_.file;
    plan.path = file_.path;
    plan.sha256 = file_.sha256;
    for (Diagnostic& diagnostic : text_.diagnostics) {
      diagnostic.set_step(StepOfField(plan.plan, diagnostic.field()));
    }
    verdict_.diagnostics = text_.diagnostics;
    // Where braces are missing, nothing can be said about what they hold.
    if (!text_.malformed) CheckMeaning();
    Arrange();
    return std::move(verdict_);
  }

 private:
  void CheckMeaning() {
    std::vector<EffectiveEnvironment> environments =
        EffectiveEnvironments(verdict_.plan.plan, text_, file_.file,
                              file_.folder, &verdict_.diagnostics);
    const std::vector<OrderingInvariant> invariants = Invariants();
    for (EffectiveEnvironment& environment : environments) {
      for (CheckedStep& step : environment.steps) CheckStep(&step);
      CheckOrder(invariants, NamesAreKnown(environment), &environment,
                 &verdict_.diagnostics);
      const int offset = static_cast<int>(verdict_.plan.steps.size());
      for (CheckedStep& step : environment.steps) {
        for (int& predecessor : step.after) predecessor += offset;
        verdict_.plan.steps.push_back(std::move(step));
      }
    }
  }

  std::vector<OrderingInvariant> Invariants() const {
    std::vector<OrderingInvariant> invariants;
    for (const std::string& name : registry_.names()) {
      const std::vector<OrderingInvariant> own =
          (*registry_.FindByName(name))->invariants();
      invariants.insert(invariants.end(), own.begin(), own.end());
    }
    return invariants;
  }

  // A step that lost its name to a typo may be the one that another names.
  static bool NamesAreKnown(const EffectiveEnvironment& environment) {
    return absl::c_none_of(environment.steps, [](const CheckedStep& step) {
      return step.step.name().empty();
    });
  }

  // An error in the text of this step, in whichever block it was written.
  bool IsDamaged(const CheckedStep& step) const {
    const auto is_below = [this](absl::string_view path) {
      return absl::c_any_of(text_.diagnostics, [&](const Diagnostic& error) {
        return absl::StartsWith(error.field(), absl::StrCat(path, "."));
      });
    };
    if (text_.diagnostics.empty()) return false;
    if (is_below(step.path)) return true;
    return absl::c_any_of(step.fields, [&](const auto& field) {
      const std::string& path = field.second.path;
      return field.first == "name" &&
             is_below(absl::string_view(path).substr(0, path.rfind('.')));
    });
  }

  Diagnostic* Add(absl::string_view id, const CheckedStep& step,
                  absl::string_view field, std::string message) {
    Diagnostic& diagnostic = verdict_.diagnostics.emplace_back();
    diagnostic.set_severity(Diagnostic::ERROR);
    diagnostic.set_id(std::string(id));
    diagnostic.set_message(std::move(message));
    PlaceInStep(step, field, &diagnostic);
    return &diagnostic;
  }

  void CheckStep(CheckedStep* step) {
    CheckCommonFields(*step, &verdict_.diagnostics);
    const std::vector<const FieldDescriptor*> configs =
        ConfigFields(step->step);
    if (configs.empty()) {
      if (!IsDamaged(*step)) AddNoProvisioner(*step);
      return;
    }
    if (configs.size() > 1) {
      AddSeveralProvisioners(*step, configs);
      return;
    }
    const std::string name(configs[0]->name());
    absl::StatusOr<const Provisioner*> provisioner =
        registry_.Find(std::string(configs[0]->message_type()->full_name()));
    if (!provisioner.ok()) {
      Add("plan/unknown-provisioner", *step, name,
          absl::StrCat("no such provisioner: ", configs[0]->full_name()));
      return;
    }
    step->provisioner = *provisioner;
    step->config =
        &step->step.GetReflection()->GetMessage(step->step, configs[0]);
    CheckConsents(*step, name);
    if (!IsDamaged(*step)) CheckConfig(*step, name);
  }

  void AddNoProvisioner(const CheckedStep& step) {
    Diagnostic* diagnostic =
        Add("plan/no-provisioner", step, "",
            absl::StrCat("step \"", step.step.name(),
                         "\" does not say what it brings about"));
    std::vector<std::string> names = registry_.names();
    Diagnostic::Detail* detail = diagnostic->add_detail();
    detail->set_label("expected");
    detail->set_text(
        absl::StrCat("one provisioner's fields: ", absl::StrJoin(names, ", ")));
    diagnostic->add_next("provision explain NAME, for one of them");
  }

  void AddSeveralProvisioners(
      const CheckedStep& step,
      const std::vector<const FieldDescriptor*>& configs) {
    std::vector<std::string> names;
    for (const FieldDescriptor* config : configs) {
      names.push_back(std::string(config->name()));
    }
    // The one that was written last is the one too many.
    const auto last = absl::c_max_element(
        names, [&](const std::string& a, const std::string& b) {
          const FieldSource& x = step.fields.at(a);
          const FieldSource& y = step.fields.at(b);
          return std::tie(x.line, x.column) < std::tie(y.line, y.column);
        });
    Add("plan/two-provisioners", step, *last,
        absl::StrCat("step \"", step.step.name(), "\" has ", names.size(),
                     " provisioners: ", absl::StrJoin(names, ", ")))
        ->add_next("make a step for each");
  }

  void CheckConsents(const CheckedStep& step, const std::string& name) {
    // The provisioner may be a process that is asked.
    if (step.step.consent().empty()) return;
    const std::vector<std::string> known =
        step.provisioner->Consents(*step.config);
    for (int i = 0; i < step.step.consent_size(); ++i) {
      const std::string& consent = step.step.consent(i);
      if (absl::c_linear_search(known, consent)) continue;
      Diagnostic* diagnostic =
          Add("plan/unknown-consent", step, absl::StrCat("consent[", i, "]"),
              absl::StrCat(name, " asks for no consent \"", consent, "\""));
      const std::string nearest = NearestName(consent, known);
      if (!nearest.empty()) {
        diagnostic->set_suggestion(nearest);
      }
      diagnostic->add_next(absl::StrCat("provision explain ", name));
    }
  }

  void CheckConfig(const CheckedStep& step, const std::string& name) {
    if (!step.config->IsInitialized()) {
      Add("plan/missing-field", step, name,
          absl::StrCat("missing: ", step.config->InitializationErrorString()));
      return;
    }
    for (Diagnostic& diagnostic : step.provisioner->Validate(*step.config)) {
      PlaceDiagnostic(step, &diagnostic);
      verdict_.diagnostics.push_back(std::move(diagnostic));
    }
  }

  // By position; what several environments inherit is said once.
  void Arrange() {
    const auto position = [](const Diagnostic& diagnostic) {
      return std::make_tuple(diagnostic.place().line(),
                             diagnostic.place().column());
    };
    std::vector<Diagnostic> kept;
    std::set<std::tuple<int, int, std::string, std::string>> said;
    for (Diagnostic& diagnostic : verdict_.diagnostics) {
      if (said.emplace(diagnostic.place().line(), diagnostic.place().column(),
                       diagnostic.id(), diagnostic.message())
              .second) {
        kept.push_back(std::move(diagnostic));
      }
    }
    absl::c_stable_sort(kept, [&](const Diagnostic& a, const Diagnostic& b) {
      return position(a) < position(b);
    });
    verdict_.diagnostics = std::move(kept);
  }

  const PlanFile& file_;
  const Registry& registry_;
  MessageText text_;
  PlanVerdict verdict_;
};

}  // namespace

bool PlanVerdict::ok() const {
  return absl::c_none_of(diagnostics, [](const Diagnostic& diagnostic) {
    return diagnostic.severity() == Diagnostic::ERROR;
  });
}

PlanVerdict CheckPlan(const PlanFile& file, const Registry& registry) {
  return PlanChecker(file, registry).Check();
}

}  // namespace provision
