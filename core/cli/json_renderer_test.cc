#include "core/cli/json_renderer.h"

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "core/cli/testing/event_script.pb.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

std::string ReadSample(absl::string_view name) {
  std::ifstream file(absl::StrCat("core/cli/testdata/samples/", name));
  EXPECT_TRUE(file.is_open()) << name;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// cli.md 4.1: `--events run.jsonl`.
TEST(JsonRendererTest, TheSample) {
  EventScript script;
  testing_internal::ParseTextInto(ReadSample("events.events.textproto"),
                                  &script);
  std::string lines;
  JsonRenderer renderer(
      [&lines](absl::string_view line) { lines += std::string(line); });
  for (const EventScript::Item& item : script.item()) {
    renderer.Emit(item.event());
  }
  EXPECT_EQ(lines, ReadSample("events.jsonl"));
}

TEST(JsonRendererTest, OneLineOfUtf8WhateverTheTextHolds) {
  Event event;
  event.mutable_log()->set_text("a\nb\x1b\xff\"\xe2\x80\xa8");
  event.mutable_log()->set_standard_error(true);
  EXPECT_EQ(JsonLine(event),
            "{\"log\":{\"text\":\"a\\nb\\u001b\uFFFD\\\"\\u2028\","
            "\"standard_error\":true}}\n");
}

TEST(JsonRendererTest, BytesAreBase64AndBigNumbersAreText) {
  Event event;
  event.mutable_step_planned()
      ->mutable_proposal()
      ->add_action()
      ->mutable_write_file()
      ->set_content("\xff\x00x", 3);
  EXPECT_EQ(JsonLine(event),
            "{\"step_planned\":{\"proposal\":{\"action\":[{\"write_file\":{"
            "\"content\":\"/wB4\"}}]}}}\n");
  event.mutable_progress()->set_total(18446744073709551615u);
  EXPECT_EQ(JsonLine(event),
            "{\"progress\":{\"total\":\"18446744073709551615\"}}\n");
}

}  // namespace
}  // namespace provision
