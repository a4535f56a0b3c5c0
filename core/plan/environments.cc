#include "core/plan/environments.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/diagnostic.h"
#include "core/base/nearest_name.h"
#include "core/base/path.h"
#include "core/base/status_macros.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace provision {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kNameRule[] =
    "a-z and 0-9, after the first also _ . -, at most 64";

// Empties the repeated fields of `message` that `over` sets, for MergeFrom
// would append.
void ClearReplaced(const Message& over, Message* message) {
  std::vector<const FieldDescriptor*> set;
  const google::protobuf::Reflection* reflection = over.GetReflection();
  reflection->ListFields(over, &set);
  for (const FieldDescriptor* field : set) {
    if (field->is_repeated()) {
      message->GetReflection()->ClearField(message, field);
    } else if (field->message_type() != nullptr &&
               message->GetReflection()->HasField(*message, field)) {
      ClearReplaced(reflection->GetMessage(over, field),
                    message->GetReflection()->MutableMessage(message, field));
    }
  }
}

class EnvironmentBuilder {
 public:
  EnvironmentBuilder(const Plan& plan, const MessageText& text,
                     absl::string_view file, absl::string_view folder,
                     std::vector<Diagnostic>* diagnostics)
      : plan_(plan),
        text_(text),
        file_(file),
        folder_(folder),
        diagnostics_(*diagnostics) {}

  std::vector<EffectiveEnvironment> Build() {
    CheckName(plan_.name(), "name", "", "the plan");
    CheckTwice(plan_.step(), "");
    NameEnvironments();
    for (int i = 0; i < plan_.environment_size(); ++i) {
      CheckTwice(plan_.environment(i).step(), EnvironmentPath(i));
    }
    if (TooMany()) return {};
    std::vector<EffectiveEnvironment> result;
    if (plan_.environment_size() == 0) {
      result.push_back(
          {plan_.name(), folder_, BeginWith(plan_.name(), {-1}, folder_)});
    }
    for (int i = 0; i < plan_.environment_size(); ++i) {
      const Environment& environment = plan_.environment(i);
      if (by_name_[environment.name()] != i) continue;
      const std::string root = JoinPath(folder_, environment.path());
      result.push_back({environment.name(), root,
                        BeginWith(environment.name(), Ancestry(i), root)});
    }
    return result;
  }

 private:
  static std::string EnvironmentPath(int i) {
    return absl::StrCat("environment[", i, "]");
  }

  Diagnostic* Add(absl::string_view id, absl::string_view path,
                  std::string message) {
    Diagnostic& diagnostic = diagnostics_.emplace_back();
    diagnostic.set_severity(Diagnostic::ERROR);
    diagnostic.set_id(std::string(id));
    diagnostic.set_message(std::move(message));
    diagnostic.set_field(std::string(path));
    SetPlace(path, diagnostic.mutable_place());
    return &diagnostic;
  }

  // A field that is absent is at the message it belongs to.
  void SetPlace(absl::string_view path, Diagnostic::Place* place) const {
    place->set_file(file_);
    auto found = text_.places.find(std::string(path));
    if (found == text_.places.end()) {
      found = text_.places.find(std::string(path.substr(0, path.rfind('.'))));
    }
    if (found == text_.places.end()) return;
    place->set_line(found->second.line);
    place->set_column(found->second.column);
    place->set_length(found->second.length);
  }

  // A mistyped `name` is an error already.
  bool IsDamaged(absl::string_view path) const {
    return absl::c_any_of(text_.diagnostics, [&](const Diagnostic& error) {
      return path.empty()
                 ? !absl::StrContains(error.field(), '.')
                 : absl::StartsWith(error.field(), absl::StrCat(path, "."));
    });
  }

  void CheckName(absl::string_view name, const std::string& field,
                 absl::string_view owner, absl::string_view what) {
    if (IsPlanName(name)) return;
    if (!name.empty()) {
      Diagnostic* diagnostic =
          Add("plan/name", field, absl::StrCat("\"", name, "\" is no name"));
      Diagnostic::Detail* detail = diagnostic->add_detail();
      detail->set_label("expected");
      detail->set_text(kNameRule);
    } else if (!IsDamaged(owner)) {
      Add("plan/name", field, absl::StrCat(what, " has no name"));
    }
  }

  template <typename Steps>
  void CheckTwice(const Steps& steps, const std::string& owner) {
    std::map<std::string, int> first;
    for (int i = 0; i < steps.size(); ++i) {
      const std::string path =
          absl::StrCat(owner, owner.empty() ? "" : ".", "step[", i, "]");
      CheckName(steps[i].name(), path + ".name", path, "this step");
      const auto [same, inserted] = first.emplace(steps[i].name(), i);
      if (inserted || steps[i].name().empty()) continue;
      AddTwice("plan/duplicate-step", "step", steps[i].name(), path + ".name",
               absl::StrCat(owner, owner.empty() ? "" : ".", "step[",
                            same->second, "].name"));
    }
  }

  void AddTwice(absl::string_view id, absl::string_view what,
                absl::string_view name, const std::string& path,
                const std::string& first_path) {
    Diagnostic* diagnostic =
        Add(id, path, absl::StrCat("a second ", what, " \"", name, "\""));
    diagnostic->set_step(what == "step" ? std::string(name) : "");
    const auto first = text_.places.find(first_path);
    if (first == text_.places.end()) return;
    Diagnostic::Detail* detail = diagnostic->add_detail();
    detail->set_label("found");
    detail->set_text(absl::StrCat("the first in line ", first->second.line));
  }

  void NameEnvironments() {
    for (int i = 0; i < plan_.environment_size(); ++i) {
      const std::string& name = plan_.environment(i).name();
      const std::string path = EnvironmentPath(i);
      CheckName(name, path + ".name", path, "this environment");
      const auto [same, inserted] = by_name_.emplace(name, i);
      if (inserted || name.empty()) continue;
      AddTwice("plan/duplicate-environment", "environment", name,
               path + ".name", EnvironmentPath(same->second) + ".name");
    }
  }

  // The environments that `i` begins with, the plan's own steps (-1) first and
  // `i` last.
  std::vector<int> Ancestry(int i) {
    std::vector<int> ancestry = {i};
    std::vector<std::string> names = {plan_.environment(i).name()};
    while (plan_.environment(ancestry.back()).has_extends()) {
      const int at = ancestry.back();
      const std::string& extends = plan_.environment(at).extends();
      const std::string path = EnvironmentPath(at) + ".extends";
      const auto found = by_name_.find(extends);
      if (found == by_name_.end()) {
        // Once, for the environment that says it.
        if (at == i) AddUnknownEnvironment(extends, path);
        break;
      }
      names.push_back(extends);
      if (absl::c_linear_search(ancestry, found->second)) {
        // Once, for the first of the circle.
        if (found->second == i && *absl::c_min_element(ancestry) == i) {
          Add("plan/environment-cycle", EnvironmentPath(i) + ".extends",
              absl::StrCat("environments extend each other: ",
                           absl::StrJoin(names, " -> ")));
        }
        break;
      }
      ancestry.push_back(found->second);
    }
    ancestry.push_back(-1);
    std::reverse(ancestry.begin(), ancestry.end());
    return ancestry;
  }

  void AddUnknownEnvironment(const std::string& extends,
                             const std::string& path) {
    Diagnostic* diagnostic =
        Add("plan/unknown-environment", path,
            absl::StrCat("no environment is called \"", extends, "\""));
    std::vector<std::string> names;
    for (const Environment& environment : plan_.environment()) {
      names.push_back(environment.name());
    }
    const std::string nearest = NearestName(extends, names);
    if (!nearest.empty()) {
      diagnostic->set_suggestion(nearest);
    }
  }

  // Counted before a step is copied, an overriding one as one more.
  bool TooMany() {
    if (plan_.environment_size() > kMaxEnvironments) {
      Add("plan/limit", "environment",
          absl::StrCat("more than ", kMaxEnvironments, " environments"));
      return true;
    }
    int64_t count = plan_.step_size();  // of the plan itself
    for (int i = 0; i < plan_.environment_size(); ++i) {
      count += plan_.step_size();
      int at = i;
      // No chain is longer than there are environments.
      for (int hops = 0; hops <= plan_.environment_size(); ++hops) {
        count += plan_.environment(at).step_size();
        const auto next = by_name_.find(plan_.environment(at).extends());
        if (next == by_name_.end()) break;
        at = next->second;
      }
    }
    if (count <= kMaxSteps) return false;
    Add("plan/limit", "step",
        absl::StrCat("more than ", kMaxSteps, " steps in all environments"));
    return true;
  }

  std::vector<CheckedStep> BeginWith(const std::string& environment,
                                     const std::vector<int>& ancestry,
                                     const std::string& root) {
    std::vector<CheckedStep> steps;
    std::map<std::string, size_t> by_name;
    for (int layer : ancestry) {
      const auto& own =
          layer < 0 ? plan_.step() : plan_.environment(layer).step();
      for (int i = 0; i < own.size(); ++i) {
        const std::string step_path = absl::StrCat("step[", i, "]");
        const std::string path =
            layer < 0 ? step_path
                      : absl::StrCat(EnvironmentPath(layer), ".", step_path);
        const std::string& name = own[i].name();
        // A second one of the same block, or one without a name, is an error
        // already.
        const auto [same, inserted] = by_name.emplace(name, steps.size());
        if (!inserted && layer < 0) continue;
        if (inserted) {
          steps.emplace_back();
          steps.back().id = plan_.environment_size() == 0
                                ? name
                                : absl::StrCat(environment, "/", name);
          steps.back().environment = environment;
          steps.back().root = root;
        }
        CheckedStep& step = steps[same->second];
        ClearReplaced(own[i], &step.step);
        step.step.MergeFrom(own[i]);
        step.path = path;
        SetPlace(path, &step.place);
        AddFields(path, layer < 0 ? "" : plan_.environment(layer).name(),
                  &step.fields);
      }
    }
    return steps;
  }

  // What is written below `path` wins over what is in `fields`.
  void AddFields(const std::string& path, const std::string& environment,
                 std::map<std::string, FieldSource>* fields) const {
    const std::string prefix = path + ".";
    for (auto at = text_.places.lower_bound(prefix);
         at != text_.places.end() && absl::StartsWith(at->first, prefix);
         ++at) {
      const std::string field = at->first.substr(prefix.size());
      if (text_.places.count(at->first + "[0]") > 0) {
        const std::string elements = field + "[";
        auto from = fields->lower_bound(elements);
        while (from != fields->end() &&
               absl::StartsWith(from->first, elements)) {
          from = fields->erase(from);
        }
      }
      const TextPlace& place = at->second;
      (*fields)[field] = {place.line, place.column, place.length, at->first,
                          environment};
    }
  }

  const Plan& plan_;
  const MessageText& text_;
  const std::string file_;
  const std::string folder_;
  std::vector<Diagnostic>& diagnostics_;
  std::map<std::string, int> by_name_;  // of environments; the first of each
};

DiagnosticError ChoiceError(const CheckedPlan& plan,
                            absl::string_view message) {
  DiagnosticError error(absl::StatusCode::kInvalidArgument, "usage/environment",
                        message);
  std::vector<std::string> names;
  for (const Environment& environment : plan.plan.environment()) {
    names.push_back(environment.name());
  }
  error.Found(
      absl::StrCat("environments of the plan: ", absl::StrJoin(names, ", ")));
  return error;
}

absl::StatusOr<std::vector<std::string>> NearestEnvironment(
    const CheckedPlan& plan, const std::string& working_directory) {
  const std::string folder = ParentPath(plan.path);
  const std::string here = NormalPath(working_directory);
  std::vector<std::string> nearest;
  size_t length = 0;
  for (const Environment& environment : plan.plan.environment()) {
    const std::string root = JoinPath(folder, environment.path());
    if (!IsBelowOrSame(here, root) || root.size() < length) continue;
    if (root.size() > length) nearest.clear();
    length = root.size();
    nearest.push_back(environment.name());
  }
  if (nearest.size() == 1) return nearest;
  return ChoiceError(plan, nearest.empty()
                               ? "the working directory is in none of the "
                                 "plan's environments"
                               : absl::StrCat("the working directory is in ",
                                              absl::StrJoin(nearest, " and ")))
      .Next("--env NAME, or --all-environments");
}

}  // namespace

bool IsPlanName(absl::string_view name) {
  const auto is_first = [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c);
  };
  return !name.empty() && name.size() <= 64 && is_first(name[0]) &&
         absl::c_all_of(name, [&](char c) {
           return is_first(c) || c == '_' || c == '.' || c == '-';
         });
}

std::vector<EffectiveEnvironment> EffectiveEnvironments(
    const Plan& plan, const MessageText& text, absl::string_view file,
    absl::string_view folder, std::vector<Diagnostic>* diagnostics) {
  return EnvironmentBuilder(plan, text, file, folder, diagnostics).Build();
}

absl::StatusOr<std::vector<std::string>> ChooseEnvironments(
    const CheckedPlan& plan, const EnvironmentChoice& choice) {
  std::vector<std::string> known;
  for (const Environment& environment : plan.plan.environment()) {
    known.push_back(environment.name());
  }
  if (known.empty()) known.push_back(plan.name);
  for (const std::string& name : choice.names) {
    if (absl::c_linear_search(known, name)) continue;
    const std::string nearest = NearestName(name, known);
    return ChoiceError(plan,
                       absl::StrCat("no environment is called \"", name, "\""))
        .Next(nearest.empty() ? "--env NAME, or --all-environments"
                              : absl::StrCat("--env ", nearest));
  }
  std::vector<std::string> chosen = choice.names;
  if (chosen.empty()) {
    if (choice.all || plan.plan.environment_size() == 0) {
      chosen = known;
    } else {
      PROVISION_ASSIGN_OR_RETURN(
          chosen, NearestEnvironment(plan, choice.working_directory));
    }
  }
  std::sort(chosen.begin(), chosen.end());
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  return chosen;
}

void KeepEnvironments(const std::vector<std::string>& names,
                      CheckedPlan* plan) {
  std::vector<int> new_index(plan->steps.size(), -1);
  std::vector<CheckedStep> kept;
  for (size_t i = 0; i < plan->steps.size(); ++i) {
    CheckedStep& step = plan->steps[i];
    if (!absl::c_linear_search(names, step.environment)) continue;
    new_index[i] = static_cast<int>(kept.size());
    // Its predecessors are of the same environment and before it.
    for (int& after : step.after) after = new_index[after];
    kept.push_back(std::move(step));
  }
  plan->steps = std::move(kept);
}

}  // namespace provision
