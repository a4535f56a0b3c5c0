#include "core/plugin/plugin_server.h"

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/diagnostic.h"
#include "core/base/serialize.h"
#include "core/base/status_macros.h"
#include "core/plugin/frames.h"
#include "google/protobuf/message.h"

namespace provision {
namespace {

using plugin::v1::Propose;
using plugin::v1::Reply;
using plugin::v1::Request;
using plugin::v1::Validate;
using plugin::v1::Validated;

constexpr uint32_t kMajor = 1;

// The facts that came with a request; remembers which others were wanted.
class GivenFacts final : public FactReader {
 public:
  explicit GivenFacts(const Propose& propose) {
    for (const Fact& fact : propose.fact()) {
      known_[DeterministicBytes(fact.query())] = &fact.value();
    }
  }

  FactValue Read(const FactQuery& query) override {
    const auto found = known_.find(DeterministicBytes(query));
    if (found != known_.end()) return *found->second;
    missing_.push_back(query);
    FactValue value;
    value.mutable_absent()->set_reason(FactValue::Absent::NOT_RECORDED);
    return value;
  }

  const std::vector<FactQuery>& missing() const { return missing_; }

 private:
  std::map<std::string, const FactValue*> known_;
  std::vector<FactQuery> missing_;
};

class Server {
 public:
  Server(const Provisioner& provisioner, const PluginIdentity& identity,
         ByteStream& stream)
      : provisioner_(provisioner), identity_(identity), stream_(stream) {}

  absl::Status Serve() {
    while (true) {
      PROVISION_ASSIGN_OR_RETURN(const std::string bytes, stream_.Read());
      if (bytes.empty()) return absl::OkStatus();
      splitter_.Add(bytes);
      PROVISION_RETURN_IF_ERROR(AnswerWhatIsThere());
    }
  }

 private:
  absl::Status AnswerWhatIsThere() {
    std::string out;
    while (true) {
      PROVISION_ASSIGN_OR_RETURN(absl::optional<std::string> frame,
                                 splitter_.Next());
      if (!frame.has_value()) break;
      PROVISION_ASSIGN_OR_RETURN(absl::optional<Request> request,
                                 assembler_.Add(*frame));
      if (!request.has_value()) continue;
      Reply reply = Answer(*request);
      reply.set_id(request->id());
      const absl::Status fits = AppendFrames(reply, &out);
      if (!fits.ok()) {
        Reply failed = Failed(fits);
        failed.set_id(request->id());
        PROVISION_RETURN_IF_ERROR(AppendFrames(failed, &out));
      }
    }
    return out.empty() ? absl::OkStatus() : stream_.Write(out);
  }

  Reply Answer(const Request& request) {
    switch (request.kind_case()) {
      case Request::kHello:
        return Hello();
      case Request::kValidate:
        return AnswerValidate(request.validate());
      case Request::kPropose:
        return AnswerPropose(request.propose());
      case Request::KIND_NOT_SET:
        break;
    }
    return Failed(absl::UnimplementedError(
        "the request is of a kind that this plugin does not know"));
  }

  Reply Hello() const {
    Reply reply;
    plugin::v1::Hello* hello = reply.mutable_hello();
    hello->add_major(kMajor);
    hello->set_id(identity_.id);
    hello->set_version(identity_.version);
    return reply;
  }

  static Reply Failed(const absl::Status& status) {
    Reply reply;
    *reply.mutable_failed()->mutable_diagnostic() =
        DiagnosticFromStatus(status);
    reply.mutable_failed()->set_code(static_cast<int>(status.code()));
    return reply;
  }

  absl::StatusOr<std::unique_ptr<google::protobuf::Message>> Parse(
      const plugin::v1::Config& config) const {
    if (config.type() != provisioner_.config()->full_name()) {
      return absl::NotFoundError(
          absl::StrCat("this plugin does not serve ", config.type()));
    }
    std::unique_ptr<google::protobuf::Message> message(
        google::protobuf::MessageFactory::generated_factory()
            ->GetPrototype(provisioner_.config())
            ->New());
    if (!ParsePluginBytes(config.value(), message.get())) {
      return absl::InvalidArgumentError(
          absl::StrCat("the config is no ", config.type()));
    }
    return message;
  }

  Reply AnswerValidate(const Validate& validate) const {
    Reply reply;
    for (const plugin::v1::Config& config : validate.config()) {
      const auto message = Parse(config);
      if (!message.ok()) return Failed(message.status());
      Validated::Result* result = reply.mutable_validated()->add_result();
      for (Diagnostic& found : provisioner_.Validate(**message)) {
        *result->add_diagnostic() = std::move(found);
      }
      for (std::string& name : provisioner_.Consents(**message)) {
        result->add_consent(std::move(name));
      }
    }
    return reply;
  }

  Reply AnswerPropose(const Propose& propose) const {
    const auto config = Parse(propose.config());
    if (!config.ok()) return Failed(config.status());
    FactScope scope;
    scope.root = propose.root();
    scope.step = propose.step();
    for (const Propose::Assumed& assumed : propose.assumed()) {
      scope.assumed[assumed.path()] = assumed.step();
    }
    GivenFacts given(propose);
    Facts facts(given, std::move(scope));
    absl::StatusOr<Proposal> proposal = provisioner_.Propose(**config, facts);
    Reply reply;
    if (!given.missing().empty()) {
      for (const FactQuery& query : given.missing()) {
        *reply.mutable_need()->add_query() = query;
      }
      return reply;
    }
    if (!proposal.ok()) return Failed(proposal.status());
    *reply.mutable_proposed()->mutable_proposal() = *std::move(proposal);
    return reply;
  }

  const Provisioner& provisioner_;
  const PluginIdentity& identity_;
  ByteStream& stream_;
  FrameSplitter splitter_;
  FrameAssembler<Request> assembler_;
};

}  // namespace

absl::Status ServePlugin(const Provisioner& provisioner,
                         const PluginIdentity& identity, ByteStream& stream) {
  return Server(provisioner, identity, stream).Serve();
}

}  // namespace provision
