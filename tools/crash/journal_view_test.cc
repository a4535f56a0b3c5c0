#include "tools/crash/journal_view.h"

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "core/journal/journal_format.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;

std::string Frames(const std::vector<std::string>& records) {
  JournalPosition position;
  std::string bytes;
  for (const std::string& text : records) {
    const JournalRecord record = ParseText<JournalRecord>(text);
    bytes += EncodeFrame(RecordType(record), RecordPayload(record), &position);
  }
  return bytes;
}

TEST(JournalViewTest, ReadsWholeFramesOfAPiece) {
  const std::string bytes =
      Frames({"intent { id { step: 'a' } }", "commit { id { step: 'a' } }"});
  EXPECT_EQ(RecordsIn(bytes).size(), 2u);
  EXPECT_EQ(
      RecordsIn(absl::string_view(bytes).substr(0, bytes.size() - 1)).size(),
      1u);
  EXPECT_EQ(RecordsIn("").size(), 0u);
  EXPECT_EQ(RecordsIn("anything else").size(), 0u);
}

TEST(JournalViewTest, SaysWhatMustNotBeRepeated) {
  const std::string state = absl::StrCat(::testing::TempDir(), "state");
  std::filesystem::create_directories(state + "/runs/1");
  std::ofstream(state + "/runs/1/journal") << Frames({
      "intent { id { step: 'once' } repeat_class: RUN_ONCE }",
      "commit { id { step: 'once' } }",
      "intent { id { step: 'undone' } repeat_class: RUN_ONCE }",
      "commit { id { step: 'undone' } }",
      "undo_commit { id { step: 'undone' } }",
      "intent { id { step: 'cut' } repeat_class: RUN_ONCE }",
      "intent { id { step: 'any' } repeat_class: CONVERGENT }",
      "commit { id { step: 'any' } }",
      "intent { id { step: 'failed' } repeat_class: UNSAFE_TO_REPEAT }",
      "fail { id { step: 'failed' } }",
      "intent { id { step: 'open' } repeat_class: UNSAFE_TO_REPEAT }",
      "intent { id { step: 'undoable' } repeat_class: UNSAFE_TO_REPEAT"
      "  action { run { undo_argv: '/bin/true' } } }",
      "intent { id { step: 'unsafe' } repeat_class: UNSAFE_TO_REPEAT }",
      "commit { id { step: 'unsafe' } }",
  });
  const JournalView view = ViewJournals(state);
  EXPECT_THAT(view.not_again, ElementsAre("once", "open", "unsafe"));
  EXPECT_THAT(view.in_doubt, ElementsAre("open"));
  EXPECT_TRUE(ViewJournals(state + "/nowhere").not_again.empty());
}

}  // namespace
}  // namespace provision
