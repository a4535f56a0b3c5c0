#include "core/cli/report/timeline_html.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "core/cli/display_text.h"
#include "core/cli/report/html.h"
#include "core/cli/report/state_mark.h"

namespace provision {
namespace {

// Shorter bars would not be seen.
constexpr double kLeastPercent = 0.5;

std::string TimeText(int64_t ms) {
  return DurationText(absl::Milliseconds(ms));
}

std::string Percent(double percent) {
  return absl::StrFormat("%.2f%%", percent);
}

class Scale {
 public:
  explicit Scale(int64_t total_ms)
      : total_ms_(std::max<int64_t>(1, total_ms)) {}

  // A bar from `begin_ms` on, with what it says when pointed at.
  std::string Bar(absl::string_view css_class, int64_t begin_ms,
                  int64_t duration_ms, const std::string& title) const {
    const double width =
        std::max(kLeastPercent, 100.0 * duration_ms / total_ms_);
    const double x =
        std::min(100.0 - kLeastPercent, 100.0 * begin_ms / total_ms_);
    return absl::StrCat("<rect class=\"", css_class, "\" x=\"", Percent(x),
                        "\" width=\"", Percent(std::min(width, 100.0 - x)),
                        "\" y=\"2\" height=\"12\" rx=\"2\"><title>",
                        HtmlText(title), "</title></rect>");
  }

  std::string Line(int64_t at_ms) const {
    const std::string x = Percent(100.0 * at_ms / total_ms_);
    return absl::StrCat("<line class=\"again\" x1=\"", x, "\" x2=\"", x,
                        "\" y1=\"0\" y2=\"16\"/>");
  }

 private:
  const int64_t total_ms_;
};

std::string Row(const Report::Step& step, int i, const Scale& scale,
                const std::string& lines) {
  std::string bars =
      scale.Bar("span", step.begin_ms(), step.duration_ms(),
                absl::StrCat(step.step(), ": ", TimeText(step.duration_ms())));
  for (const Report::Action& action : step.action()) {
    if (!action.has_begin_ms()) continue;
    bars += scale.Bar(
        absl::StrCat("work ", MarkOf(action.state()).css_class),
        action.begin_ms(), action.duration_ms(),
        absl::StrCat(action.verb(), " ", action.object(), ": ",
                     TimeText(action.duration_ms()), ", ", action.state()));
  }
  return absl::StrCat(
      "<li", step.critical() ? " class=\"critical\"" : "", "><a href=\"#s", i,
      "\" data-step=\"", i, "\">", HtmlText(step.step()),
      "</a><svg width=\"100%\" height=\"16\" aria-hidden=\"true\">", bars,
      lines, "</svg><span class=\"time\">", TimeText(step.duration_ms()),
      "</span></li>\n");
}

std::string SessionText(const Report& report) {
  std::string text;
  for (int i = 0; i < report.session_size(); ++i) {
    const Report::Session& session = report.session(i);
    absl::StrAppend(&text, "<li><span>", i == 0 ? "begun" : "gone on with",
                    "</span> <time>", HtmlText(session.started()),
                    "</time> <span>", HtmlText(session.end()), " after ",
                    TimeText(session.duration_ms()), "</span></li>");
  }
  return absl::StrCat("<ol class=\"sessions\">", text, "</ol>");
}

}  // namespace

std::string TimelineHtml(const Report& report) {
  if (!report.has_duration_ms()) return "";
  const Scale scale(report.duration_ms());
  std::string lines;
  for (int i = 1; i < report.session_size(); ++i) {
    lines += scale.Line(report.session(i).begin_ms());
  }
  std::vector<int> order;
  for (int i = 0; i < report.step_size(); ++i) {
    if (report.step(i).has_begin_ms()) order.push_back(i);
  }
  if (order.empty()) return "";
  std::stable_sort(order.begin(), order.end(), [&report](int a, int b) {
    return report.step(a).begin_ms() < report.step(b).begin_ms();
  });
  std::string rows;
  for (int i : order) rows += Row(report.step(i), i, scale, lines);
  return absl::StrCat(
      "<section><h2>Timeline</h2>", SessionText(report),
      "<ol class=\"timeline\"><li class=\"axis\"><span></span><span><span>0 s"
      "</span><span>",
      TimeText(report.duration_ms() / 2), "</span><span>",
      TimeText(report.duration_ms()), "</span></span><span></span></li>", rows,
      "</ol></section>");
}

}  // namespace provision
