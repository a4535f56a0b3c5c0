#ifndef PROVISION_CORE_ENGINE_ACCURACY_METER_H_
#define PROVISION_CORE_ENGINE_ACCURACY_METER_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "core/api/event.pb.h"
#include "core/engine/event_sink.h"

namespace provision {

// Holds what the preview said of each step against what was then done (E51), by
// listening to the events of a run, which it passes on to `next`.
//
// A step counts that ended well and whose actions were EXACT or PREDICTED. Of a
// ladder all rungs are in the preview; the one that was taken had to be
// performed whole. What was found done at its turn by the same action of an
// earlier run, or done by that of another step, such as a folder that both
// want, is no difference. Thread-safe; keeps `next` by reference.
class AccuracyMeter final : public EventSink {
 public:
  explicit AccuracyMeter(EventSink& next) : next_(next) {}

  void Emit(Event event) override;

  // Emits `accuracy` for each step that was to do something, or did, in the
  // order in which they were planned.
  void Tell();

 private:
  struct Step {
    std::string name;
    Event::StepPlanned planned;
    // Its actions, by digest: what was performed, as told to the user; and what
    // was found done.
    std::map<std::string, std::string> performed;
    std::set<std::string> found;
    std::string current;  // the action that was started last
    bool ended_well = false;
    std::string rung;
  };

  static void Note(const Event& event, Step* step);
  // `performed`: digests of the actions of all steps.
  static Event::Accuracy Compare(const Step& step,
                                 const std::set<std::string>& performed);

  EventSink& next_;
  absl::Mutex mutex_;
  std::vector<Step> steps_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, size_t> index_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace provision

#endif  // PROVISION_CORE_ENGINE_ACCURACY_METER_H_
