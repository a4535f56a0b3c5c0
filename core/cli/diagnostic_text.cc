#include "core/cli/diagnostic_text.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "core/cli/display_text.h"

namespace provision {
namespace {

// Columns of the labels: as wide as "because", or the longest there is.
constexpr size_t kLabelWidth = 7;

std::string SeverityText(const Diagnostic& diagnostic,
                         const TerminalStyle& style) {
  switch (diagnostic.severity()) {
    case Diagnostic::WARNING:
      return style.Paint(Role::kAttention, "warning:");
    case Diagnostic::NOTE:
      return style.Paint(Role::kFaint, "note:");
    default:
      return style.Paint(Role::kBad, "error:");
  }
}

std::string PlaceText(const Diagnostic::Place& place) {
  std::string text = place.file();
  if (place.line() > 0) absl::StrAppend(&text, ":", place.line());
  if (place.line() > 0 && place.column() > 0) {
    absl::StrAppend(&text, ":", place.column());
  }
  return text;
}

// The byte at which the character of this number (from 0) begins.
size_t ByteOfCharacter(absl::string_view text, size_t character) {
  size_t at = 0;
  while (at < text.size() && character > 0) {
    ++at;
    while (at < text.size() && (text[at] & 0xC0) == 0x80) ++at;
    --character;
  }
  return at;
}

std::string SourceText(const Diagnostic& diagnostic,
                       const TerminalStyle& style) {
  const Diagnostic::Place& place = diagnostic.place();
  const std::string source = absl::StrReplaceAll(place.source(), {{"\t", " "}});
  const size_t begin = ByteOfCharacter(source, place.column() - 1);
  const size_t end =
      ByteOfCharacter(source, place.column() - 1 + std::max(place.length(), 1));
  const absl::string_view view = source;
  const std::string before = style.Text(view.substr(0, begin));
  const size_t width =
      DisplayWidth(style.Text(view.substr(begin, end - begin)));
  std::string mark = "^" + std::string(width > 0 ? width - 1 : 0, '~');
  std::string hint;
  if (!diagnostic.suggestion().empty()) {
    // In quotes if the word is.
    const absl::string_view quote =
        absl::StartsWith(view.substr(begin), "\"") ? "\"" : "";
    hint = absl::StrCat(" did you mean ", quote,
                        style.Text(diagnostic.suggestion()), quote, "?");
  }
  return absl::StrFormat("%5d | %s\n      | %s%s%s\n", place.line(),
                         style.Text(source),
                         std::string(DisplayWidth(before), ' '),
                         style.Paint(Role::kBad, mark), hint);
}

class Details {
 public:
  Details(const Diagnostic& diagnostic, const TerminalStyle& style)
      : style_(style) {
    for (const Diagnostic::Detail& detail : diagnostic.detail()) {
      width_ = std::max(width_, detail.label().size());
    }
    for (const Diagnostic::Detail& detail : diagnostic.detail()) {
      Add(detail.label(), detail.text());
    }
    if (!diagnostic.suggestion().empty() &&
        diagnostic.place().source().empty()) {
      Add("nearest", diagnostic.suggestion());
    }
    for (const std::string& next : diagnostic.next()) Add("next", next);
  }

  const std::string& text() const { return text_; }

 private:
  void Add(const std::string& label, absl::string_view value) {
    const size_t indent = 2 + width_ + 2;
    absl::StrAppend(&text_, "  ",
                    PadRight(label == last_ ? "" : label, width_ + 2),
                    label == "next" ? style_.Text(value)
                                    : style_.Wrap(style_.Text(value), indent),
                    "\n");
    last_ = label;
  }

  const TerminalStyle& style_;
  size_t width_ = kLabelWidth;
  std::string text_;
  std::string last_;
};

}  // namespace

std::string DiagnosticText(const Diagnostic& diagnostic,
                           const TerminalStyle& style) {
  const Diagnostic::Place& place = diagnostic.place();
  std::string text = absl::StrCat(SeverityText(diagnostic, style), " ");
  std::string where =
      place.file().empty() ? diagnostic.step() : PlaceText(place);
  if (!where.empty()) absl::StrAppend(&text, style.Path(where), ": ");
  absl::StrAppend(&text, style.Text(diagnostic.message()));
  if (!diagnostic.id().empty()) {
    absl::StrAppend(
        &text, " ",
        style.Paint(Role::kFaint, absl::StrCat("[", diagnostic.id(), "]")));
  }
  text += "\n";
  if (!place.source().empty() && place.line() > 0 && place.column() > 0) {
    text += SourceText(diagnostic, style);
  }
  return text + Details(diagnostic, style).text();
}

}  // namespace provision
