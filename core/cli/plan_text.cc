#include "core/cli/plan_text.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/byte_text.h"
#include "core/cli/display_text.h"
#include "core/cli/planned_state.h"

namespace provision {
namespace {

constexpr size_t kIndent = 5;        // of what stands below a step
constexpr size_t kVerbWidth = 9;     // "destroys" and a gap
constexpr size_t kObjectWidth = 36;  // of an action with a note beside it
constexpr size_t kGap = 2;

std::string Blank(size_t columns) { return std::string(columns, ' '); }

Role StateRole(const Event::StepPlanned& planned) {
  if (absl::c_any_of(planned.line(), [](const Event::ActionLine& line) {
        return line.irreversible() || !line.destroys().empty();
      })) {
    return Role::kAttention;
  }
  switch (planned.state()) {
    case Event::StepPlanned::ALREADY_SO:
      return Role::kGood;
    case Event::StepPlanned::NEW:
      return Role::kNew;
    case Event::StepPlanned::CHANGE:
    case Event::StepPlanned::CHECKS_DUE:
      return Role::kChange;
    case Event::StepPlanned::REMOVE:
      return Role::kRemove;
    case Event::StepPlanned::NOT_HERE:
      return Role::kNotAsked;
    case Event::StepPlanned::REFUSED:
      return Role::kBad;
    case Event::StepPlanned::UNKNOWN:
    case Event::StepPlanned::UNSPECIFIED:
      break;
  }
  return Role::kUnknown;
}

absl::string_view FidelityWord(Proposal::Fidelity fidelity) {
  switch (fidelity) {
    case Proposal::EXACT:
      return "exact";
    case Proposal::PREDICTED:
      return "predicted";
    case Proposal::UNKNOWN:
    case Proposal::UNSPECIFIED:
      break;
  }
  return "unknown";
}

// A line below a step: a verb and what it is about.
std::string VerbLine(absl::string_view verb, absl::string_view text,
                     const TerminalStyle& style) {
  return absl::StrCat(Blank(kIndent), PadRight(verb, kVerbWidth),
                      style.Wrap(style.Text(text), kIndent + kVerbWidth), "\n");
}

std::string DiffText(const Event::ActionLine& line,
                     const TerminalStyle& style) {
  std::string text;
  for (const std::string& diff : line.diff()) {
    const Role role = absl::StartsWith(diff, "+")   ? Role::kNew
                      : absl::StartsWith(diff, "-") ? Role::kRemove
                      : absl::StartsWith(diff, "@") ? Role::kFaint
                                                    : Role::kPlain;
    absl::StrAppend(&text, Blank(kIndent + 2),
                    style.Paint(role, style.Text(diff)), "\n");
  }
  return text;
}

using Refusals = google::protobuf::RepeatedPtrField<Refusal>;

// Of the names of rungs: those refused, and `others`.
size_t RungWidth(const Refusals& refused,
                 const std::vector<std::string>& others,
                 const TerminalStyle& style) {
  size_t width = 0;
  for (const Refusal& refusal : refused) {
    width = std::max(width, DisplayWidth(style.Text(refusal.rung())));
  }
  for (const std::string& name : others) {
    width = std::max(width, DisplayWidth(style.Text(name)));
  }
  return width;
}

std::string RungLine(absl::string_view rung, size_t width,
                     absl::string_view word, Role role,
                     absl::string_view reason, const TerminalStyle& style) {
  return absl::StrCat(
      Blank(kIndent), PadRight(style.Text(rung), width + kGap),
      style.Paint(role, word), Blank(kVerbWidth - DisplayWidth(word)),
      style.Wrap(style.Text(reason), kIndent + width + kGap + kVerbWidth),
      "\n");
}

std::string RefusalText(const Refusals& refused, size_t width, bool evidence,
                        const TerminalStyle& style) {
  const size_t indent = kIndent + width + kGap + kVerbWidth;
  std::string text;
  for (const Refusal& refusal : refused) {
    text += RungLine(refusal.rung(), width, "refused", Role::kHeldBack,
                     refusal.reason(), style);
    if (!evidence) continue;
    for (const std::string& line : refusal.evidence()) {
      absl::StrAppend(&text, Blank(indent),
                      style.Wrap(style.Text(line), indent), "\n");
    }
  }
  return text;
}

}  // namespace

std::string RefusalText(const Refusals& refused, bool evidence,
                        const TerminalStyle& style) {
  return RefusalText(refused, RungWidth(refused, {}, style), evidence, style);
}

std::string ActionText(const Event::ActionLine& line,
                       const TerminalStyle& style) {
  const RenderOptions& options = style.options();
  std::string object = style.Path(line.object());
  const std::string note = line.note().empty() && line.irreversible()
                               ? "cannot be undone"
                               : style.Text(line.note());
  const bool shorten =
      options.terminal && options.detail != RenderOptions::Detail::kFull;
  if (!note.empty() && shorten) {
    object = ShortenPath(object, kObjectWidth, options.ascii);
  }
  std::string text =
      absl::StrCat(Blank(kIndent), PadRight(line.verb(), kVerbWidth));
  // What is performed is shown whole, over several lines if need be.
  const std::string wrapped = style.Wrap(object, kIndent + kVerbWidth);
  if (note.empty()) {
    absl::StrAppend(&text, wrapped, "\n");
  } else if (DisplayWidth(object) <= kObjectWidth || !options.terminal) {
    absl::StrAppend(&text, PadRight(object, kObjectWidth), Blank(kGap), note,
                    "\n");
  } else {
    absl::StrAppend(&text, wrapped, "\n",
                    Blank(kIndent + kVerbWidth + kObjectWidth + kGap), note,
                    "\n");
  }
  text += DiffText(line, style);
  if (!line.destroys().empty()) {
    text += VerbLine("destroys", line.destroys(), style);
  }
  return text;
}

std::string PlanText::Header(const Event::RunStarted& started) {
  for (const std::string& name : started.step_name()) {
    name_width_ = std::max(name_width_, DisplayWidth(style_.Text(name)));
  }
  if (style_.options().quiet || started.plan().empty()) return "";
  std::vector<std::string> parts = {style_.Text(started.plan())};
  if (!started.plan_file().empty()) {
    parts.push_back(style_.Path(started.plan_file()));
  }
  std::string host = style_.Text(started.platform());
  if (!started.user().empty()) {
    absl::StrAppend(&host, ", user ", style_.Text(started.user()));
  }
  if (!host.empty()) parts.push_back(host);
  std::string text = absl::StrCat(absl::StrJoin(parts, "  "), "\n");
  if (!started.isolation().empty()) {
    absl::StrAppend(&text, "isolation: ", style_.Text(started.isolation()),
                    "\n");
  }
  return text;
}

void PlanText::Add(const Event& event) {
  if (event.has_fact_read()) {
    facts_.push_back(
        absl::StrCat(event.fact_read().query(),
                     event.fact_read().absent() ? ": absent" : ""));
    return;
  }
  name_width_ = std::max(name_width_, DisplayWidth(style_.Text(event.step())));
  steps_.push_back({event.step(), event.step_planned(), std::move(facts_)});
  facts_.clear();
}

bool PlanText::IsShown(const Step& step) const {
  const Event::StepPlanned::State state = step.planned.state();
  return style_.options().detail == RenderOptions::Detail::kFull ||
         (state != Event::StepPlanned::ALREADY_SO &&
          state != Event::StepPlanned::NOT_HERE);
}

std::string PlanText::LadderText(const Proposal& proposal) const {
  const bool full = style_.options().detail == RenderOptions::Detail::kFull;
  if (proposal.refused().empty()) {
    if (proposal.rung().empty()) return "";
    const Rung& rung = proposal.rung(0);
    std::string text =
        VerbLine("rung",
                 absl::StrCat(rung.name(), rung.reason().empty() ? "" : ": ",
                              rung.reason()),
                 style_);
    for (int i = 1; full && i < proposal.rung_size(); ++i) {
      text += VerbLine(
          "else",
          absl::StrCat(proposal.rung(i).name(), ": ", proposal.rung(i).title()),
          style_);
    }
    return text;
  }
  std::vector<std::string> names;
  for (const Rung& rung : proposal.rung()) names.push_back(rung.name());
  const size_t width = RungWidth(proposal.refused(), names, style_);
  std::string text = RefusalText(proposal.refused(), width, true, style_);
  for (int i = 0; i < (full ? proposal.rung_size() : 1); ++i) {
    if (i >= proposal.rung_size()) break;
    const Rung& rung = proposal.rung(i);
    text +=
        RungLine(rung.name(), width, i == 0 ? "taken" : "else",
                 i == 0 ? Role::kGood : Role::kFaint,
                 rung.reason().empty() ? rung.title() : rung.reason(), style_);
  }
  return text;
}

std::string PlanText::EnvelopeText(const Proposal& proposal) const {
  if (proposal.fidelity() != Proposal::UNKNOWN) return "";
  const Proposal::Envelope& envelope = proposal.envelope();
  std::vector<std::string> parts(envelope.kind().begin(),
                                 envelope.kind().end());
  if (envelope.path_size() > 0) {
    parts.push_back("below " + absl::StrJoin(envelope.path(), ", "));
  }
  for (const Proposal::Endpoint& endpoint : envelope.endpoint()) {
    parts.push_back(absl::StrCat(endpoint.host(), ":", endpoint.port()));
  }
  if (envelope.network()) parts.push_back("network");
  if (envelope.root()) parts.push_back("root");
  return VerbLine("at most",
                  parts.empty() ? "nothing" : absl::StrJoin(parts, ", "),
                  style_);
}

std::string PlanText::StepText(const Step& step, size_t state_width,
                               size_t fidelity_width) const {
  const Event::StepPlanned& planned = step.planned;
  const Role role = StateRole(planned);
  const absl::string_view word = PlannedStateWord(planned.state());
  std::string title = style_.Text(planned.proposal().title());
  if (!planned.after().empty()) {
    absl::StrAppend(&title, title.empty() ? "" : ", ", "after ",
                    style_.Text(absl::StrJoin(planned.after(), ", ")));
  }
  const size_t title_column = TerminalStyle::kSignWidth + name_width_ + kGap +
                              state_width + fidelity_width;
  std::string text = absl::StrCat(
      style_.Sign(role), PadRight(style_.Text(step.name), name_width_ + kGap),
      style_.Paint(role, word), Blank(state_width - DisplayWidth(word)),
      PadRight(FidelityWord(planned.proposal().fidelity()), fidelity_width),
      style_.Wrap(title, title_column));
  while (absl::EndsWith(text, " ")) text.pop_back();
  text += "\n";
  if (style_.options().detail == RenderOptions::Detail::kShort) return text;
  if (style_.options().detail == RenderOptions::Detail::kFull) {
    for (const std::string& because : planned.because()) {
      text += VerbLine("because", because, style_);
    }
    for (const std::string& fact : step.facts) {
      text += VerbLine("reads", fact, style_);
    }
  }
  text += LadderText(planned.proposal());
  for (const Proposal::Assumption& assumption : planned.proposal().assumes()) {
    text += VerbLine(
        "assumes",
        absl::StrCat(assumption.text(),
                     assumption.step().empty() ? "" : " (from ",
                     assumption.step(), assumption.step().empty() ? "" : ")"),
        style_);
  }
  text += EnvelopeText(planned.proposal());
  for (const Event::ActionLine& line : planned.line()) {
    text += ActionText(line, style_);
  }
  for (const Event::StepPlanned::Consent& consent : planned.consent()) {
    Event::ActionLine line;
    line.set_verb("consent");
    line.set_object(consent.name());
    line.set_note(consent.place());
    text += ActionText(line, style_);
  }
  for (const std::string& check : planned.check()) {
    text += VerbLine("check", check, style_);
  }
  for (const Diagnostic& diagnostic : planned.proposal().diagnostic()) {
    if (diagnostic.severity() == Diagnostic::NOTE) {
      text += VerbLine("note", diagnostic.message(), style_);
    } else if (diagnostic.severity() == Diagnostic::WARNING) {
      text += VerbLine("warning", diagnostic.message(), style_);
    }
  }
  return text;
}

std::string PlanText::Steps() const {
  // The states of what is shown, the fidelities of all.
  size_t state_width = 0, fidelity_width = 0;
  for (const Step& step : steps_) {
    fidelity_width = std::max(
        fidelity_width,
        FidelityWord(step.planned.proposal().fidelity()).size() + kGap);
    if (IsShown(step)) {
      state_width = std::max(
          state_width, PlannedStateWord(step.planned.state()).size() + kGap);
    }
  }
  std::string text;
  for (const Step& step : steps_) {
    if (IsShown(step)) text += StepText(step, state_width, fidelity_width);
  }
  return text;
}

}  // namespace provision
