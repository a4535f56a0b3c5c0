#include "core/cli/terminal_renderer.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/cli/diagnostic_text.h"
#include "core/cli/summary_text.h"
#include "core/engine/exit_code.h"

namespace provision {
namespace {

// Where it happened as the first detail: the step's place in the plan, and
// which of its actions.
void SetWhereFirst(Diagnostic* diagnostic) {
  std::vector<std::string> parts;
  if (diagnostic->place().line() > 0) {
    parts.push_back(absl::StrCat(diagnostic->place().file(), ":",
                                 diagnostic->place().line(), ":",
                                 diagnostic->place().column()));
  }
  diagnostic->clear_place();
  auto* details = diagnostic->mutable_detail();
  const auto action =
      absl::c_find_if(*details, [](const Diagnostic::Detail& detail) {
        return detail.label() == "at" &&
               absl::StartsWith(detail.text(), "action ");
      });
  if (action != details->end()) {
    parts.push_back(action->text());
    details->erase(action);
  }
  if (parts.empty()) return;
  Diagnostic::Detail* at = details->Add();
  at->set_label("at");
  at->set_text(absl::StrJoin(parts, ", "));
  for (int i = details->size() - 1; i > 0; --i) details->SwapElements(i, i - 1);
}

// The diagnostic of a step that failed: named by the step, its place and the
// rungs that were tried among the details.
Diagnostic FailureDiagnostic(const Event& event) {
  const Event::StepFailed& failed = event.step_failed();
  Diagnostic diagnostic = failed.diagnostic();
  if (diagnostic.step().empty()) diagnostic.set_step(event.step());
  if (diagnostic.message().empty()) diagnostic.set_message(failed.text());
  const auto has = [&diagnostic](absl::string_view label) {
    return absl::c_any_of(diagnostic.detail(),
                          [label](const Diagnostic::Detail& detail) {
                            return detail.label() == label;
                          });
  };
  SetWhereFirst(&diagnostic);
  if (!has("tried")) {
    for (const Refusal& refusal : failed.refused()) {
      Diagnostic::Detail* tried = diagnostic.add_detail();
      tried->set_label("tried");
      tried->set_text(absl::StrCat(refusal.rung(), ": ", refusal.reason()));
      for (const std::string& evidence : refusal.evidence()) {
        Diagnostic::Detail* more = diagnostic.add_detail();
        more->set_label("tried");
        more->set_text(absl::StrCat("  ", evidence));
      }
    }
  }
  return diagnostic;
}

}  // namespace

TerminalRenderer::TerminalRenderer(RenderOptions options, Console& console,
                                   std::function<absl::Duration()> clock)
    : style_(std::move(options)),
      console_(console),
      clock_(std::move(clock)),
      plan_(style_),
      run_(style_),
      live_(console) {}

TerminalRenderer::~TerminalRenderer() {
  absl::MutexLock lock(&mutex_);
  live_.Erase();
}

void TerminalRenderer::Report(absl::string_view text) {
  if (text.empty() || style_.options().silent) return;
  reported_ = true;
  Write(Console::Stream::kOutput, text);
}

void TerminalRenderer::Complain(absl::string_view text) {
  if (text.empty() || style_.options().silent) return;
  Write(Console::Stream::kError, text);
}

void TerminalRenderer::Write(Console::Stream stream, absl::string_view text) {
  if (questions_ > 0) {
    held_.emplace_back(stream, std::string(text));
    return;
  }
  live_.Erase();
  console_.Write(stream, text);
}

void TerminalRenderer::DrawLive() {
  if (style_.options().silent || questions_ > 0) return;
  live_.Draw(run_.LiveLines(clock_()));
}

void TerminalRenderer::BeginQuestion() {
  absl::MutexLock lock(&mutex_);
  live_.Erase();
  ++questions_;
}

void TerminalRenderer::EndQuestion() {
  absl::MutexLock lock(&mutex_);
  if (--questions_ > 0) return;
  for (const auto& [stream, text] : held_) console_.Write(stream, text);
  held_.clear();
  DrawLive();
}

void TerminalRenderer::AddToPreview(const Event& event) {
  if (!event.has_step_planned() && !event.has_fact_read()) return;
  plan_.Add(event);
  if (event.step_planned().state() != Event::StepPlanned::REFUSED) return;
  for (Diagnostic diagnostic : event.step_planned().proposal().diagnostic()) {
    if (diagnostic.severity() != Diagnostic::ERROR) continue;
    if (diagnostic.step().empty()) diagnostic.set_step(event.step());
    KeepOnce(DiagnosticText(diagnostic, style_));
  }
}

// A refusal is an event of its own beside the proposal that has it.
void TerminalRenderer::KeepOnce(std::string failure) {
  if (absl::c_linear_search(failures_, failure)) return;
  failures_.push_back(std::move(failure));
}

void TerminalRenderer::KeepFailure(const Event& event) {
  std::string text = DiagnosticText(FailureDiagnostic(event), style_);
  if (!event.step_failed().guide().empty()) {
    for (absl::string_view line :
         absl::StrSplit(event.step_failed().guide(), '\n')) {
      absl::StrAppend(&text, "  ", style_.Text(line), "\n");
    }
  }
  failures_.push_back(std::move(text));
}

// The two ways on, which only the user can choose between.
void TerminalRenderer::KeepDoubt(const Event& event) {
  Diagnostic diagnostic;
  diagnostic.set_severity(Diagnostic::ERROR);
  diagnostic.set_id("run/in-doubt");
  diagnostic.set_step(event.step());
  diagnostic.set_message(event.in_doubt().text());
  *diagnostic.mutable_next() = event.in_doubt().evidence();
  failures_.push_back(DiagnosticText(diagnostic, style_));
}

void TerminalRenderer::End(const Event::Summary& summary) {
  std::string steps = is_preview_ ? plan_.Steps() : run_.HeldBack();
  // Below the header of a preview.
  if (is_preview_ && reported_ && !steps.empty()) steps.insert(0, "\n");
  Report(steps);
  const std::string failures = absl::StrJoin(failures_, "\n");
  if (!failures.empty()) {
    Complain(absl::StrCat(reported_ ? "\n" : "", failures));
  }
  failures_.clear();
  const auto code = static_cast<ExitCode>(summary.exit());
  const bool succeeded =
      code == ExitCode::kConverged || code == ExitCode::kPending;
  if (style_.options().quiet && succeeded) return;
  const std::string text =
      absl::StrCat(reported_ ? "\n" : "",
                   SummaryText(summary, is_preview_, host_was_read_, style_));
  if (code == ExitCode::kUsage || code == ExitCode::kRefused ||
      code == ExitCode::kLocked) {
    Complain(text);
  } else {
    Report(text);
  }
}

void TerminalRenderer::Emit(Event event) {
  absl::MutexLock lock(&mutex_);
  if (event.has_fact_read() || event.has_step_planned()) host_was_read_ = true;
  if (event.has_run_started()) {
    is_preview_ = absl::StartsWith(event.run_started().command(), "plan");
    // Its name comes from an engine that is at work.
    host_was_read_ |= event.run_started().has_plan();
    Report(is_preview_ ? plan_.Header(event.run_started())
                       : run_.Start(event.run_started()));
  } else if (event.has_diagnostic()) {
    std::string text = DiagnosticText(event.diagnostic(), style_);
    if (is_preview_ && host_was_read_ &&
        event.diagnostic().severity() == Diagnostic::ERROR) {
      KeepOnce(std::move(text));  // below the steps
    } else {
      Complain(text);
    }
  } else if (event.has_accuracy()) {
    for (const std::string& differs : event.accuracy().differs()) {
      Diagnostic warning;
      warning.set_severity(Diagnostic::WARNING);
      warning.set_step(event.step());
      warning.set_message("not as the preview said: " + differs);
      Complain(DiagnosticText(warning, style_));
    }
  } else if (event.has_summary()) {
    End(event.summary());
  } else if (is_preview_) {
    AddToPreview(event);
    if (event.has_step_failed()) KeepFailure(event);
  } else {
    Report(run_.Add(event, clock_()));
    if (event.has_step_failed()) KeepFailure(event);
    if (event.has_in_doubt()) KeepDoubt(event);
  }
  DrawLive();
}

void TerminalRenderer::Tick() {
  absl::MutexLock lock(&mutex_);
  Report(run_.Notices(clock_()));
  DrawLive();
}

}  // namespace provision
