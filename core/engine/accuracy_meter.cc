#include "core/engine/accuracy_meter.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/actions/action_handler.h"

namespace provision {
namespace {

using Actions = google::protobuf::RepeatedPtrField<Action>;

std::string Digest(const Action& action) { return ActionDigest(action, {}); }

std::string KindAndPath(const Action& action) {
  return absl::StrCat(
      Action::descriptor()->FindFieldByNumber(action.kind_case())->name(), " ",
      ActionPath(action));
}

// Everything that the preview held, whichever rung is taken.
std::set<std::string> Announced(const Proposal& proposal) {
  std::set<std::string> digests;
  const auto add = [&digests](const Actions& actions) {
    for (const Action& action : actions) digests.insert(Digest(action));
  };
  add(proposal.action());
  for (const Rung& rung : proposal.rung()) add(rung.action());
  for (const Proposal::OnChange& follow_up : proposal.on_change()) {
    add(follow_up.action());
  }
  return digests;
}

// The alternatives of which one had to be performed whole.
std::vector<const Actions*> Predicted(const Proposal& proposal,
                                      const std::string& rung) {
  std::vector<const Actions*> predicted;
  for (const Rung& one : proposal.rung()) {
    if (one.name() == rung) predicted.push_back(&one.action());
  }
  if (predicted.empty()) predicted.push_back(&proposal.action());
  return predicted;
}

}  // namespace

void AccuracyMeter::Emit(Event event) {
  {
    absl::MutexLock lock(&mutex_);
    if (event.has_step_planned()) {
      index_[event.step()] = steps_.size();
      steps_.emplace_back();
      steps_.back().name = event.step();
      steps_.back().planned = event.step_planned();
    } else if (auto found = index_.find(event.step()); found != index_.end()) {
      Note(event, &steps_[found->second]);
    }
  }
  next_.Emit(std::move(event));
}

void AccuracyMeter::Note(const Event& event, Step* step) {
  if (event.has_action_started()) {
    const Event::ActionLine& line = event.action_started().line();
    step->current = absl::StrCat(line.verb(), " ", line.object());
  } else if (event.has_action_done()) {
    const Event::ActionDone& done = event.action_done();
    if (done.outcome() == Event::ActionDone::COMMITTED) {
      step->performed[done.digest()] = step->current;
    } else if (done.outcome() == Event::ActionDone::SKIPPED) {
      step->found.insert(done.digest());
    }
  } else if (event.has_step_done()) {
    step->ended_well =
        event.step_done().result() == Event::StepDone::CHANGED ||
        event.step_done().result() == Event::StepDone::ALREADY_SO;
    step->rung = event.step_done().rung();
  }
}

Event::Accuracy AccuracyMeter::Compare(const Step& step,
                                       const std::set<std::string>& performed) {
  const Proposal& proposal = step.planned.proposal();
  Event::Accuracy best;
  bool is_first = true;
  for (const Actions* actions : Predicted(proposal, step.rung)) {
    Event::Accuracy accuracy;
    accuracy.set_predicted(actions->size());
    accuracy.set_performed(static_cast<int>(step.performed.size()));
    for (const Action& action : *actions) {
      const std::string digest = Digest(action);
      if (performed.count(digest) == 0 && step.found.count(digest) == 0) {
        accuracy.add_differs(
            absl::StrCat(KindAndPath(action), " was announced and not done"));
      }
    }
    if (is_first || accuracy.differs_size() < best.differs_size()) {
      best = std::move(accuracy);
    }
    is_first = false;
  }
  const std::set<std::string> announced = Announced(proposal);
  for (const auto& [digest, name] : step.performed) {
    if (announced.count(digest) == 0) {
      best.add_differs(absl::StrCat(name, " was not announced"));
    }
  }
  return best;
}

void AccuracyMeter::Tell() {
  std::vector<Event> events;
  {
    absl::MutexLock lock(&mutex_);
    std::set<std::string> performed;
    for (const Step& step : steps_) {
      for (const auto& [digest, name] : step.performed) {
        performed.insert(digest);
      }
    }
    for (const Step& step : steps_) {
      if (!step.ended_well ||
          step.planned.proposal().fidelity() == Proposal::UNKNOWN) {
        continue;
      }
      Event event;
      event.set_step(step.name);
      *event.mutable_accuracy() = Compare(step, performed);
      if (event.accuracy().predicted() > 0 ||
          event.accuracy().performed() > 0) {
        events.push_back(std::move(event));
      }
    }
  }
  for (Event& event : events) next_.Emit(std::move(event));
}

}  // namespace provision
