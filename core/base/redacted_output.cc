#include "core/base/redacted_output.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/secret.h"

namespace provision {
namespace {

// More than this waits for nothing.
constexpr size_t kMostWaiting = 256 << 10;

bool IsLineEnd(char c) { return c == '\n' || c == '\r'; }

}  // namespace

void RedactedOutput::Add(bool is_stderr, absl::string_view bytes) {
  std::string& waiting = waiting_[is_stderr ? 1 : 0];
  absl::StrAppend(&waiting, bytes);
  Pass(is_stderr,
       waiting.size() > kMostWaiting ? waiting.size() : Settled(waiting));
}

void RedactedOutput::Finish() {
  for (bool is_stderr : {false, true}) {
    Pass(is_stderr, waiting_[is_stderr ? 1 : 0].size());
  }
}

size_t RedactedOutput::Settled(absl::string_view waiting) const {
  // A value that has begun behind here has not ended yet. Line ends break one,
  // and do not count.
  size_t end = waiting.size();
  for (size_t form = redactor_.longest_form(); form > 1 && end > 0; --end) {
    if (!IsLineEnd(waiting[end - 1])) --form;
  }
  while (end > 0 && !IsLineEnd(waiting[end - 1])) --end;
  if (end == 0) return 0;
  // Nor may one lie across it.
  const bool is_between = absl::StrCat(redactor_.Redact(waiting.substr(0, end)),
                                       redactor_.Redact(waiting.substr(end))) ==
                          redactor_.Redact(waiting);
  return is_between ? end : 0;
}

void RedactedOutput::Pass(bool is_stderr, size_t size) {
  if (size == 0) return;
  std::string& waiting = waiting_[is_stderr ? 1 : 0];
  receiver_(is_stderr,
            redactor_.Redact(absl::string_view(waiting).substr(0, size)));
  std::string rest = waiting.substr(size);
  waiting.swap(rest);
  const Secret wiped(std::move(rest));  // it may have held a value
}

}  // namespace provision
