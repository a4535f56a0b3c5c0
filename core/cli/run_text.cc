#include "core/cli/run_text.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/byte_text.h"
#include "core/cli/display_text.h"
#include "core/cli/plan_text.h"

namespace provision {
namespace {

using Detail = RenderOptions::Detail;
using Progress = RenderOptions::Progress;

constexpr size_t kGap = 2;
constexpr size_t kStateWidth = 12;  // "already so" and a gap
constexpr size_t kLeastDetail = 10;
constexpr size_t kBarWidth = 22;
// More converged steps than this are told in one line.
constexpr size_t kMostConverged = 20;
constexpr absl::Duration kFirstNotice = absl::Seconds(10);
// The live line tells what is waited for only if that takes a while.
constexpr absl::Duration kShortWait = absl::Seconds(2);
// Over less time a rate says nothing.
constexpr absl::Duration kShortestForRate = absl::Seconds(1);
// Beyond that a line is hard to follow with the eye.
constexpr int kWidestLine = 120;

std::string WorkWord(absl::string_view verb) {
  constexpr std::pair<absl::string_view, absl::string_view> kWords[] = {
      {"fetch", "fetching"}, {"unpack", "unpacking"}, {"install", "installing"},
      {"run", "running"},    {"write", "writing"},    {"link", "linking"},
      {"mkdir", "making"},   {"remove", "removing"}};
  for (const auto& [known, word] : kWords) {
    if (verb == known) return std::string(word);
  }
  return "at work";
}

std::string Bar(uint64_t done, uint64_t total) {
  const double part = std::min(1.0, static_cast<double>(done) / total);
  const auto filled = static_cast<size_t>(part * kBarWidth + 0.5);
  std::string bar;
  for (size_t i = 0; i < kBarWidth; ++i) bar += i < filled ? "━" : "─";
  return bar;
}

std::string NoticeTime(absl::Duration elapsed) {
  return elapsed < absl::Minutes(1)
             ? absl::StrCat(absl::ToInt64Seconds(elapsed), " s")
             : DurationText(elapsed);
}

}  // namespace

size_t RunText::DetailColumn() const {
  return TerminalStyle::kSignWidth + name_width_ + kGap + kStateWidth;
}

bool RunText::HasRoomForDetail(absl::string_view time) const {
  const size_t room_for_time = time.empty() ? 0 : DisplayWidth(time) + kGap;
  return DetailColumn() + room_for_time + kLeastDetail <
         static_cast<size_t>(style_.options().columns);
}

std::string RunText::Line(Role role, absl::string_view step,
                          absl::string_view state, absl::string_view detail,
                          absl::string_view time) const {
  const RenderOptions& options = style_.options();
  const int columns = std::min(options.columns, kWidestLine);
  const size_t indent = DetailColumn();
  std::string shown = style_.Text(detail);
  const size_t room_for_time = time.empty() ? 0 : DisplayWidth(time) + kGap;
  if (options.terminal && options.detail != Detail::kFull &&
      HasRoomForDetail(time)) {
    shown = CutToWidth(shown, columns - indent - room_for_time, options.ascii);
  }
  std::string line = absl::StrCat(
      style_.Sign(role), PadRight(style_.Text(step), name_width_ + kGap),
      style_.Paint(role, state));
  if (!shown.empty() || !time.empty()) {
    line += std::string(kStateWidth - DisplayWidth(state), ' ');
    line += shown;
  }
  if (!time.empty()) {
    const size_t used = indent + DisplayWidth(shown);
    const size_t gap = used + room_for_time > static_cast<size_t>(columns)
                           ? kGap
                           : columns - used - DisplayWidth(time);
    absl::StrAppend(&line, std::string(gap, ' '),
                    style_.Paint(Role::kFaint, time));
  }
  return line + "\n";
}

std::string RunText::Start(const Event::RunStarted& started) {
  steps_ = std::max(started.steps(), started.step_name_size());
  for (const std::string& name : started.step_name()) {
    name_width_ = std::max(name_width_, DisplayWidth(style_.Text(name)));
  }
  if (started.continues().empty() || style_.options().quiet) return "";
  // The beginning of an id is enough to name a run.
  return absl::StrCat(
      "goes on with run ", style_.Text(started.continues().substr(0, 8)),
      started.where().empty() ? "" : ": ", style_.Text(started.where()), "\n");
}

std::string RunText::Begin(const Event& event, absl::Duration now) {
  Work& work = at_work_[event.step()];
  work = Work();
  work.started = now;
  work.next_notice = kFirstNotice;
  if (!absl::c_linear_search(order_, event.step())) {
    order_.push_back(event.step());
  }
  const RenderOptions& options = style_.options();
  if (options.quiet) return "";
  const std::string& resumes = event.step_started().resumes();
  if (!resumes.empty()) {
    return Line(Role::kPlain, event.step(), "resumes", resumes, "");
  }
  return options.progress == Progress::kLines
             ? Line(Role::kPlain, event.step(), "begins", "", "")
             : "";
}

std::string RunText::Done(const Event& event) {
  const Event::StepDone& done = event.step_done();
  std::string time;
  Role role = Role::kGood;
  absl::string_view state = "already so";
  switch (done.result()) {
    case Event::StepDone::CHANGED:
      state = "changed";
      if (done.has_duration_ms()) {
        time = DurationText(absl::Milliseconds(done.duration_ms()));
      }
      break;
    case Event::StepDone::SKIPPED:
      role = Role::kNotAsked;
      state = "skipped";
      break;
    case Event::StepDone::ASSUMED:
      role = Role::kAttention;
      state = "assumed";
      break;
    case Event::StepDone::ALREADY_SO:
    case Event::StepDone::DONE_ONCE:
    case Event::StepDone::UNSPECIFIED:
      break;
  }
  std::string text = Line(role, event.step(), state, done.text(), time);
  const RenderOptions& options = style_.options();
  const bool full = options.detail == Detail::kFull;
  if (full || (done.result() == Event::StepDone::CHANGED &&
               options.detail == Detail::kNormal)) {
    text += RefusalText(done.refused(), /*evidence=*/full, style_);
  }
  if (full) {
    for (const Event::ActionLine& line : at_work_[event.step()].lines) {
      text += ActionText(line, style_);
    }
    return text;
  }
  if (done.result() == Event::StepDone::CHANGED ||
      done.result() == Event::StepDone::ASSUMED) {
    return text;
  }
  if (options.quiet) return "";
  if (steps_ <= static_cast<int>(kMostConverged)) return text;
  converged_.push_back(std::move(text));
  return "";
}

std::string RunText::Failed(const Event& event) {
  const Event::StepFailed& failed = event.step_failed();
  std::string time;
  if (failed.has_duration_ms()) {
    time = DurationText(absl::Milliseconds(failed.duration_ms()));
  }
  std::string text = failed.text();
  if (failed.rolled_back()) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", "rolled back");
  }
  switch (failed.exit()) {
    case 4:
      return Line(Role::kAttention, event.step(), "in doubt", text, time);
    case 7:
      return Line(Role::kAttention, event.step(), "needs root", text, time);
    case 8:
      return Line(Role::kAttention, event.step(), "reboot", text, time);
    default:
      return Line(Role::kBad, event.step(), "failed", text, time);
  }
}

std::string RunText::FollowUpText(const Event::FollowUp& follow_up) const {
  if (follow_up.done()) {
    return Line(Role::kGood, follow_up.name(), "done", "follow-up", "");
  }
  return follow_up.due() ? Line(Role::kAttention, follow_up.name(), "due",
                                "follow-up, at the next apply", "")
                         : "";
}

std::string RunText::Add(const Event& event, absl::Duration now) {
  const std::string& step = event.step();
  name_width_ = std::max(name_width_, DisplayWidth(style_.Text(step)));
  const auto work = at_work_.find(step);
  std::string text;
  switch (event.what_case()) {
    case Event::kStepStarted:
      return Begin(event, now);
    case Event::kActionStarted:
      if (work == at_work_.end()) return "";
      work->second.verb = event.action_started().line().verb();
      work->second.object = event.action_started().line().object();
      work->second.waits_for.clear();
      work->second.lines.push_back(event.action_started().line());
      return "";
    case Event::kProgress: {
      if (work == at_work_.end()) return "";
      work->second.progress[event.progress().action()] = event.progress();
      const uint64_t done = ProgressOf(work->second).done();
      // With one that ends the sum begins anew.
      if (!work->second.first_progress.has_value() ||
          done < work->second.first_done) {
        work->second.first_progress = now;
        work->second.first_done = done;
      }
      work->second.last_progress = now;
      work->second.waits_for.clear();
      return "";
    }
    case Event::kActionDone:
      if (work != at_work_.end()) {
        work->second.progress.erase(event.action_done().action());
        work->second.first_progress.reset();
      }
      return "";
    case Event::kWaiting:
      if (work == at_work_.end()) return "";
      if (work->second.waits_for.empty()) work->second.waits_since = now;
      work->second.waits_for = event.waiting().text();
      return "";
    case Event::kLog:
      return style_.options().detail == Detail::kFull
                 ? absl::StrCat("     | ", style_.Text(event.log().text()),
                                "\n")
                 : "";
    case Event::kStepDone:
      text = Done(event);
      break;
    case Event::kStepFailed:
      text = Failed(event);
      break;
    case Event::kBlocked:
      text = Line(
          Role::kHeldBack, step, "blocked",
          absl::StrCat("by ", absl::StrJoin(event.blocked().by(), ", ")), "");
      break;
    case Event::kInDoubt:
      text =
          Line(Role::kAttention, step, "in doubt", event.in_doubt().text(), "");
      break;
    case Event::kFollowUp:
      return FollowUpText(event.follow_up());
    case Event::kDrift:
      return Line(Role::kAttention, step, "drift", event.drift().text(), "");
    default:
      return "";
  }
  at_work_.erase(step);
  order_.erase(std::remove(order_.begin(), order_.end(), step), order_.end());
  return text;
}

std::string RunText::HeldBack() {
  std::string text;
  if (converged_.size() > kMostConverged) {
    text = absl::StrCat(style_.Sign(Role::kGood),
                        CountText(converged_.size(), "step"), " already so\n");
  } else {
    text = absl::StrJoin(converged_, "");
  }
  converged_.clear();
  return text;
}

Event::Progress RunText::ProgressOf(const Work& work) {
  if (work.progress.empty()) return {};
  if (work.progress.size() == 1) return work.progress.begin()->second;
  // A total would shrink with each that ends.
  Event::Progress all;
  std::vector<std::string> texts;
  for (const auto& [action, progress] : work.progress) {
    all.set_done(all.done() + progress.done());
    texts.push_back(progress.text());
  }
  all.set_text(
      absl::StrCat(texts.size(), " at once: ", absl::StrJoin(texts, ", ")));
  return all;
}

std::string RunText::DetailOf(const Work& work) {
  const Event::Progress progress = ProgressOf(work);
  std::vector<std::string> parts;
  if (progress.total() > 0) {
    parts.push_back(BytesOfText(progress.done(), progress.total()));
  } else if (progress.done() > 0) {
    parts.push_back(ByteText(progress.done()));
  }
  if (work.first_progress.has_value()) {
    const absl::Duration took = work.last_progress - *work.first_progress;
    if (took >= kShortestForRate && progress.done() > work.first_done) {
      parts.push_back(absl::StrCat(
          ByteText(static_cast<uint64_t>((progress.done() - work.first_done) /
                                         absl::ToDoubleSeconds(took))),
          "/s"));
    }
  }
  if (!progress.text().empty()) parts.push_back(progress.text());
  return parts.empty() ? work.object : absl::StrJoin(parts, ", ");
}

std::string RunText::Notices(absl::Duration now) {
  if (style_.options().progress != Progress::kLines || style_.options().quiet) {
    return "";
  }
  std::string text;
  for (const std::string& step : order_) {
    Work& work = at_work_[step];
    const absl::Duration elapsed = now - work.started;
    if (elapsed < work.next_notice) continue;
    // One line, however late it is asked for.
    absl::Duration at = work.next_notice;
    while (at * 2 <= elapsed) at *= 2;
    work.next_notice = at * 2;
    const bool waits = !work.waits_for.empty();
    text += Line(Role::kPlain, step, waits ? "waits" : WorkWord(work.verb),
                 waits ? work.waits_for : DetailOf(work), NoticeTime(at));
  }
  return text;
}

std::vector<std::string> RunText::LiveLines(absl::Duration now) const {
  std::vector<std::string> lines;
  if (style_.options().progress != Progress::kLive || style_.options().quiet) {
    return lines;
  }
  for (const std::string& step : order_) {
    const Work& work = at_work_.at(step);
    const bool waits =
        !work.waits_for.empty() && now - work.waits_since >= kShortWait;
    std::string detail = waits ? work.waits_for : DetailOf(work);
    const Event::Progress progress = ProgressOf(work);
    if (!waits && progress.total() > 0) {
      detail =
          absl::StrCat(Bar(progress.done(), progress.total()), " ", detail);
    }
    const std::string state = waits ? "waits" : WorkWord(work.verb);
    const std::string time = DurationText(now - work.started);
    std::string line = Line(Role::kPlain, step, state, detail, time);
    line.pop_back();
    // What runs over the edge could not be taken away again.
    if (!HasRoomForDetail(time)) {
      line =
          CutToWidth(absl::StrCat(style_.Text(step), "  ", state, "  ", time),
                     style_.options().columns, style_.options().ascii);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace provision
