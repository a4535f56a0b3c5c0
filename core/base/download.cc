#include "core/base/download.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/diagnostic.h"
#include "core/base/planted_bug.h"
#include "core/base/status_macros.h"
#include "core/base/url_endpoint.h"

namespace provision {
namespace {

constexpr absl::Duration kFirstWait = absl::Milliseconds(500);
constexpr absl::Duration kLongestWait = absl::Seconds(30);

// What one try came to.
enum class Outcome {
  kDone,
  kAgain,    // wait, then the same URL
  kRestart,  // the partial file does not fit the entity: at once, from byte 0
  kWrong,    // a whole body, but not the artifact
  kNext,     // this URL will not give it
  kEnd,      // neither will any other: stop, deadline, this host's disk
};

struct Attempt {
  Outcome outcome = Outcome::kDone;
  absl::Status status = absl::OkStatus();
  std::string retry_after = {};
};

std::string Validator(const HttpHead& head) {
  if (!head.etag.empty() && !absl::StartsWith(head.etag, "W/")) {
    return head.etag;
  }
  return head.last_modified;
}

bool IsHtml(absl::string_view start) {
  start = absl::StripLeadingAsciiWhitespace(start);
  return absl::StartsWithIgnoreCase(start, "<!doctype") ||
         absl::StartsWithIgnoreCase(start, "<html");
}

// "bytes FIRST-LAST/TOTAL", TOTAL may be "*".
bool IsRangeFrom(absl::string_view range, uint64_t first,
                 absl::optional<uint64_t> size) {
  if (!absl::ConsumePrefix(&range, "bytes ")) return false;
  const std::vector<absl::string_view> parts =
      absl::StrSplit(range, absl::ByAnyChar("-/"));
  uint64_t from = 0, last = 0, total = 0;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &from) ||
      !absl::SimpleAtoi(parts[1], &last) ||
      (from != first && !IsPlanted("range_offset_ignored"))) {
    return false;
  }
  if (parts[2] == "*") return true;
  return absl::SimpleAtoi(parts[2], &total) && last + 1 == total &&
         (!size.has_value() || *size == total);
}

// Judges a response while it comes and passes it on to the target.
class ArtifactSink : public HttpSink {
 public:
  ArtifactSink(const DownloadRequest& request, absl::string_view url,
               uint64_t offset, const DownloadEvents& events,
               DownloadTarget& target)
      : request_(request),
        url_(url),
        offset_(offset),
        limit_(request.size.value_or(request.max_bytes)),
        events_(events),
        target_(target) {}

  absl::Status Begin(const HttpHead& head) override {
    if (absl::StartsWithIgnoreCase(head.content_type, "text/html")) {
      return Portal();
    }
    if (head.status == 200) {
      PROVISION_RETURN_IF_ERROR(
          OfTarget(target_.Restart(url_, Validator(head))));
      offset_ = 0;
      return absl::OkStatus();
    }
    const std::string validator = Validator(head);
    if (offset_ > 0 &&
        IsRangeFrom(head.content_range, offset_, request_.size) &&
        (validator.empty() || validator == target_.validator())) {
      return absl::OkStatus();
    }
    return End(Outcome::kRestart, absl::StatusCode::kUnavailable, "net/range",
               "another part than was asked for");
  }

  absl::Status Append(absl::string_view bytes) override {
    // The first bytes are held until they tell a web page.
    constexpr size_t kTelling = 64;
    if (target_.size() == 0) {
      start_.append(bytes.data(), bytes.size());
      if (start_.size() < kTelling) return absl::OkStatus();
      return Flush();
    }
    return Write(bytes);
  }

  absl::Status Flush() {
    if (IsHtml(start_)) return Portal();
    return Write(std::exchange(start_, ""));
  }

  // How the sink ended the transfer; kDone if it did not.
  Outcome outcome() const { return outcome_; }

 private:
  absl::Status Write(absl::string_view bytes) {
    if (bytes.size() > limit_ - target_.size()) {
      return request_.size.has_value()
                 ? End(Outcome::kWrong, absl::StatusCode::kDataLoss,
                       "net/length",
                       absl::StrCat("more than the ", limit_,
                                    " bytes that it has"))
                 : End(Outcome::kNext, absl::StatusCode::kFailedPrecondition,
                       "net/length",
                       absl::StrCat("more than ", limit_,
                                    " bytes, and no size is declared"));
    }
    PROVISION_RETURN_IF_ERROR(OfTarget(target_.Append(bytes)));
    events_.on_progress(target_.size(), request_.size.value_or(0));
    return absl::OkStatus();
  }

  absl::Status Portal() {
    return End(Outcome::kNext, absl::StatusCode::kFailedPrecondition,
               "net/portal", "proxy or portal answered with HTML");
  }

  absl::Status OfTarget(absl::Status status) {
    if (!status.ok()) outcome_ = Outcome::kEnd;
    return status;
  }

  absl::Status End(Outcome outcome, absl::StatusCode code, absl::string_view id,
                   absl::string_view what) {
    outcome_ = outcome;
    return DiagnosticError(code, id,
                           absl::StrCat(PrintableUrl(url_), ": ", what));
  }

  const DownloadRequest& request_;
  const std::string url_;
  uint64_t offset_;
  const uint64_t limit_;
  const DownloadEvents& events_;
  DownloadTarget& target_;
  std::string start_;
  Outcome outcome_ = Outcome::kDone;
};

class Downloader {
 public:
  Downloader(const DownloadRequest& request, HttpClient& client, System& system,
             const DownloadEvents& events, DownloadTarget& target)
      : request_(request),
        client_(client),
        system_(system),
        events_(events),
        target_(target),
        deadline_(system.MonotonicClock() + request.deadline) {}

  absl::Status Run();

 private:
  Attempt Try(const std::string& url);
  Attempt Judge(const HttpHead& head, ArtifactSink& sink) const;
  Attempt JudgeStatus(const HttpHead& head) const;
  Attempt JudgeContent(absl::string_view url) const;
  // Waits before the next try; an error if that would be too long.
  absl::Status Wait(absl::string_view url, const Attempt& attempt, int tries);
  absl::Status Final(absl::Status last) const;
  bool IsComplete() const {
    return target_.size() > 0 && !request_.sha256.empty() &&
           target_.Digest() == request_.sha256;
  }

  const DownloadRequest& request_;
  HttpClient& client_;
  System& system_;
  const DownloadEvents& events_;
  DownloadTarget& target_;
  const absl::Duration deadline_;
  std::vector<std::string> failures_;  // of URLs that were given up
};

absl::Status Downloader::Run() {
  if (request_.urls.empty()) {
    return DiagnosticError(absl::StatusCode::kInvalidArgument, "net/url",
                           "no URL");
  }
  if (IsComplete()) return absl::OkStatus();  // killed before it was named
  if (target_.size() > request_.size.value_or(request_.max_bytes)) {
    PROVISION_RETURN_IF_ERROR(target_.Restart(request_.urls[0], ""));
  }
  absl::Status last;
  bool had_wrong = false;
  for (size_t i = 0; i < request_.urls.size(); ++i) {
    const std::string& url = request_.urls[i];
    const bool is_last = i + 1 == request_.urls.size();
    for (int tries = 1;; ++tries) {
      const Attempt attempt = Try(url);
      last = attempt.status;
      if (attempt.outcome == Outcome::kDone) return absl::OkStatus();
      if (attempt.outcome == Outcome::kEnd) return Final(last);
      bool again = tries < kDownloadTries;
      if (attempt.outcome == Outcome::kNext) again = false;
      if (attempt.outcome == Outcome::kWrong) {
        const bool had_before = std::exchange(had_wrong, true);
        again = is_last && !had_before;
      }
      if (attempt.outcome == Outcome::kWrong ||
          attempt.outcome == Outcome::kRestart) {
        PROVISION_RETURN_IF_ERROR(target_.Restart(url, ""));
      }
      if (!again) break;
      if (attempt.outcome == Outcome::kAgain) {
        PROVISION_RETURN_IF_ERROR(Wait(url, attempt, tries));
      }
    }
    failures_.push_back(std::string(last.message()));
    if (!is_last) {
      events_.on_wait(absl::StrCat(last.message(), "; now from ",
                                   PrintableUrl(request_.urls[i + 1])));
    }
  }
  return Final(last);
}

Attempt Downloader::Try(const std::string& url) {
  HttpGet get;
  get.url = url;
  if (target_.url() == url && !target_.validator().empty()) {
    get.range_from = target_.size();
    get.validator = target_.validator();
  }
  get.proxy = request_.proxy;
  get.proxy_login = request_.proxy_login;
  get.ca_file = request_.ca_file;
  get.credentials = request_.credentials;
  get.deadline = deadline_;
  ArtifactSink sink(request_, url, get.range_from, events_, target_);
  absl::StatusOr<HttpHead> head = client_.Get(get, sink);
  if (head.ok()) return Judge(*head, sink);
  if (sink.outcome() != Outcome::kDone) {
    return {sink.outcome(), head.status()};
  }
  switch (head.status().code()) {
    case absl::StatusCode::kUnavailable: {
      // What came before the cut is worth keeping.
      absl::Status flushed = sink.Flush();
      if (!flushed.ok()) return {sink.outcome(), flushed};
      if (IsComplete()) return {};  // the header said too much
      return {Outcome::kAgain, head.status()};
    }
    case absl::StatusCode::kDataLoss:
      if (IsComplete()) return {};
      return {Outcome::kWrong, head.status()};
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kDeadlineExceeded:
      return {Outcome::kEnd, head.status()};
    default:
      return {Outcome::kNext, head.status()};
  }
}

Attempt Downloader::Judge(const HttpHead& head, ArtifactSink& sink) const {
  if (head.status != 200 && head.status != 206) return JudgeStatus(head);
  absl::Status flushed = sink.Flush();
  if (!flushed.ok()) return {sink.outcome(), flushed};
  return JudgeContent(head.url);
}

Attempt Downloader::JudgeStatus(const HttpHead& head) const {
  auto fail = [&head](Outcome outcome, absl::StatusCode code,
                      absl::string_view id, absl::string_view what) -> Attempt {
    return {outcome,
            DiagnosticError(code, id,
                            absl::StrCat(PrintableUrl(head.url), ": ", what)),
            head.retry_after};
  };
  const std::string answer = absl::StrCat("answered ", head.status);
  switch (head.status) {
    case 401:
      return fail(Outcome::kNext, absl::StatusCode::kPermissionDenied,
                  "net/auth", "wants credentials (401)");
    case 403:
      return fail(Outcome::kNext, absl::StatusCode::kPermissionDenied,
                  "net/forbidden", "forbidden (403)");
    case 404:
    case 410:
      return fail(Outcome::kNext, absl::StatusCode::kNotFound, "net/missing",
                  absl::StrCat("not there (", head.status, ")"));
    case 407:
      return fail(Outcome::kNext, absl::StatusCode::kFailedPrecondition,
                  "net/proxy-auth", "proxy wants credentials");
    case 416:
      return fail(Outcome::kRestart, absl::StatusCode::kUnavailable,
                  "net/range", answer);
    case 408:
    case 429:
      return fail(Outcome::kAgain, absl::StatusCode::kUnavailable, "net/status",
                  answer);
    default:
      break;
  }
  return head.status >= 500
             ? fail(Outcome::kAgain, absl::StatusCode::kUnavailable,
                    "net/status", answer)
             : fail(Outcome::kNext, absl::StatusCode::kFailedPrecondition,
                    "net/status", answer);
}

Attempt Downloader::JudgeContent(absl::string_view url) const {
  if (request_.size.has_value() && target_.size() != *request_.size) {
    return {Outcome::kWrong,
            DiagnosticError(absl::StatusCode::kDataLoss, "net/length",
                            absl::StrCat(PrintableUrl(url), ": wrong length"))
                .Expected(absl::StrCat(*request_.size, " bytes"))
                .Found(absl::StrCat(target_.size(), " bytes"))};
  }
  if (request_.sha256.empty()) return {};
  const std::string found = target_.Digest();
  if (found == request_.sha256 || IsPlanted("length_believed")) return {};
  return {Outcome::kWrong,
          DiagnosticError(absl::StatusCode::kDataLoss, "net/digest",
                          absl::StrCat(PrintableUrl(url),
                                       ": not the artifact that was asked for"))
              .Expected(absl::StrCat("sha256 ", request_.sha256))
              .Found(absl::StrCat("sha256 ", found))};
}

absl::Status Downloader::Wait(absl::string_view url, const Attempt& attempt,
                              int tries) {
  absl::optional<absl::Duration> asked =
      ParseRetryAfter(attempt.retry_after, system_.WallClock());
  const absl::Duration wait =
      asked.has_value() ? *asked : BackoffWait(tries - 1, system_);
  if (system_.MonotonicClock() + wait >= deadline_) {
    return Final(DiagnosticError(
        absl::StatusCode::kDeadlineExceeded, "net/deadline",
        absl::StrCat(attempt.status.message(),
                     "; the next try would be after the deadline")));
  }
  events_.on_wait(absl::StrCat("for ", AuthorityOfUrl(url), ", try ", tries + 1,
                               " of ", kDownloadTries));
  if (system_.Wait(wait)) return absl::CancelledError("stop requested");
  return absl::OkStatus();
}

// The last failure, with those of the mirrors before it.
absl::Status Downloader::Final(absl::Status last) const {
  if (failures_.empty() || absl::IsCancelled(last) || IsNotDurable(last)) {
    return last;
  }
  Diagnostic diagnostic = DiagnosticFromStatus(last);
  for (const std::string& failure : failures_) {
    if (failure == diagnostic.message()) continue;
    Diagnostic::Detail* detail = diagnostic.add_detail();
    detail->set_label("tried");
    detail->set_text(failure);
  }
  return StatusFromDiagnostic(last.code(), diagnostic);
}

}  // namespace

absl::Status Download(const DownloadRequest& request, HttpClient& client,
                      System& system, const DownloadEvents& events,
                      DownloadTarget& target) {
  return Downloader(request, client, system, events, target).Run();
}

absl::optional<absl::Duration> ParseRetryAfter(absl::string_view value,
                                               absl::Time now) {
  int64_t seconds = 0;
  if (absl::SimpleAtoi(value, &seconds)) {
    if (seconds < 0) return absl::nullopt;
    return absl::Seconds(seconds);
  }
  absl::Time until;
  std::string error;
  if (!absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT", std::string(value), &until,
                       &error)) {
    return absl::nullopt;
  }
  return std::max(absl::ZeroDuration(), until - now);
}

absl::Duration BackoffWait(int tries_before, System& system) {
  const absl::Duration longest =
      std::min(kLongestWait, kFirstWait * (1 << std::min(tries_before, 10)));
  uint64_t random = 0;
  for (unsigned char byte : system.RandomBytes(4)) random = random << 8 | byte;
  return longest * (static_cast<double>(random) / 0xffffffff);
}

}  // namespace provision
