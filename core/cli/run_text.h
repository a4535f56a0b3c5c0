#ifndef PROVISION_CORE_CLI_RUN_TEXT_H_
#define PROVISION_CORE_CLI_RUN_TEXT_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "core/api/event.pb.h"
#include "core/cli/terminal_style.h"

namespace provision {

// What `apply` and `rollback` say of each step (cli.md 4.1). It is told events
// and the monotonic time they came at, and answers with the lines to print.
class RunText {
 public:
  explicit RunText(const TerminalStyle& style) : style_(style) {}

  // What stands above the steps: where an earlier run goes on.
  std::string Start(const Event::RunStarted& started);

  // Lines that `event` of a step leads to; often none.
  std::string Add(const Event& event, absl::Duration now);

  // Converged steps that were held back, as one line if they are many.
  std::string HeldBack();

  // Outside a terminal: a line for each step that has been at work for 10, 20,
  // 40, ... seconds and was not spoken of since.
  std::string Notices(absl::Duration now);

  // In a terminal: the steps that are at work, as they stand.
  std::vector<std::string> LiveLines(absl::Duration now) const;

 private:
  struct Work {
    absl::Duration started;
    absl::Duration next_notice;
    std::string verb;    // "fetching"
    std::string object;  // "6 wheels"
    // Of each action that is at work and told of any.
    std::map<int, Event::Progress> progress;
    // Since the last action ended: when it was told of bytes, and of how many.
    absl::optional<absl::Duration> first_progress;
    uint64_t first_done = 0;
    absl::Duration last_progress;
    std::string waits_for;  // empty: it does not wait
    absl::Duration waits_since;
    std::vector<Event::ActionLine> lines;
  };

  // Where the detail of a line begins, and whether a terminal has room for any.
  size_t DetailColumn() const;
  bool HasRoomForDetail(absl::string_view time) const;
  std::string Line(Role role, absl::string_view step, absl::string_view state,
                   absl::string_view detail, absl::string_view time) const;
  std::string Begin(const Event& event, absl::Duration now);
  std::string Done(const Event& event);
  std::string Failed(const Event& event);
  std::string FollowUpText(const Event::FollowUp& follow_up) const;
  // What the actions at work have come to, together.
  static Event::Progress ProgressOf(const Work& work);
  static std::string DetailOf(const Work& work);

  const TerminalStyle& style_;
  size_t name_width_ = 0;
  int steps_ = 0;
  std::map<std::string, Work> at_work_;
  std::vector<std::string> order_;      // of at_work_, as they began
  std::vector<std::string> converged_;  // lines held back
};

}  // namespace provision

#endif  // PROVISION_CORE_CLI_RUN_TEXT_H_
