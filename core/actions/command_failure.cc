#include "core/actions/command_failure.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "core/base/byte_text.h"
#include "core/base/diagnostic.h"
#include "re2/re2.h"

namespace provision {
namespace {

constexpr size_t kShownLines = 5;
constexpr size_t kShownLineBytes = 400;
constexpr int kGroups = 10;  // \0 to \9

std::string SignalText(int number) {
  constexpr std::pair<int, const char*> kNames[] = {
      {1, "SIGHUP"},   {2, "SIGINT"},   {3, "SIGQUIT"},  {4, "SIGILL"},
      {6, "SIGABRT"},  {7, "SIGBUS"},   {8, "SIGFPE"},   {9, "SIGKILL"},
      {11, "SIGSEGV"}, {13, "SIGPIPE"}, {14, "SIGALRM"}, {15, "SIGTERM"},
      {24, "SIGXCPU"}, {25, "SIGXFSZ"}, {31, "SIGSYS"}};
  for (const auto& [known, name] : kNames) {
    if (known == number)
      return absl::StrCat("signal ", number, " (", name, ")");
  }
  return absl::StrCat("signal ", number);
}

bool IsPlainWord(absl::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return absl::ascii_isalnum(c) || absl::StrContains("@%+=:,./_-", c);
  });
}

// What a failing program says last is on its error stream, if it says anything
// there.
std::vector<std::string> LastLines(const ProcessResult& result) {
  for (absl::string_view text : {absl::string_view(result.standard_error),
                                 absl::string_view(result.standard_output)}) {
    std::vector<std::string> lines;
    for (absl::string_view line : absl::StrSplit(text, '\n')) {
      line = absl::StripAsciiWhitespace(line);
      if (line.empty()) continue;
      lines.emplace_back(line.substr(0, kShownLineBytes));
    }
    if (lines.size() > kShownLines) {
      lines.erase(lines.begin(), lines.end() - kShownLines);
    }
    if (!lines.empty()) return lines;
  }
  return {};
}

// A pattern's text with \1 to \9 filled in.
class Match {
 public:
  // Does `pattern` occur in `text`, which outlives this?
  bool Find(const re2::RE2& pattern, const std::string& text) {
    groups_ = std::min(pattern.NumberOfCapturingGroups() + 1, kGroups);
    return pattern.Match(text, 0, text.size(), re2::RE2::UNANCHORED, found_,
                         groups_);
  }

  std::string Fill(absl::string_view text) const {
    std::string filled;
    for (size_t i = 0; i < text.size(); ++i) {
      const bool is_group = text[i] == '\\' && i + 1 < text.size() &&
                            absl::ascii_isdigit(text[i + 1]);
      if (!is_group) {
        filled += text[i];
        continue;
      }
      const int group = text[++i] - '0';
      if (group < groups_) {
        filled.append(found_[group].data(), found_[group].size());
      }
    }
    return filled;
  }

 private:
  re2::StringPiece found_[kGroups];
  int groups_ = 0;
};

absl::Status Explained(const FailurePattern& pattern, const Match& match,
                       absl::string_view command,
                       const std::vector<std::string>& last_lines) {
  DiagnosticError error(pattern.transient()
                            ? absl::StatusCode::kUnavailable
                            : absl::StatusCode::kFailedPrecondition,
                        pattern.id(), match.Fill(pattern.message()));
  error.At(command);
  for (const std::string& line : last_lines) error.Found(line);
  if (pattern.has_because()) error.Because(match.Fill(pattern.because()));
  for (const std::string& next : pattern.next()) error.Next(match.Fill(next));
  return error;
}

}  // namespace

std::string HowItEnded(const ProcessResult& result, absl::Duration deadline) {
  switch (result.outcome) {
    case ProcessResult::Outcome::kExited:
      return absl::StrCat("exit status ", result.status);
    case ProcessResult::Outcome::kSignaled:
      return absl::StrCat("killed by ", SignalText(result.status - 128));
    case ProcessResult::Outcome::kDeadline:
      return absl::StrCat("no end within ", absl::FormatDuration(deadline));
    case ProcessResult::Outcome::kStopped:
      break;
  }
  return "stopped on request";
}

std::string CommandText(const std::vector<std::string>& argv) {
  return absl::StrJoin(
      argv, " ", [](std::string* out, const std::string& word) {
        if (IsPlainWord(word)) {
          absl::StrAppend(out, word);
        } else {
          absl::StrAppend(out, "'", absl::StrReplaceAll(word, {{"'", "'\\''"}}),
                          "'");
        }
      });
}

absl::Status CommandFailure(const Run& run, absl::string_view command,
                            const ProcessResult& result,
                            absl::Duration deadline) {
  const std::string message =
      absl::StrCat(command, ": ", HowItEnded(result, deadline));
  const std::vector<std::string> last_lines = LastLines(result);
  if (result.out_of_memory) {
    return DiagnosticError(absl::StatusCode::kResourceExhausted,
                           "limits/out-of-memory", message)
        .Because(absl::StrCat(
            "it wanted more than its limit of ",
            ByteText(result.limits_read_back.memory_bytes.value_or(0))))
        .Next("raise memory_bytes of this step, or let it do less at once");
  }
  if (result.outcome == ProcessResult::Outcome::kStopped) {
    return DiagnosticError(absl::StatusCode::kCancelled, "run/stopped",
                           message);
  }
  if (result.outcome == ProcessResult::Outcome::kDeadline) {
    DiagnosticError error(absl::StatusCode::kDeadlineExceeded, "run/deadline",
                          message);
    for (const std::string& line : last_lines) error.Found(line);
    return error.Next("raise timeout_s of this step");
  }
  DiagnosticError error(absl::StatusCode::kFailedPrecondition, "run/failed",
                        message);
  for (const FailurePattern& known : run.failure()) {
    const re2::RE2 pattern(known.pattern(), re2::RE2::Quiet);
    if (!pattern.ok()) {
      error.Because(absl::StrCat("its failure pattern ", known.pattern(),
                                 " is no RE2: ", pattern.error()));
      continue;
    }
    Match match;
    if (match.Find(pattern, result.standard_error) ||
        match.Find(pattern, result.standard_output)) {
      return Explained(known, match, message, last_lines);
    }
  }
  for (const std::string& line : last_lines) error.Found(line);
  return error;
}

}  // namespace provision
