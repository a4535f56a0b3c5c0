#include "core/cli/summary_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "core/base/byte_text.h"
#include "core/cli/display_text.h"
#include "core/engine/exit_code.h"

namespace provision {
namespace {

// Of the commands to go on with, so that their notes stand below each other in
// most cases.
constexpr size_t kNextWidth = 33;
constexpr size_t kNextIndent = 6;  // "next: "
constexpr size_t kNextGap = 2;
// Nothing is cut there, but a note stays near its command.
constexpr size_t kPipeColumns = 120;

struct Count {
  int number;
  absl::string_view word;
  bool always;  // also if it is zero
};

std::string Counts(const std::vector<Count>& counts) {
  std::vector<std::string> parts;
  for (const Count& count : counts) {
    if (count.number > 0 || count.always) {
      parts.push_back(absl::StrCat(CountText(count.number), " ", count.word));
    }
  }
  return absl::StrJoin(parts, ", ");
}

// ". Exit 3." for what a script should look at.
std::string ExitText(ExitCode code) {
  return code == ExitCode::kConverged || code == ExitCode::kPending
             ? ""
             : absl::StrCat(" Exit ", static_cast<int>(code), ".");
}

std::string RefusedText(const Event::Summary& summary, bool host_was_read) {
  std::vector<std::string> parts;
  if (summary.refused() > 0) {
    parts.push_back(CountText(summary.refused(), "error"));
  }
  parts.push_back(host_was_read ? "nothing changed"
                                : "nothing was read from the host");
  return absl::StrJoin(parts, ", ");
}

std::string RunText(const Event::Summary& summary) {
  std::string text;
  // Where nothing worse happened, those are the steps that need root.
  const int failed =
      summary.exit() == static_cast<int>(ExitCode::kNeedsPrivilege)
          ? 0
          : summary.failed();
  if (summary.has_undone()) {
    text = absl::StrCat(CountText(summary.undone()), " undone");
  } else if (summary.exit() == 0 && summary.changed() == 0 &&
             summary.due() == 0) {
    text = "nothing to do";
  } else {
    text = Counts({{summary.changed(), "changed", true},
                   {summary.already_so(), "already so", true},
                   {summary.skipped(), "skipped", false},
                   {failed, "failed", false},
                   {summary.refused(), "refused", false},
                   {summary.blocked(), "blocked", false},
                   {summary.in_doubt(), "in doubt", false},
                   {summary.due(), "due", false}});
  }
  std::vector<std::string> parts = {CountText(summary.actions(), "action")};
  if (summary.has_fetched_bytes()) {
    parts.push_back(
        absl::StrCat(ByteText(summary.fetched_bytes()), " fetched"));
  }
  if (summary.has_duration_ms()) {
    parts.push_back(DurationText(absl::Milliseconds(summary.duration_ms())));
  }
  return absl::StrCat(text, ". ", absl::StrJoin(parts, ", "));
}

// Sentences, as many on a line of a terminal as there is room for.
std::string Sentences(absl::string_view text, const TerminalStyle& style) {
  if (!style.options().terminal) return std::string(text);
  const size_t columns = style.options().columns;
  std::string lines;
  size_t used = 0;
  for (absl::string_view rest = text; !rest.empty();) {
    const size_t end = rest.find(". ");
    const absl::string_view sentence =
        rest.substr(0, end == absl::string_view::npos ? rest.size() : end + 1);
    rest.remove_prefix(std::min(rest.size(), sentence.size() + 1));
    const size_t width = DisplayWidth(sentence);
    if (used > 0) {
      const bool fits = used + 1 + width <= columns;
      lines += fits ? ' ' : '\n';
      used = fits ? used + 1 : 0;
    }
    lines += style.Wrap(sentence, 0);
    used += width;
  }
  return lines;
}

// `verdict` in bold, then `rest`.
std::string Verdict(absl::string_view verdict, absl::string_view rest,
                    const TerminalStyle& style) {
  // A line end takes the place of a blank.
  const std::string text = Sentences(absl::StrCat(verdict, rest), style);
  return absl::StrCat(
      style.Paint(Role::kVerdict, text.substr(0, verdict.size())),
      text.substr(verdict.size()), "\n");
}

std::string PreviewText(const Event::Summary& summary,
                        const TerminalStyle& style) {
  std::string text;
  if (summary.has_root()) {
    absl::StrAppend(&text, "Root: ", style.Text(summary.root()), ". ");
  }
  if (summary.has_undo()) {
    absl::StrAppend(&text, "Undo: ", style.Text(summary.undo()), ". ");
  }
  if (summary.has_network()) {
    absl::StrAppend(&text, "Network: ", style.Text(summary.network()), ". ");
  }
  if (text.empty()) return text;
  text.pop_back();
  return absl::StrCat(Sentences(text, style), "\n");
}

// What a preview adds up to.
std::string ActionsText(const Event::Summary& summary) {
  return absl::StrCat(
      CountText(summary.actions(), "action"), ": ",
      ByteText(summary.fetch_bytes()), " to fetch, ",
      // An estimate: "41 MB", not "41.0 MB".
      absl::StrReplaceAll(ByteText(summary.disk_bytes()), {{".0 ", " "}}),
      " on disk.");
}

// A note stands beside its command, in a column of its own; where there is no
// room for it, below.
std::string NextText(const Event::Summary& summary,
                     const TerminalStyle& style) {
  const size_t columns =
      style.options().terminal ? style.options().columns : kPipeColumns;
  const auto note_of = [&](int i) {
    return i < summary.next_note_size() ? style.Text(summary.next_note(i))
                                        : std::string();
  };
  const auto fits = [&](size_t command, const std::string& note) {
    return kNextIndent + command + kNextGap + DisplayWidth(note) <= columns;
  };
  size_t width = kNextWidth;
  for (int i = 0; i < summary.next_size(); ++i) {
    const size_t command = DisplayWidth(style.Text(summary.next(i)));
    if (!note_of(i).empty() && fits(command, note_of(i))) {
      width = std::max(width, command);
    }
  }
  std::string text;
  for (int i = 0; i < summary.next_size(); ++i) {
    const std::string note = note_of(i);
    const std::string command = style.Text(summary.next(i));
    absl::StrAppend(&text, i == 0 ? "next: " : std::string(kNextIndent, ' '));
    if (note.empty()) {
      absl::StrAppend(&text, command, "\n");
    } else if (fits(std::max(width, DisplayWidth(command)), note)) {
      absl::StrAppend(&text, PadRight(command, width + kNextGap), note, "\n");
    } else if (fits(DisplayWidth(command), note)) {
      absl::StrAppend(&text, command, std::string(kNextGap, ' '), note, "\n");
    } else {
      absl::StrAppend(&text, command, "\n",
                      std::string(kNextIndent + kNextGap, ' '), note, "\n");
    }
  }
  return text;
}

}  // namespace

std::string SummaryText(const Event::Summary& summary, bool is_preview,
                        bool host_was_read, const TerminalStyle& style) {
  const auto code = static_cast<ExitCode>(summary.exit());
  const absl::string_view verdict = DescribeExitCode(code).verdict;
  std::string text;
  if (code == ExitCode::kUsage || code == ExitCode::kRefused ||
      code == ExitCode::kLocked) {
    text = Verdict(absl::StrCat(verdict, ":"),
                   absl::StrCat(" ",
                                code == ExitCode::kLocked
                                    ? "nothing changed"
                                    : RefusedText(summary, host_was_read),
                                ".", ExitText(code)),
                   style);
  } else if (!is_preview) {
    text = Verdict(absl::StrCat(verdict, ":"),
                   absl::StrCat(" ", RunText(summary), ".", ExitText(code)),
                   style);
  } else if (code == ExitCode::kConverged && summary.to_change() == 0 &&
             summary.unknown() == 0) {
    text =
        Verdict("Converged:",
                absl::StrCat(" nothing to change, ",
                             CountText(summary.already_so()), " already so."),
                style);
  } else {
    const std::string counts =
        Counts({{summary.to_change(), "to change", true},
                {summary.already_so(), "already so", true},
                {summary.to_check(), "to check", false},
                {summary.unknown(), "unknown", false},
                {summary.skipped(), "skipped", false},
                {summary.refused(), "refused", false},
                {summary.blocked(), "blocked", false},
                {summary.failed(), "failed", false}});
    const std::string failed =
        code == ExitCode::kPending || code == ExitCode::kConverged
            ? ""
            : absl::StrCat(verdict, ": ");
    text = absl::StrCat(
        Verdict(absl::StrCat(failed, counts, "."),
                absl::StrCat(ExitText(code), " ", ActionsText(summary)), style),
        PreviewText(summary, style));
  }
  if (summary.has_unfinished()) {
    absl::StrAppend(
        &text,
        style.Wrap(
            absl::StrCat("unfinished: ", style.Text(summary.unfinished())), 0),
        "\n");
  }
  if (summary.has_journal()) {
    absl::StrAppend(&text, "journal: ", style.Path(summary.journal()), "\n");
  }
  if (summary.has_approved_digest()) {
    absl::StrAppend(&text, "digest: ", style.Text(summary.approved_digest()),
                    "\n");
  }
  return text + NextText(summary, style);
}

}  // namespace provision
