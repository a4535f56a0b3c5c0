#include "core/plugin/plugin_connection.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"
#include "core/base/version.h"

namespace provision {
namespace {

using plugin::v1::Reply;
using plugin::v1::Request;

constexpr uint32_t kMajor = 1;
constexpr int kMostStarts = 2;
constexpr size_t kShown = 400;  // of what a plugin printed, its end

absl::string_view LastPart(absl::string_view text) {
  text = absl::StripSuffix(text, "\n");
  return text.size() <= kShown ? text : text.substr(text.size() - kShown);
}

}  // namespace

PluginConnection::PluginConnection(std::string name, Starter starter,
                                   PluginDeadlines deadlines)
    : name_(std::move(name)),
      starter_(std::move(starter)),
      deadlines_(deadlines) {}

PluginConnection::~PluginConnection() = default;

absl::Status PluginConnection::Blame(absl::StatusCode code,
                                     absl::string_view id,
                                     const std::string& message) {
  DiagnosticError error(code, id, absl::StrCat(name_, ": ", message));
  const std::string printed = channel_ == nullptr ? "" : channel_->Printed();
  if (printed.empty()) {
    error.Because("it printed nothing");
  } else {
    error.Because(absl::StrCat("it printed: ", LastPart(printed)));
  }
  error.Next("the same command again; if it comes back, tell the author of " +
             name_);
  channel_.reset();
  splitter_ = {};
  assembler_ = {};
  return error;
}

absl::Status PluginConnection::BlameProtocol(const absl::Status& status) {
  const Diagnostic why = DiagnosticFromStatus(status);
  std::vector<std::string> details;
  for (const Diagnostic::Detail& detail : why.detail()) {
    details.push_back(absl::StrCat(detail.label(), " ", detail.text()));
  }
  return Blame(absl::StatusCode::kInternal, "plugin/protocol",
               absl::StrCat("does not speak the protocol of plugins: ",
                            absl::StrJoin(details, ", ")));
}

absl::Status PluginConnection::EnsureStarted() {
  if (channel_ != nullptr) return absl::OkStatus();
  if (!given_up_.ok()) return given_up_;
  ++starts_;
  absl::StatusOr<std::unique_ptr<ByteChannel>> channel = starter_();
  if (!channel.ok() &&
      absl::StartsWith(DiagnosticId(channel.status()), "plugin/")) {
    given_up_ = channel.status();
    return given_up_;
  }
  if (!channel.ok()) {
    given_up_ = Blame(
        absl::StatusCode::kFailedPrecondition, "plugin/start",
        absl::StrCat("could not be started: ", channel.status().message()));
    return given_up_;
  }
  channel_ = *std::move(channel);
  std::vector<Request> requests(1);
  plugin::v1::Hello* hello = requests[0].mutable_hello();
  hello->add_major(kMajor);
  hello->set_id("provision");
  hello->set_version(std::string(kVersion));
  absl::StatusOr<std::vector<Reply>> replies =
      Call(&requests, deadlines_.start, "start");
  given_up_ = replies.ok() ? CheckHello(replies->front()) : replies.status();
  return given_up_;
}

absl::Status PluginConnection::CheckHello(const Reply& reply) {
  if (!reply.has_hello()) {
    return Blame(absl::StatusCode::kFailedPrecondition, "plugin/hello",
                 reply.has_failed()
                     ? absl::StrCat("refuses this program: ",
                                    reply.failed().diagnostic().message())
                     : "answered Hello with something else");
  }
  if (reply.hello().id() != name_) {
    return Blame(absl::StatusCode::kFailedPrecondition, "plugin/hello",
                 absl::StrCat("calls itself \"", reply.hello().id(), "\""));
  }
  const auto& majors = reply.hello().major();
  if (std::find(majors.begin(), majors.end(), kMajor) == majors.end()) {
    return Blame(absl::StatusCode::kFailedPrecondition, "plugin/hello",
                 absl::StrCat("speaks the majors ", absl::StrJoin(majors, ", "),
                              " of the protocol, this program ", kMajor));
  }
  if (!reply.hello().required_capability().empty()) {
    return Blame(
        absl::StatusCode::kFailedPrecondition, "plugin/hello",
        absl::StrCat("requires the capabilities ",
                     absl::StrJoin(reply.hello().required_capability(), ", "),
                     ", this program has none"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Reply>> PluginConnection::Exchange(
    std::vector<Request> requests) {
  absl::MutexLock lock(&mutex_);
  PROVISION_RETURN_IF_ERROR(EnsureStarted());
  absl::StatusOr<std::vector<Reply>> replies =
      Call(&requests, deadlines_.call, "call");
  // One more start, then its steps fail at once. A request that is too long is
  // not its fault: then it lives.
  const bool has_ended = channel_ == nullptr;
  if (has_ended && starts_ >= kMostStarts) given_up_ = replies.status();
  return replies;
}

absl::Status PluginConnection::Take(std::string* in,
                                    std::map<uint64_t, Reply>* replies,
                                    uint64_t first, size_t count) {
  splitter_.Add(*in);
  in->clear();
  while (true) {
    PROVISION_ASSIGN_OR_RETURN(absl::optional<std::string> frame,
                               splitter_.Next());
    if (!frame.has_value()) return absl::OkStatus();
    PROVISION_ASSIGN_OR_RETURN(absl::optional<Reply> reply,
                               assembler_.Add(*frame));
    if (!reply.has_value()) continue;
    const uint64_t id = reply->id();
    if (id < first || id - first >= count) {
      return DiagnosticError(absl::StatusCode::kDataLoss, "plugin/protocol", "")
          .Expected("replies to requests")
          .Found(absl::StrCat("a reply to no request, id ", id));
    }
    if (!replies->emplace(id, *std::move(reply)).second) {
      return DiagnosticError(absl::StatusCode::kDataLoss, "plugin/protocol", "")
          .Expected("one reply to a request")
          .Found(absl::StrCat("two to id ", id));
    }
  }
}

absl::StatusOr<std::vector<Reply>> PluginConnection::Call(
    std::vector<Request>* requests, absl::Duration deadline,
    absl::string_view deadline_name) {
  const uint64_t first = next_id_;
  std::string out;
  for (Request& request : *requests) {
    request.set_id(next_id_++);
    PROVISION_RETURN_IF_ERROR(AppendFrames(request, &out));
  }
  std::map<uint64_t, Reply> replies;
  std::string in;
  const absl::Time begin = absl::Now();
  while (replies.size() < requests->size()) {
    const ByteChannel::Event event =
        channel_->Exchange(&out, &in, begin + deadline - absl::Now());
    const absl::Status taken = Take(&in, &replies, first, requests->size());
    if (!taken.ok()) return BlameProtocol(taken);
    switch (event) {
      case ByteChannel::Event::kProgress:
        break;
      case ByteChannel::Event::kClosed: {
        if (replies.size() == requests->size()) break;
        const std::string rest =
            splitter_.rest() > 0 ? " in the middle of a reply" : "";
        return Blame(
            absl::StatusCode::kUnavailable, "plugin/ended",
            absl::StrCat(channel_->Ending(), rest,
                         deadline_name == "start" ? " before its Hello"
                                                  : " while it was asked"));
      }
      case ByteChannel::Event::kTimeout:
        return Blame(
            absl::StatusCode::kDeadlineExceeded, "plugin/deadline",
            absl::StrCat(deadline_name == "start" ? "wrote no Hello within "
                                                  : "gave no answer within ",
                         absl::FormatDuration(deadline)));
      case ByteChannel::Event::kStopped:
        return Blame(absl::StatusCode::kCancelled, "plugin/stopped",
                     "was ended because this program was asked to stop");
    }
  }
  std::vector<Reply> in_order;
  for (auto& [id, reply] : replies) in_order.push_back(std::move(reply));
  return in_order;
}

}  // namespace provision
