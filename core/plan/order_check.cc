#include "core/plan/order_check.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "core/base/nearest_name.h"
#include "core/plan/step_graph.h"
#include "core/plugin/registry.h"

namespace provision {
namespace {

class OrderChecker {
 public:
  OrderChecker(bool names_known, EffectiveEnvironment* environment,
               std::vector<Diagnostic>* diagnostics)
      : names_known_(names_known),
        steps_(environment->steps),
        diagnostics_(*diagnostics) {
    for (size_t i = 0; i < steps_.size(); ++i) {
      index_.emplace(steps_[i].step.name(), static_cast<int>(i));
    }
  }

  void Check(const std::vector<OrderingInvariant>& invariants) {
    const size_t errors_before = diagnostics_.size();
    for (size_t i = 0; i < steps_.size(); ++i) FindPredecessors(i);
    CheckCircles();
    const std::vector<int> order = TopologicalOrder(after_);
    CheckDepth(order);
    const StepAfter dependants = Dependants(after_);
    for (const OrderingInvariant& invariant : invariants) {
      CheckInvariant(invariant, dependants);
    }
    if (diagnostics_.size() == errors_before) Reorder(order);
  }

 private:
  Diagnostic* Add(absl::string_view id, int step, absl::string_view field,
                  std::string message) {
    Diagnostic& diagnostic = diagnostics_.emplace_back();
    diagnostic.set_severity(Diagnostic::ERROR);
    diagnostic.set_id(std::string(id));
    diagnostic.set_message(std::move(message));
    PlaceInStep(steps_[step], field, &diagnostic);
    return &diagnostic;
  }

  void FindPredecessors(size_t i) {
    std::vector<int> predecessors;
    const Step& step = steps_[i].step;
    for (int k = 0; k < step.after_size(); ++k) {
      const auto found = index_.find(step.after(k));
      if (found != index_.end()) {
        predecessors.push_back(found->second);
      } else if (names_known_) {
        AddUnknownStep(static_cast<int>(i), k);
      }
    }
    std::sort(predecessors.begin(), predecessors.end());
    predecessors.erase(std::unique(predecessors.begin(), predecessors.end()),
                       predecessors.end());
    after_.push_back(std::move(predecessors));
  }

  void AddUnknownStep(int i, int k) {
    const std::string& name = steps_[i].step.after(k);
    Diagnostic* diagnostic =
        Add("plan/unknown-step", i, absl::StrCat("after[", k, "]"),
            absl::StrCat("no step is called \"", name, "\""));
    // A hostile plan has many; looking for the nearest of thousands each time
    // would take minutes.
    constexpr size_t kMaxSuggestions = 100;
    if (++unknown_steps_ > kMaxSuggestions) return;
    std::vector<std::string> names;
    for (const CheckedStep& step : steps_) names.push_back(step.step.name());
    const std::string nearest = NearestName(name, names);
    if (!nearest.empty()) {
      diagnostic->set_suggestion(nearest);
    }
  }

  // At the word of `step` that names `predecessor`.
  std::string AfterField(int step, int predecessor) const {
    const Step& waiting = steps_[step].step;
    for (int k = 0; k < waiting.after_size(); ++k) {
      if (waiting.after(k) == steps_[predecessor].step.name()) {
        return absl::StrCat("after[", k, "]");
      }
    }
    return "after";
  }

  // Long ways are cut in the middle.
  std::string InWords(const std::vector<int>& way) const {
    constexpr size_t kShown = 10;
    std::vector<std::string> names;
    for (size_t i = 0; i < way.size(); ++i) {
      if (way.size() > 2 * kShown && i == kShown) {
        names.push_back(absl::StrCat("(", way.size() - 2 * kShown, " more)"));
        i = way.size() - kShown;
      }
      names.push_back(steps_[way[i]].step.name());
    }
    return absl::StrJoin(names, " -> ");
  }

  static void AddDetail(absl::string_view label, absl::string_view text,
                        Diagnostic* diagnostic) {
    if (text.empty()) return;
    Diagnostic::Detail* detail = diagnostic->add_detail();
    detail->set_label(std::string(label));
    detail->set_text(std::string(text));
  }

  void CheckCircles() {
    for (std::vector<int> circle : Circles(after_)) {
      const int first = circle.front();
      const std::string field =
          AfterField(first, circle.size() > 1 ? circle[1] : first);
      circle.push_back(first);
      Add("plan/cycle", first, field,
          absl::StrCat("steps wait for each other: ", InWords(circle)))
          ->add_next("take one of these `after` away");
    }
  }

  void CheckDepth(const std::vector<int>& order) {
    const std::vector<int> depths = Depths(after_, order);
    const auto too_deep = absl::c_find(depths, kMaxDepth + 1);
    if (too_deep == depths.end()) return;
    Add("plan/limit", static_cast<int>(too_deep - depths.begin()), "after",
        absl::StrCat("more than ", kMaxDepth, " steps wait for each other"));
  }

  std::vector<bool> OfKind(absl::string_view kind) const {
    std::vector<bool> result;
    for (const CheckedStep& step : steps_) {
      const auto configs = ConfigFields(step.step);
      result.push_back(configs.size() == 1 &&
                       configs[0]->message_type()->full_name() == kind);
    }
    return result;
  }

  void CheckInvariant(const OrderingInvariant& invariant,
                      const StepAfter& dependants) {
    const std::vector<bool> from = OfKind(invariant.from);
    const std::vector<bool> to = OfKind(invariant.to);
    const std::vector<bool> between = OfKind(invariant.between);
    for (size_t i = 0; i < steps_.size(); ++i) {
      if (!from[i]) continue;
      std::vector<bool> start(steps_.size(), false);
      start[i] = true;
      // What waits for step i, and what of it waits for one of `between` that
      // does.
      std::vector<bool> later = WithPredecessors(dependants, start);
      std::vector<bool> passed(steps_.size(), false);
      for (size_t k = 0; k < steps_.size(); ++k) {
        passed[k] = later[k] && between[k] && k != i;
      }
      passed = WithPredecessors(dependants, passed);
      for (size_t k = 0; k < steps_.size(); ++k) {
        if (to[k] && k != i && later[k] && !passed[k]) {
          AddInvariant(invariant, static_cast<int>(i), static_cast<int>(k),
                       dependants);
        }
      }
    }
  }

  void AddInvariant(const OrderingInvariant& invariant, int from, int to,
                    const StepAfter& dependants) {
    Diagnostic* diagnostic =
        Add("plan/order", to, "",
            absl::StrCat("step \"", steps_[to].step.name(), "\" follows \"",
                         steps_[from].step.name(), "\" without a step of kind ",
                         invariant.between, " between them"));
    AddDetail("found", InWords(ShortestWay(dependants, from, to)), diagnostic);
    AddDetail("because", invariant.reason, diagnostic);
  }

  void Reorder(const std::vector<int>& order) {
    std::vector<int> new_index(order.size());
    for (size_t i = 0; i < order.size(); ++i) {
      new_index[order[i]] = static_cast<int>(i);
    }
    std::vector<CheckedStep> ordered;
    for (int old_index : order) {
      CheckedStep& step = steps_[old_index];
      step.after = after_[old_index];
      for (int& predecessor : step.after) predecessor = new_index[predecessor];
      std::sort(step.after.begin(), step.after.end());
      ordered.push_back(std::move(step));
    }
    steps_ = std::move(ordered);
  }

  const bool names_known_;
  std::vector<CheckedStep>& steps_;
  std::vector<Diagnostic>& diagnostics_;
  std::map<std::string, int> index_;
  StepAfter after_;
  size_t unknown_steps_ = 0;
};

}  // namespace

void CheckOrder(const std::vector<OrderingInvariant>& invariants,
                bool names_known, EffectiveEnvironment* environment,
                std::vector<Diagnostic>* diagnostics) {
  OrderChecker(names_known, environment, diagnostics).Check(invariants);
}

}  // namespace provision
