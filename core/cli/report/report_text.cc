#include "core/cli/report/report_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "core/cli/diagnostic_text.h"
#include "core/cli/display_text.h"
#include "core/cli/report/state_mark.h"

namespace provision {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kWordWidth = 9;  // of what stands below a step: "write" ...

std::string TimeText(int64_t ms) {
  return DurationText(absl::Milliseconds(ms));
}

Role RoleOf(absl::string_view state) {
  const absl::string_view css_class = MarkOf(state).css_class;
  if (css_class == "good") return Role::kGood;
  if (css_class == "bad") return Role::kBad;
  if (css_class == "attention") return Role::kAttention;
  if (css_class == "held") return Role::kHeldBack;
  return Role::kNotAsked;
}

class Writer {
 public:
  Writer(const Report& report, const TerminalStyle& style)
      : report_(report), style_(style) {
    for (const Report::Step& step : report.step()) {
      name_width_ =
          std::max(name_width_, DisplayWidth(style.Text(step.step())));
      state_width_ = std::max(state_width_, DisplayWidth(step.state()));
    }
  }

  std::string Head() const {
    std::string text = absl::StrCat(
        style_.Text(report_.plan()), "  ", style_.Path(report_.folder()),
        "\nrun ", report_.run().substr(0, 8), "  ",
        style_.Paint(RoleOf(report_.state()), report_.state()),
        report_.where().empty() ? "" : ": ", style_.Text(report_.where()),
        "\n");
    for (int i = 0; i < report_.session_size(); ++i) {
      const Report::Session& session = report_.session(i);
      if (session.started().empty()) continue;
      absl::StrAppend(&text, i == 0 ? "begun       " : "gone on     ",
                      session.started(), ", ", session.end(), " after ",
                      TimeText(session.duration_ms()), "\n");
    }
    return text + "\n";
  }

  std::string StepLine(const Report::Step& step) const {
    std::string what = step.text();
    if (!step.blocked_by().empty()) {
      what = absl::StrCat("by ", absl::StrJoin(step.blocked_by(), ", "));
    }
    std::string time;
    if (step.has_duration_ms()) time = TimeText(step.duration_ms());
    const Role role = RoleOf(step.state());
    std::string line = absl::StrCat(
        style_.Sign(role),
        PadRight(style_.Text(step.step()), name_width_ + kGap),
        style_.Paint(role, step.state()),
        std::string(state_width_ + kGap - DisplayWidth(step.state()), ' '),
        PadLeft(time, 9), time.empty() && what.empty() ? "" : "  ",
        style_.Wrap(style_.Text(what), TerminalStyle::kSignWidth + name_width_ +
                                           state_width_ + 2 * kGap + 9 + kGap));
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line + "\n";
  }

  std::string Below(absl::string_view word, absl::string_view text,
                    absl::string_view note) const {
    std::string line =
        absl::StrCat("     ", PadRight(word, kWordWidth), style_.Path(text));
    if (!note.empty()) {
      absl::StrAppend(&line, "  ", style_.Paint(Role::kFaint, note));
    }
    return line + "\n";
  }

  std::string StepDetails(const Report::Step& step) const {
    std::string text;
    for (const Refusal& refusal : step.refused()) {
      text += Below("refused",
                    absl::StrCat(refusal.rung(), ": ", refusal.reason()), "");
    }
    if (style_.options().detail != RenderOptions::Detail::kFull) return text;
    if (!step.rung().empty()) text += Below("rung", step.rung(), "");
    for (const Report::Action& action : step.action()) {
      std::string note = action.state();
      if (action.has_duration_ms()) {
        absl::StrAppend(&note, ", ", TimeText(action.duration_ms()));
      }
      text += Below(action.verb(), action.object(), note);
    }
    for (const Report::Check& check : step.check()) {
      text +=
          Below("check", check.text(), check.passed() ? "passed" : "failed");
    }
    return text;
  }

  std::string Log(const Report::Step& step) const {
    std::string text;
    for (const Report::Output& output : step.output()) {
      text += Below("output", absl::StrJoin(output.argv(), " "),
                    absl::StrCat("ended with ", output.exit_status(), ", ",
                                 TimeText(output.duration_ms())));
      for (const std::string* said :
           {&output.standard_output(), &output.standard_error()}) {
        if (said->empty()) continue;
        for (absl::string_view line :
             absl::StrSplit(absl::StripSuffix(*said, "\n"), '\n')) {
          absl::StrAppend(&text, "     | ", style_.Text(line), "\n");
        }
      }
    }
    return text;
  }

  std::string Tail() const {
    std::string text;
    for (const Report::Step& step : report_.step()) {
      if (step.state() != "failed" || step.error().empty()) continue;
      absl::StrAppend(
          &text, "\n",
          DiagnosticText(step.error(step.error_size() - 1), style_));
    }
    for (int i = 0; i < report_.next_size(); ++i) {
      absl::StrAppend(&text, i == 0 ? "\nnext: " : "      ",
                      style_.Text(report_.next(i)), "\n");
    }
    return text;
  }

 private:
  const Report& report_;
  const TerminalStyle& style_;
  size_t name_width_ = 0;
  size_t state_width_ = 0;
};

}  // namespace

std::string ReportText(const Report& report, bool with_log,
                       const TerminalStyle& style) {
  const Writer writer(report, style);
  std::string text = writer.Head();
  for (const Report::Step& step : report.step()) {
    text += writer.StepLine(step);
    if (style.options().detail != RenderOptions::Detail::kShort) {
      text += writer.StepDetails(step);
    }
    if (with_log) text += writer.Log(step);
  }
  return text + writer.Tail();
}

}  // namespace provision
