#ifndef PROVISION_CORE_CLI_TERMINAL_RENDERER_H_
#define PROVISION_CORE_CLI_TERMINAL_RENDERER_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "core/api/event.pb.h"
#include "core/base/console.h"
#include "core/cli/live_area.h"
#include "core/cli/plan_text.h"
#include "core/cli/render_options.h"
#include "core/cli/run_text.h"
#include "core/cli/terminal_style.h"
#include "core/engine/event_sink.h"

namespace provision {

// Shows the events of a command to a person: the report on standard output,
// diagnostics and live lines on standard error. Thread-safe.
class TerminalRenderer final : public EventSink {
 public:
  // `console` outlives this. `clock` is monotonic.
  TerminalRenderer(RenderOptions options, Console& console,
                   std::function<absl::Duration()> clock);
  // Leaves no live line behind.
  ~TerminalRenderer() override;

  void Emit(Event event) override;

  // Time has passed: draws the live lines again, or speaks of waiting steps.
  // Called a few times a second.
  void Tick();

  // Between the two somebody is asked at the terminal: nothing is written, and
  // what is to be follows the answer. Calls nest.
  void BeginQuestion();
  void EndQuestion();

 private:
  void Write(Console::Stream stream, absl::string_view text)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DrawLive() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Report(absl::string_view text) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Complain(absl::string_view text) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AddToPreview(const Event& event) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void KeepOnce(std::string failure) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void KeepFailure(const Event& event) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void KeepDoubt(const Event& event) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End(const Event::Summary& summary) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const TerminalStyle style_;
  Console& console_;
  const std::function<absl::Duration()> clock_;

  absl::Mutex mutex_;
  bool is_preview_ ABSL_GUARDED_BY(mutex_) = false;
  bool host_was_read_ ABSL_GUARDED_BY(mutex_) = false;
  bool reported_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::string> failures_ ABSL_GUARDED_BY(mutex_);
  PlanText plan_ ABSL_GUARDED_BY(mutex_);
  RunText run_ ABSL_GUARDED_BY(mutex_);
  LiveArea live_ ABSL_GUARDED_BY(mutex_);
  int questions_ ABSL_GUARDED_BY(mutex_) = 0;
  // Written when the last question is answered.
  std::vector<std::pair<Console::Stream, std::string>> held_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace provision

#endif  // PROVISION_CORE_CLI_TERMINAL_RENDERER_H_
