#include "core/actions/fetch.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "core/actions/artifact_store.h"
#include "core/actions/download_slots.h"
#include "core/base/byte_text.h"
#include "core/base/crypto.h"
#include "core/base/diagnostic.h"
#include "core/base/download.h"
#include "core/base/file_url.h"
#include "core/base/path.h"
#include "core/base/secret.h"
#include "core/base/status_macros.h"
#include "core/base/url_endpoint.h"

namespace provision {
namespace {

constexpr uint64_t kUndeclaredSize = uint64_t{64} << 20;
constexpr size_t kPiece = 256 << 10;

bool IsFile(absl::string_view url) {
  return absl::StartsWithIgnoreCase(url, "file:");
}

// What people call it: its name, or the last part of its first URL.
std::string NameOf(const Fetch& fetch) {
  if (!fetch.name().empty()) return fetch.name();
  if (fetch.url_size() == 0) return "nothing";
  return BaseName(PrintableUrl(fetch.url(0)));
}

// "host:port" of its first web address; "" if it has none.
std::string FirstWebHost(const Fetch& fetch) {
  for (const std::string& url : fetch.url()) {
    if (!IsFile(url)) return EndpointOfUrl(url);
  }
  return "";
}

// Its name in partial/: the digest, or for want of one that of its URL.
std::string KeyOf(const Fetch& fetch) {
  return fetch.unpinned() ? Sha256Hex(absl::StrCat("url ", fetch.url(0)))
                          : fetch.sha256();
}

absl::Status Refuse(absl::string_view id, const Fetch& fetch,
                    absl::string_view what) {
  return DiagnosticError(absl::StatusCode::kInvalidArgument, id,
                         absl::StrCat("fetch ", NameOf(fetch), ": ", what));
}

// What a fetch may not be, whatever proposes it.
absl::Status Check(const Fetch& fetch) {
  if (fetch.url_size() == 0) return Refuse("net/url", fetch, "no URL");
  const bool is_pinned = fetch.has_sha256();
  if (is_pinned == fetch.unpinned()) {
    return Refuse("net/unpinned", fetch,
                  is_pinned ? "a digest and `unpinned` at once"
                            : "no digest, and `unpinned` is not set");
  }
  if (is_pinned && (fetch.sha256().size() != 64 ||
                    fetch.sha256().find_first_not_of("0123456789abcdef") !=
                        std::string::npos)) {
    return Refuse("net/digest", fetch, "sha256 is not 64 hex digits");
  }
  for (const std::string& url : fetch.url()) {
    if (!is_pinned && absl::StartsWithIgnoreCase(url, "http:")) {
      return Refuse("net/unpinned", fetch,
                    "http without a digest, which anybody can replace");
    }
  }
  return absl::OkStatus();
}

// The error of this artifact: "fetch NAME: …".
absl::Status Named(const Fetch& fetch, const absl::Status& status) {
  if (status.ok() || IsNotDurable(status) || absl::IsCancelled(status)) {
    return status;
  }
  Diagnostic diagnostic = DiagnosticFromStatus(status);
  diagnostic.set_message(
      absl::StrCat("fetch ", NameOf(fetch), ": ", diagnostic.message()));
  return StatusFromDiagnostic(status.code(), diagnostic);
}

// One Perform: from the first URL that gives the artifact.
class Fetching {
 public:
  Fetching(const Fetch& fetch, ActionContext& context)
      : fetch_(fetch),
        context_(context),
        deadline_(
            context.system.MonotonicClock() +
            std::min(context.deadline,
                     absl::Seconds(fetch.deadline_s() > 0 ? fetch.deadline_s()
                                                          : 3600))) {}

  absl::Status Run() {
    PROVISION_ASSIGN_OR_RETURN(Directory * folder, context_.store());
    ArtifactStore store(*folder);
    PROVISION_ASSIGN_OR_RETURN(
        std::unique_ptr<PartialArtifact> partial,
        store.OpenPartial(context_.system, KeyOf(fetch_), deadline_));
    if (fetch_.has_sha256() && store.Open(fetch_.sha256()).ok()) {
      return store.Discard(KeyOf(fetch_));  // who held it was faster
    }
    last_size_ = partial->size();
    absl::Status brought = FromAnywhere(*partial);
    context_.on_fetched(fetched_);
    PROVISION_RETURN_IF_ERROR(brought);
    PROVISION_RETURN_IF_ERROR(partial->Sync());
    return store.Commit(KeyOf(fetch_), partial->Digest());
  }

 private:
  // Files by ourselves, runs of web addresses as mirrors of one download.
  absl::Status FromAnywhere(PartialArtifact& partial) {
    absl::Status last;
    for (int i = 0; i < fetch_.url_size();) {
      std::vector<std::string> mirrors;
      while (i < fetch_.url_size() && !IsFile(fetch_.url(i))) {
        mirrors.push_back(fetch_.url(i++));
      }
      last = mirrors.empty() ? FromFile(fetch_.url(i++), partial)
                             : FromWeb(std::move(mirrors), partial);
      const bool is_final = last.ok() || absl::IsCancelled(last) ||
                            absl::IsDeadlineExceeded(last) ||
                            absl::IsResourceExhausted(last);
      if (is_final) return last;
    }
    return last;
  }

  absl::Status FromWeb(std::vector<std::string> urls,
                       PartialArtifact& partial) {
    if (context_.offline) {
      return DiagnosticError(absl::StatusCode::kFailedPrecondition,
                             "net/offline", "not in the store, and offline")
          .Next("the same command without --offline, or a bundle that has it");
    }
    DownloadRequest request;
    request.urls = std::move(urls);
    request.sha256 = fetch_.sha256();
    if (fetch_.has_size()) request.size = fetch_.size();
    request.max_bytes = kUndeclaredSize;
    request.proxy = fetch_.proxy();
    request.ca_file = fetch_.ca_file();
    request.deadline = deadline_ - context_.system.MonotonicClock();
    absl::optional<Secret> login;
    if (fetch_.has_credentials()) {
      PROVISION_ASSIGN_OR_RETURN(
          login, context_.secrets->Resolve(fetch_.credentials()));
      request.credentials = &*login;
    }
    absl::optional<Secret> proxy_login;
    if (fetch_.has_proxy_login()) {
      PROVISION_ASSIGN_OR_RETURN(
          proxy_login, context_.secrets->Resolve(fetch_.proxy_login()));
      request.proxy_login = &*proxy_login;
    }
    DownloadEvents events;
    events.on_progress = [this](uint64_t done, uint64_t total) {
      // One that begins anew has less than before.
      fetched_ += done - (done < last_size_ ? 0 : last_size_);
      last_size_ = done;
      context_.on_progress(done, total, NameOf(fetch_));
    };
    events.on_wait = context_.on_wait;
    const std::unique_ptr<HttpClient> client = NewHttpClient(context_.system);
    return Download(request, *client, context_.system, events, partial);
  }

  absl::Status FromFile(const std::string& url, PartialArtifact& partial) {
    PROVISION_ASSIGN_OR_RETURN(std::string path, PathOfFileUrl(url));
    PROVISION_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> source,
                               context_.system.OpenForReading(path));
    if (fetch_.has_size() ? source->size() != fetch_.size()
                          : source->size() > kUndeclaredSize) {
      return DiagnosticError(absl::StatusCode::kDataLoss, "net/length",
                             absl::StrCat(path, ": wrong length"))
          .Found(absl::StrCat(source->size(), " bytes"));
    }
    PROVISION_RETURN_IF_ERROR(partial.Restart(url, ""));
    std::vector<char> buffer(kPiece);
    while (partial.size() < source->size()) {
      const size_t n =
          std::min<uint64_t>(kPiece, source->size() - partial.size());
      PROVISION_RETURN_IF_ERROR(
          source->ReadAt(partial.size(), absl::MakeSpan(buffer).subspan(0, n)));
      PROVISION_RETURN_IF_ERROR(
          partial.Append(absl::string_view(buffer.data(), n)));
      context_.on_progress(partial.size(), source->size(), NameOf(fetch_));
      if (context_.system.stop_requests() > stops_) {
        return absl::CancelledError("stop requested");
      }
    }
    if (!fetch_.has_sha256() || partial.Digest() == fetch_.sha256()) {
      return absl::OkStatus();
    }
    return DiagnosticError(
               absl::StatusCode::kDataLoss, "net/digest",
               absl::StrCat(path, ": not the artifact that was asked for"))
        .Expected(absl::StrCat("sha256 ", fetch_.sha256()))
        .Found(absl::StrCat("sha256 ", partial.Digest()));
  }

  const Fetch& fetch_;
  ActionContext& context_;
  const absl::Duration deadline_;
  uint64_t last_size_ = 0;
  uint64_t fetched_ = 0;  // over the network
  const int stops_ = context_.system.stop_requests();
};

class FetchHandler final : public ActionHandler {
 public:
  bool atomic() const override { return true; }

  bool runs_beside_others(const Action& action) const override {
    return !FirstWebHost(action.fetch()).empty();
  }

  Action::Reversibility reversibility(const Action&) const override {
    return Action::EXACT;
  }

  Action::RepeatClass repeat_class(const Action&) const override {
    return Action::CONVERGENT;
  }

  Event::ActionLine Describe(const Action& action, FactReader&,
                             absl::string_view) const override {
    const Fetch& fetch = action.fetch();
    Event::ActionLine line;
    line.set_verb("fetch");
    line.set_object(NameOf(fetch));
    std::vector<std::string> notes;
    if (fetch.has_size()) notes.push_back(ByteText(fetch.size()));
    notes.push_back(
        fetch.unpinned()
            ? "unpinned"
            : absl::StrCat("sha256:", fetch.sha256().substr(0, 12)));
    if (fetch.has_proxy()) {
      notes.push_back(absl::StrCat("through ", fetch.proxy()));
    }
    line.set_note(absl::StrJoin(notes, "  "));
    return line;
  }

  // Of an unpinned artifact nobody knows what it is today.
  absl::StatusOr<Audit> AuditWanted(const Action& action,
                                    ActionContext& context) const override {
    const Fetch& fetch = action.fetch();
    PROVISION_RETURN_IF_ERROR(Check(fetch));
    if (fetch.unpinned()) return Audit::kUnknown;
    PROVISION_ASSIGN_OR_RETURN(Directory * folder, context.store());
    absl::Status status = ArtifactStore(*folder).Open(fetch.sha256()).status();
    return status.ok() ? Audit::kAfter : Audit::kOther;
  }

  absl::StatusOr<Audit> AuditPrepared(const Action& action, const Preparation&,
                                      ActionContext& context) const override {
    PROVISION_ASSIGN_OR_RETURN(Audit audit, AuditWanted(action, context));
    return audit == Audit::kAfter ? audit : Audit::kBefore;
  }

  absl::StatusOr<Preparation> Prepare(const Action& action,
                                      ActionContext&) const override {
    PROVISION_RETURN_IF_ERROR(Check(action.fetch()));
    return Preparation();
  }

  absl::Status Perform(const Action& action, const Preparation&,
                       ActionContext& context) const override {
    const Fetch& fetch = action.fetch();
    const std::string host = FirstWebHost(fetch);
    if (host.empty()) return Named(fetch, Fetching(fetch, context).Run());
    const int stops = context.system.stop_requests();
    const DownloadSlots::Held slot = slots_.Take(host);
    if (context.system.stop_requests() > stops) {
      return absl::CancelledError("stop requested");
    }
    return Named(fetch, Fetching(fetch, context).Run());
  }

  absl::Status MakeDurable(const Action& action, const Preparation&,
                           ActionContext& context) const override {
    PROVISION_ASSIGN_OR_RETURN(Directory * folder, context.store());
    return ArtifactStore(*folder).MakeDurable(action.fetch().sha256());
  }

  // What came so far is kept: the next try resumes it.
  absl::Status Clean(const Action&, const Preparation&,
                     ActionContext&) const override {
    return absl::OkStatus();
  }

  absl::StatusOr<UndoOutcome> Undo(const Action&, const Preparation&,
                                   ActionContext&) const override {
    return UndoOutcome::kUndone;
  }

 private:
  mutable DownloadSlots slots_;
};

}  // namespace

std::unique_ptr<ActionHandler> NewFetchHandler() {
  return std::make_unique<FetchHandler>();
}

}  // namespace provision
