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
  if (summary.has_undone()) {
    text = absl::StrCat(CountText(summary.undone()), " undone");
  } else if (summary.exit() == 0 && summary.changed() == 0 &&
             summary.due() == 0) {
    text = "nothing to do";
  } else {
    text = Counts({{summary.changed(), "changed", true},
                   {summary.already_so(), "already so", true},
                   {summary.skipped(), "skipped", false},
                   {summary.failed(), "failed", false},
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

std::string PreviewText(const Event::Summary& summary,
                        const TerminalStyle& style) {
  std::string text = absl::StrCat(
      CountText(summary.actions(), "action"), ": ",
      ByteText(summary.fetch_bytes()), " to fetch, ",
      // An estimate: "41 MB", not "41.0 MB".
      absl::StrReplaceAll(ByteText(summary.disk_bytes()), {{".0 ", " "}}),
      " on disk.\n");
  if (summary.has_root()) {
    absl::StrAppend(&text, "Root: ", style.Text(summary.root()), ". ");
  }
  if (summary.has_undo()) {
    absl::StrAppend(&text, "Undo: ", style.Text(summary.undo()), ". ");
  }
  if (summary.has_network()) {
    absl::StrAppend(&text, "Network: ", style.Text(summary.network()), ". ");
  }
  while (text.back() == ' ') text.pop_back();
  return text.back() == '\n' ? text : text + "\n";
}

std::string NextText(const Event::Summary& summary,
                     const TerminalStyle& style) {
  size_t width = kNextWidth;
  for (int i = 0; i < summary.next_note_size(); ++i) {
    if (i < summary.next_size() && !summary.next_note(i).empty()) {
      width = std::max(width, DisplayWidth(style.Text(summary.next(i))));
    }
  }
  std::string text;
  for (int i = 0; i < summary.next_size(); ++i) {
    const std::string note = i < summary.next_note_size()
                                 ? style.Text(summary.next_note(i))
                                 : std::string();
    const std::string command = style.Text(summary.next(i));
    absl::StrAppend(&text, i == 0 ? "next: " : "      ",
                    note.empty() ? command : PadRight(command, width + 2), note,
                    "\n");
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
    text = absl::StrCat(
        style.Paint(Role::kVerdict, absl::StrCat(verdict, ":")), " ",
        code == ExitCode::kLocked ? "nothing changed"
                                  : RefusedText(summary, host_was_read),
        ".", ExitText(code), "\n");
  } else if (!is_preview) {
    text = absl::StrCat(style.Paint(Role::kVerdict, absl::StrCat(verdict, ":")),
                        " ", RunText(summary), ".", ExitText(code), "\n");
  } else if (code == ExitCode::kConverged && summary.to_change() == 0 &&
             summary.unknown() == 0) {
    text = absl::StrCat(style.Paint(Role::kVerdict, "Converged:"),
                        " nothing to change, ", CountText(summary.already_so()),
                        " already so.\n");
  } else {
    const std::string counts =
        Counts({{summary.to_change(), "to change", true},
                {summary.already_so(), "already so", true},
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
        style.Paint(Role::kVerdict, absl::StrCat(failed, counts, ".")),
        ExitText(code), " ", PreviewText(summary, style));
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
