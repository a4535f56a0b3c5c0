#include "core/plugin/json_plugin.h"

#include <utility>

#include "core/api/plugin.pb.h"
#include "core/plugin/frames.h"
#include "core/testing/scripted.pb.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using plugin::v1::Reply;
using plugin::v1::Request;
using testing::HasSubstr;

// All requests at once, and what was answered to them.
class Requests final : public ByteStream {
 public:
  void Add(const Request& request) {
    EXPECT_OK(AppendFrames(request, &requests_));
  }
  absl::StatusOr<std::string> Read() override {
    return std::exchange(requests_, "");
  }
  absl::Status Write(absl::string_view bytes) override {
    splitter_.Add(bytes);
    return absl::OkStatus();
  }
  Reply Next() {
    Reply reply;
    const auto frame = splitter_.Next();
    EXPECT_TRUE(frame.ok() && frame->has_value());
    EXPECT_TRUE(ParsePluginBytes(**frame, &reply));
    return reply;
  }

 private:
  std::string requests_;
  FrameSplitter splitter_;
};

Request ProposeRequest() {
  Request request = ParseText<Request>(R"pb(
    id: 7
    propose {
      step: "s"
      config { type: "provision.ScriptedConfig" }
      root: "/srv"
      fact {
        query { file { path: "/a" } }
        value { file { chunk: "A" } }
      }
    }
  )pb");
  request.mutable_propose()->mutable_config()->set_value(
      ParseText<ScriptedConfig>(R"pb(file { path: "/a" mode: 384 })pb")
          .SerializeAsString());
  return request;
}

Reply AnswerOf(const Request& request, const JsonProgram& program) {
  Requests requests;
  requests.Add(request);
  EXPECT_OK(ServeJsonProgram("motd", {}, program, requests));
  return requests.Next();
}

TEST(JsonPluginTest, TheRequestIsJsonWithTheConfigInIt) {
  std::string seen;
  const Reply reply =
      AnswerOf(ProposeRequest(), [&seen](const std::string& request) {
        seen = request;
        return R"({"proposed": {"proposal": {"fidelity": "EXACT"}}})";
      });
  EXPECT_THAT(seen, testing::AllOf(HasSubstr(R"("value":{"file":[{)"),
                                   HasSubstr(R"("path":"/a")"),
                                   HasSubstr(R"("mode":384)"),
                                   HasSubstr(R"("chunk":["QQ=="])"),
                                   HasSubstr(R"("root":"/srv")")));
  EXPECT_THAT(reply,
              EqualsProto(R"pb(id: 7
                               proposed { proposal { fidelity: EXACT } })pb"));
}

TEST(JsonPluginTest, HelloIsAnsweredWithoutTheProgram) {
  Request hello;
  hello.set_id(1);
  hello.mutable_hello()->add_major(1);
  EXPECT_THAT(AnswerOf(hello, nullptr),
              EqualsProto("id: 1 hello { major: 1 id: 'motd' }"));
}

TEST(JsonPluginTest, WhatGoesWrongIsToldAsFailed) {
  const auto fails = [](absl::StatusOr<std::string> answer) {
    return AnswerOf(ProposeRequest(),
                    [answer](const std::string&) { return answer; })
        .failed()
        .diagnostic()
        .message();
  };
  EXPECT_THAT(fails("hello"), HasSubstr("no Reply in JSON"));
  EXPECT_THAT(fails(R"({"proposd": {}})"), HasSubstr("proposd"));
  EXPECT_THAT(fails(""), HasSubstr("no Reply in JSON"));
  EXPECT_EQ(fails(absl::UnknownError("the script exited with status 3")),
            "the script exited with status 3");
  Request other = ProposeRequest();
  other.mutable_propose()->mutable_config()->set_type("acme.Other");
  EXPECT_THAT(AnswerOf(other, nullptr).failed().diagnostic().message(),
              HasSubstr("does not serve acme.Other"));
}

}  // namespace
}  // namespace provision
