#include "core/cli/report/page.h"

#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "core/base/byte_text.h"
#include "core/base/crypto.h"
#include "core/cli/display_text.h"
#include "core/cli/json_renderer.h"
#include "core/cli/report/html.h"
#include "core/cli/report/page_files.h"
#include "core/cli/report/state_mark.h"
#include "core/cli/report/step_graph_svg.h"
#include "core/cli/report/step_html.h"
#include "core/cli/report/timeline_html.h"

namespace provision {
namespace {

std::string SourceHash(absl::string_view content) {
  return absl::StrCat("'sha256-", absl::Base64Escape(Sha256Bytes(content)),
                      "'");
}

// How many steps are in each state, in the order of their first one.
std::vector<std::pair<std::string, int>> Counts(const Report& report) {
  std::vector<std::pair<std::string, int>> counts;
  for (const Report::Step& step : report.step()) {
    auto it = counts.begin();
    while (it != counts.end() && it->first != step.state()) ++it;
    if (it == counts.end()) it = counts.insert(it, {step.state(), 0});
    ++it->second;
  }
  return counts;
}

std::string CountsHtml(const Report& report) {
  std::string html;
  for (const auto& [state, count] : Counts(report)) {
    const StateMark mark = MarkOf(state);
    absl::StrAppend(&html, "<li class=\"", mark.css_class,
                    "\"><span aria-hidden=\"true\">", mark.sign, "</span> <b>",
                    CountText(count), "</b> ", HtmlText(state), "</li>");
  }
  return html;
}

std::string FiltersHtml(const Report& report) {
  std::string html;
  for (const auto& [state, count] : Counts(report)) {
    absl::StrAppend(&html,
                    "<button type=\"button\" aria-pressed=\"false\" "
                    "data-filter=\"",
                    HtmlText(state), "\">", HtmlText(state), " ",
                    CountText(count), "</button>");
  }
  return html;
}

std::string Row(absl::string_view word, const std::string& value) {
  return value.empty() ? ""
                       : absl::StrCat("<dt>", word, "</dt><dd>",
                                      HtmlText(value), "</dd>");
}

std::string AboutHtml(const Report& report) {
  std::string html = absl::StrCat(
      Row("run", report.run()),
      Row(report.command() == "plan" ? "file" : "folder", report.folder()),
      Row("host", report.host()), Row("user", report.user()),
      Row("held to", report.isolation()), Row("root", report.root()),
      Row("undo", report.undo()), Row("network", report.network()));
  if (report.fetch_bytes() > 0) {
    html += Row("to fetch", ByteText(report.fetch_bytes()));
  }
  if (report.session_size() > 0) {
    html += Row("begun", report.session(0).started());
  }
  if (report.has_duration_ms()) {
    html += Row("took", DurationText(absl::Milliseconds(report.duration_ms())));
  }
  if (report.session_size() > 0) {
    html += Row("by", absl::StrCat("provision ", report.session(0).version()));
  }
  return absl::StrCat(html, Row("durability", report.durability()),
                      Row("digest", report.plan_digest()));
}

std::string ErrorsHtml(const Report& report) {
  std::string html;
  for (const Diagnostic& diagnostic : report.diagnostic()) {
    html += DiagnosticHtml(diagnostic);
  }
  for (const Report::Step& step : report.step()) {
    if (step.state() != "failed" && step.state() != "refused") continue;
    // The last one is why the step ended so.
    if (step.error().empty()) continue;
    Diagnostic error = step.error(step.error_size() - 1);
    if (error.step().empty()) error.set_step(step.step());
    html += DiagnosticHtml(error);
  }
  return html.empty() ? ""
                      : absl::StrCat("<section><h2>What went wrong</h2>", html,
                                     "</section>");
}

std::string NextHtml(const Report& report) {
  std::string html;
  for (const std::string& next : report.next()) {
    absl::StrAppend(&html, "<li><code>", HtmlText(next), "</code></li>");
  }
  return html.empty()
             ? ""
             : absl::StrCat("<section class=\"next\"><h2>Next</h2><ul>", html,
                            "</ul></section>");
}

std::string LegendHtml(const Report& report) {
  std::string html;
  for (const auto& [state, count] : Counts(report)) {
    const StateMark mark = MarkOf(state);
    absl::StrAppend(&html, "<li><span class=\"sign ", mark.css_class, "\">",
                    mark.sign, "</span> ", HtmlText(state), "</li>");
  }
  return html;
}

std::string Title(const Report& report) {
  return absl::StrCat(report.plan(), ": ", report.state());
}

}  // namespace

std::string ReportPage(const Report& report) {
  std::string steps;
  for (int i = 0; i < report.step_size(); ++i) steps += StepHtml(report, i);
  return absl::StrReplaceAll(
      PageHtml(),
      {{"{{style_hash}}", SourceHash(PageStyle())},
       {"{{script_hash}}", SourceHash(PageScript())},
       {"{{style}}", PageStyle()},
       {"{{script}}", PageScript()},
       {"{{title}}", HtmlText(Title(report))},
       {"{{plan}}", HtmlText(report.plan())},
       {"{{kind}}", report.command() == "plan" ? "preview" : "run"},
       {"{{verdict_class}}",
        MarkOf(report.exit() == 2 ? "new" : report.state()).css_class},
       {"{{verdict}}", HtmlText(report.state())},
       {"{{where}}", HtmlText(report.where())},
       {"{{counts}}", CountsHtml(report)},
       {"{{next}}", NextHtml(report)},
       {"{{about}}", AboutHtml(report)},
       {"{{errors}}", ErrorsHtml(report)},
       {"{{graph}}", StepGraphSvg(report)},
       {"{{timeline}}", TimelineHtml(report)},
       {"{{filters}}", FiltersHtml(report)},
       {"{{steps}}", steps},
       {"{{legend}}", LegendHtml(report)},
       {"{{data}}", HtmlJson(JsonLine(report))}});
}

}  // namespace provision
