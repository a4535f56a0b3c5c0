#include "core/cli/report/step_html.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "core/cli/display_text.h"
#include "core/cli/report/html.h"
#include "core/cli/report/state_mark.h"

namespace provision {
namespace {

std::string TimeText(int64_t ms) {
  return DurationText(absl::Milliseconds(ms));
}

std::string Sign(absl::string_view state) {
  const StateMark mark = MarkOf(state);
  return absl::StrCat("<span class=\"sign ", mark.css_class,
                      "\" aria-hidden=\"true\">", mark.sign, "</span>");
}

// A part of a step under its own word; nothing if it is empty.
std::string Part(absl::string_view word, const std::string& content) {
  return content.empty()
             ? ""
             : absl::StrCat("<dt>", word, "</dt><dd>", content, "</dd>\n");
}

template <typename List, typename Show>
std::string Items(const List& list, Show show) {
  std::string items;
  for (const auto& item : list)
    absl::StrAppend(&items, "<li>", show(item), "</li>");
  return items.empty() ? "" : absl::StrCat("<ul>", items, "</ul>");
}

std::string Digest(absl::string_view text) {
  // Twelve digits tell digests apart; all are there to be copied.
  if (!absl::StartsWith(text, "sha256:")) return HtmlText(text);
  return absl::StrCat("<code title=\"", HtmlText(text), "\">",
                      HtmlText(text.substr(0, 7 + 12)), "</code>");
}

std::string DiffHtml(const Report::Action& action) {
  if (action.diff().empty()) return "";
  std::string lines;
  for (const std::string& line : action.diff()) {
    absl::StrAppend(&lines, "<span class=\"",
                    absl::StartsWith(line, "+")   ? "add"
                    : absl::StartsWith(line, "-") ? "del"
                    : absl::StartsWith(line, "@") ? "hunk"
                                                  : "same",
                    "\">", HtmlText(line), "</span>\n");
  }
  return absl::StrCat("<pre class=\"diff\" tabindex=\"0\">", lines, "</pre>");
}

std::string ActionHtml(const Report::Action& action) {
  std::string html =
      absl::StrCat(action.state().empty() ? "" : Sign(action.state()),
                   "<b class=\"verb\">", HtmlText(action.verb()), "</b> <code>",
                   HtmlText(action.object()), "</code>");
  std::vector<std::string> notes;
  if (!action.note().empty()) notes.push_back(HtmlText(action.note()));
  if (!action.state().empty()) notes.push_back(HtmlText(action.state()));
  if (action.has_duration_ms()) notes.push_back(TimeText(action.duration_ms()));
  if (action.irreversible()) notes.push_back("cannot be undone");
  if (!action.before().empty() || !action.after().empty()) {
    notes.push_back(absl::StrCat(
        Digest(action.before().empty() ? "?" : action.before()), " → ",
        Digest(action.after().empty() ? "?" : action.after())));
  }
  absl::StrAppend(&html, " <span class=\"note\">", absl::StrJoin(notes, ", "),
                  "</span>");
  if (!action.destroys().empty()) {
    absl::StrAppend(&html, "<div class=\"attention\">destroys ",
                    HtmlText(action.destroys()), "</div>");
  }
  return html + DiffHtml(action);
}

std::string OutputHtml(const Report::Output& output) {
  std::string html = absl::StrCat(
      "<code>", HtmlText(absl::StrJoin(output.argv(), " ")),
      "</code> <span class=\"note\">ended with ", output.exit_status(), ", ",
      TimeText(output.duration_ms()), "</span>");
  for (const std::string* text :
       {&output.standard_output(), &output.standard_error()}) {
    if (text->empty()) continue;
    absl::StrAppend(&html, "<pre class=\"output\" tabindex=\"0\">",
                    HtmlLines(*text), "</pre>");
  }
  return html;
}

std::string CheckHtml(const Report::Check& check) {
  const absl::string_view word = !check.has_passed() ? ""
                                 : check.passed()    ? "passed"
                                                     : "failed";
  return absl::StrCat(word.empty() ? "" : Sign(word), HtmlText(check.text()),
                      word.empty() ? "" : " <span class=\"note\">", word,
                      word.empty() ? "" : "</span>");
}

std::string RefusalHtml(const Refusal& refusal) {
  std::string html = absl::StrCat("<b>", HtmlText(refusal.rung()),
                                  "</b> refused: ", HtmlText(refusal.reason()));
  for (const std::string& evidence : refusal.evidence()) {
    absl::StrAppend(&html, "<div class=\"note\">", HtmlText(evidence),
                    "</div>");
  }
  return html;
}

std::string AfterHtml(const Report& report, const Report::Step& step) {
  return Items(step.after(), [&](const Report::Edge& edge) {
    std::string html = HtmlText(edge.step());
    for (int i = 0; i < report.step_size(); ++i) {
      if (report.step(i).step() == edge.step()) {
        html = absl::StrCat("<a href=\"#s", i, "\" data-step=\"", i, "\">",
                            html, "</a>");
        break;
      }
    }
    if (!edge.because().empty()) {
      absl::StrAppend(&html, " <span class=\"note\">", HtmlText(edge.because()),
                      "</span>");
    }
    return html;
  });
}

std::string Summary(const Report::Step& step) {
  std::string text = HtmlText(step.text());
  if (!step.blocked_by().empty()) {
    text =
        HtmlText(absl::StrCat("by ", absl::StrJoin(step.blocked_by(), ", ")));
  }
  std::string time;
  if (step.has_duration_ms()) time = TimeText(step.duration_ms());
  return absl::StrCat("<summary>", Sign(step.state()), "<span class=\"name\">",
                      HtmlText(step.step()), "</span><span class=\"word ",
                      MarkOf(step.state()).css_class, "\">",
                      HtmlText(step.state()), "</span><span class=\"what\">",
                      text, "</span><span class=\"time\">", time,
                      "</span></summary>");
}

}  // namespace

std::string DiagnosticHtml(const Diagnostic& diagnostic) {
  const bool is_error = diagnostic.severity() != Diagnostic::NOTE &&
                        diagnostic.severity() != Diagnostic::WARNING;
  std::string details;
  for (const Diagnostic::Detail& detail : diagnostic.detail()) {
    details += Part(HtmlText(detail.label()), HtmlText(detail.text()));
  }
  std::string where;
  if (diagnostic.place().line() > 0) {
    where = HtmlText(absl::StrCat(diagnostic.place().file(), ":",
                                  diagnostic.place().line(), ":",
                                  diagnostic.place().column()));
  }
  details = Part("at", where) + details +
            Part("next", Items(diagnostic.next(), [](const std::string& next) {
                   return absl::StrCat("<code>", HtmlText(next), "</code>");
                 }));
  return absl::StrCat(
      "<div class=\"diagnostic ", is_error ? "bad" : "attention", "\"><p><b>",
      is_error                                       ? "error"
      : diagnostic.severity() == Diagnostic::WARNING ? "warning"
                                                     : "note",
      "</b> ",
      diagnostic.step().empty()
          ? ""
          : absl::StrCat(HtmlText(diagnostic.step()), ": "),
      HtmlText(diagnostic.message()),
      diagnostic.id().empty()
          ? ""
          : absl::StrCat(" <code>", HtmlText(diagnostic.id()), "</code>"),
      "</p>", details.empty() ? "" : absl::StrCat("<dl>", details, "</dl>"),
      "</div>");
}

std::string StepHtml(const Report& report, int i) {
  const Report::Step& step = report.step(i);
  std::string errors;
  for (const Diagnostic& error : step.error()) errors += DiagnosticHtml(error);
  const auto text = [](const std::string& line) { return HtmlText(line); };
  const std::string parts =
      absl::StrCat(Part("after", AfterHtml(report, step)),
                   Part("rung", HtmlText(step.rung())),
                   Part("ladder", Items(step.refused(), RefusalHtml)),
                   Part("sure", HtmlText(step.fidelity())),
                   Part("assumes", Items(step.assumes(), text)),
                   Part("actions", Items(step.action(), ActionHtml)),
                   Part("checks", Items(step.check(), CheckHtml)),
                   Part("output", Items(step.output(), OutputHtml)),
                   Part("reads", Items(step.reads(), text)));
  return absl::StrCat(
      "<details class=\"step\" id=\"s", i, "\" data-state=\"",
      HtmlText(step.state()), "\">", Summary(step), "<div class=\"body\">",
      errors,
      parts.empty() ? "<p class=\"note\">nothing is on record of it</p>"
                    : "<dl>",
      parts, parts.empty() ? "" : "</dl>", "</div></details>\n");
}

}  // namespace provision
