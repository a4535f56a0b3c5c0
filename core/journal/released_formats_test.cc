// Journals of every released version stay readable (reliability.md G18). They
// are added here, never edited: bytes that no longer read are a new major.

#include <memory>
#include <string>

#include "core/journal/journal_reader.h"
#include "core/journal/run_history.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::Key;
using ::testing::SizeIs;

JournalContents ReadReleased(absl::string_view path) {
  FakeSystem system;
  system.AddDirectory("/run", 0700);
  system.AddFile("/run/journal", ReadTestData(path), 0600);
  std::unique_ptr<Directory> folder = *system.OpenDirectory("/run");
  absl::StatusOr<JournalContents> contents = ReadJournal(*folder, 0);
  EXPECT_OK(contents);
  return *std::move(contents);
}

// A run that was killed in its second step: every kind of record but DONE. Its
// AUDIT and its NOTE are checked and left out.
TEST(ReleasedFormatsTest, Major1Minor0) {
  JournalContents contents =
      ReadReleased("testdata/journals/1.0/killed.journal");
  EXPECT_EQ(contents.verdict, JournalVerdict::kClean) << contents.detail;
  EXPECT_THAT(contents.records, SizeIs(17));
  const RunHistory history(std::move(contents));
  EXPECT_EQ(history.id(), "6f1c2b9e-0c55-4c3f-9a41-6f0d6c1f7a10");
  EXPECT_EQ(history.begin().number(), 3);
  EXPECT_EQ(history.begin().plan().name(), "search-api");
  EXPECT_EQ(history.boot_id(), "second-boot");
  EXPECT_THAT(history.steps_done(), ElementsAre(Key("files")));
  ASSERT_THAT(history.committed(), SizeIs(1));
  EXPECT_EQ(history.committed()[0].intent.action().write_file().content(),
            "hello\n");
  ASSERT_THAT(history.open_intents(), SizeIs(1));
  EXPECT_EQ(history.open_intents()[0].action().run().argv(0), "/bin/true");
  EXPECT_EQ(history.Where(), "killed in step migrate, 0 actions committed");
}

}  // namespace
}  // namespace provision
