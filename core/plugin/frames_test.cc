#include "core/plugin/frames.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using plugin::v1::Reply;
using plugin::v1::Request;
using testing::HasSubstr;

std::string Frames(const Reply& reply) {
  std::string frames;
  EXPECT_OK(AppendFrames(reply, &frames));
  return frames;
}

// All messages of a stream, then how it ended.
absl::Status ReadAll(absl::string_view bytes, std::vector<Reply>* replies) {
  FrameSplitter splitter;
  FrameAssembler<Reply> assembler;
  splitter.Add(bytes);
  while (true) {
    PROVISION_ASSIGN_OR_RETURN(absl::optional<std::string> frame,
                               splitter.Next());
    if (!frame.has_value()) return absl::OkStatus();
    PROVISION_ASSIGN_OR_RETURN(absl::optional<Reply> reply,
                               assembler.Add(*frame));
    if (reply.has_value()) replies->push_back(*std::move(reply));
  }
}

Reply Sample() {
  return ParseText<Reply>(R"pb(
    id: 7
    need {
      query { file { path: "/etc/motd" } }
      query { variable { name: "LANG" } }
    })pb");
}

TEST(FramesTest, AMessageComesBack) {
  std::vector<Reply> replies;
  EXPECT_OK(ReadAll(Frames(Sample()) + Frames(Sample()), &replies));
  ASSERT_EQ(replies.size(), 2u);
  EXPECT_THAT(replies[1], EqualsProto(Sample()));
}

TEST(FramesTest, TheLengthIsLittleEndian) {
  const std::string frames = Frames(ParseText<Reply>("id: 7"));
  EXPECT_EQ(frames, std::string("\2\0\0\0\x08\x07", 6));
}

TEST(FramesTest, AMessageCutAtAnyByteIsWaitedFor) {
  const std::string frames = Frames(Sample());
  for (size_t cut = 0; cut < frames.size(); ++cut) {
    std::vector<Reply> replies;
    EXPECT_OK(ReadAll(absl::string_view(frames).substr(0, cut), &replies));
    EXPECT_TRUE(replies.empty()) << cut;
  }
}

TEST(FramesTest, AFlippedByteIsAnErrorOrAnotherMessageButNeverMore) {
  const std::string frames = Frames(Sample());
  for (size_t at = 0; at < frames.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = frames;
      flipped[at] = static_cast<char>(flipped[at] ^ 1 << bit);
      std::vector<Reply> replies;
      const absl::Status status = ReadAll(flipped, &replies);
      EXPECT_LE(replies.size(), 1u);
      if (!status.ok()) {
        EXPECT_EQ(DiagnosticId(status), "plugin/protocol");
      }
    }
  }
}

TEST(FramesTest, ALongMessageGoesInSeveralFrames) {
  Reply reply;
  reply.set_id(9);
  Proposal* proposal = reply.mutable_proposed()->mutable_proposal();
  proposal->set_title(std::string(5 << 20, 'x'));
  const std::string frames = Frames(reply);
  std::vector<Reply> replies;
  // Another message may come between.
  EXPECT_OK(ReadAll(frames, &replies));
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_THAT(replies[0], EqualsProto(reply));
}

TEST(FramesTest, AMessageOverTheLimitIsNotSent) {
  Request request;
  request.mutable_propose()
      ->add_fact()
      ->mutable_value()
      ->mutable_file()
      ->add_chunk(std::string(kMaxPluginMessage, 'x'));
  std::string frames;
  EXPECT_THAT(AppendFrames(request, &frames),
              StatusIs(absl::StatusCode::kOutOfRange));
}

TEST(FramesTest, WhatGrowsWithoutEndIsRefused) {
  Reply part;
  part.set_id(1);
  part.set_more(true);
  part.add_chunk(std::string(1 << 19, 'x'));
  std::string frames;
  for (int i = 0; i <= 128; ++i) frames += Frames(part);
  std::vector<Reply> replies;
  EXPECT_THAT(DiagnosticId(ReadAll(frames, &replies)), "plugin/protocol");
}

TEST(FramesTest, LengthsThatAreNotAllowedAreNamed) {
  std::vector<Reply> replies;
  EXPECT_THAT(DiagnosticFromStatus(ReadAll(std::string(4, '\0'), &replies))
                  .ShortDebugString(),
              HasSubstr("the length 0"));
  EXPECT_THAT(
      DiagnosticFromStatus(ReadAll("HTTP/1.1", &replies)).ShortDebugString(),
      HasSubstr("the length 1347703880"));
}

TEST(FramesTest, WhatIsTooDeepIsRefused) {
  // Field 15 of Reply as a group in a group, 40 levels.
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "\xa3\x06";
  for (int i = 0; i < 40; ++i) deep += "\xa4\x06";
  Reply reply;
  EXPECT_FALSE(ParsePluginBytes(deep, &reply));
}

}  // namespace
}  // namespace provision
