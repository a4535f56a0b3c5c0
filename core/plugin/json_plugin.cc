#include "core/plugin/json_plugin.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "core/api/plugin.pb.h"
#include "core/base/diagnostic.h"
#include "core/base/status_macros.h"
#include "core/plugin/frames.h"
#include "core/plugin/step_schema.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"

namespace provision {
namespace {

using google::protobuf::Message;
using google::protobuf::Struct;
using google::protobuf::Value;
using plugin::v1::Config;
using plugin::v1::Reply;
using plugin::v1::Request;

constexpr uint32_t kMajor = 1;

template <typename JsonStatus>
absl::Status FromJson(const JsonStatus& status, absl::string_view what) {
  if (status.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(what, ": ", std::string(status.message())));
}

absl::StatusOr<std::string> ToJson(const Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  PROVISION_RETURN_IF_ERROR(FromJson(
      google::protobuf::util::MessageToJsonString(message, &text, options),
      "the request"));
  return text;
}

absl::StatusOr<Struct> ToStruct(const Message& message) {
  PROVISION_ASSIGN_OR_RETURN(const std::string text, ToJson(message));
  Struct object;
  PROVISION_RETURN_IF_ERROR(
      FromJson(google::protobuf::util::JsonStringToMessage(text, &object),
               "the request"));
  return object;
}

class Server {
 public:
  Server(const std::string& id, const StepSchema& schema,
         const JsonProgram& program, ByteStream& stream)
      : id_(id), schema_(schema), program_(program), stream_(stream) {}

  absl::Status Serve() {
    while (true) {
      PROVISION_ASSIGN_OR_RETURN(const std::string bytes, stream_.Read());
      if (bytes.empty()) return absl::OkStatus();
      splitter_.Add(bytes);
      while (true) {
        PROVISION_ASSIGN_OR_RETURN(absl::optional<std::string> frame,
                                   splitter_.Next());
        if (!frame.has_value()) break;
        PROVISION_ASSIGN_OR_RETURN(absl::optional<Request> request,
                                   assembler_.Add(*frame));
        if (request.has_value()) {
          PROVISION_RETURN_IF_ERROR(Send(*request));
        }
      }
    }
  }

 private:
  absl::Status Send(const Request& request) {
    absl::StatusOr<Reply> reply = Answer(request);
    if (!reply.ok()) {
      const absl::Status why = reply.status();
      reply = Reply();
      *reply->mutable_failed()->mutable_diagnostic() =
          DiagnosticFromStatus(why);
      reply->mutable_failed()->mutable_diagnostic()->clear_id();
      reply->mutable_failed()->set_code(static_cast<int>(why.code()));
    }
    reply->set_id(request.id());
    std::string frames;
    PROVISION_RETURN_IF_ERROR(AppendFrames(*reply, &frames));
    return stream_.Write(frames);
  }

  absl::StatusOr<Reply> Answer(const Request& request) {
    Reply reply;
    if (request.has_hello()) {
      reply.mutable_hello()->add_major(kMajor);
      reply.mutable_hello()->set_id(id_);
      return reply;
    }
    PROVISION_ASSIGN_OR_RETURN(const std::string asked, AsJson(request));
    PROVISION_ASSIGN_OR_RETURN(const std::string answer, program_(asked));
    PROVISION_RETURN_IF_ERROR(
        FromJson(google::protobuf::util::JsonStringToMessage(answer, &reply),
                 "its answer is no Reply in JSON"));
    return reply;
  }

  // The request with each config in place of its bytes.
  absl::StatusOr<std::string> AsJson(const Request& request) {
    PROVISION_ASSIGN_OR_RETURN(Struct object, ToStruct(request));
    auto& fields = *object.mutable_fields();
    if (request.has_propose()) {
      PROVISION_RETURN_IF_ERROR(PutConfig(
          request.propose().config(), &(*fields["propose"]
                                             .mutable_struct_value()
                                             ->mutable_fields())["config"]));
    }
    if (request.has_validate()) {
      auto& list = *(*fields["validate"]
                          .mutable_struct_value()
                          ->mutable_fields())["config"]
                        .mutable_list_value();
      for (int i = 0; i < request.validate().config_size(); ++i) {
        PROVISION_RETURN_IF_ERROR(
            PutConfig(request.validate().config(i), list.mutable_values(i)));
      }
    }
    return ToJson(object);
  }

  absl::Status PutConfig(const Config& config, Value* out) {
    const google::protobuf::Descriptor* type = schema_.FindType(config.type());
    if (type == nullptr) {
      return absl::NotFoundError(
          absl::StrCat("this plugin does not serve ", config.type()));
    }
    const std::unique_ptr<Message> message(
        schema_.factory()->GetPrototype(type)->New());
    if (!ParsePluginBytes(config.value(), message.get())) {
      return absl::InvalidArgumentError(
          absl::StrCat("the config is no ", config.type()));
    }
    PROVISION_ASSIGN_OR_RETURN(
        *(*out->mutable_struct_value()->mutable_fields())["value"]
             .mutable_struct_value(),
        ToStruct(*message));
    return absl::OkStatus();
  }

  const std::string& id_;
  const StepSchema& schema_;
  const JsonProgram& program_;
  ByteStream& stream_;
  FrameSplitter splitter_;
  FrameAssembler<Request> assembler_;
};

}  // namespace

absl::Status ServeJsonProgram(const std::string& id,
                              const google::protobuf::FileDescriptorSet& files,
                              const JsonProgram& program, ByteStream& stream) {
  StepSchema schema;
  PROVISION_RETURN_IF_ERROR(schema.Add(id, files, {}));
  return Server(id, schema, program, stream).Serve();
}

}  // namespace provision
