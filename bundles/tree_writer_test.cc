#include "bundles/tree_writer.h"

#include <memory>

#include "core/base/crypto.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using Type = ArchiveEntry::Type;

class TreeWriterTest : public testing::Test {
 protected:
  TreeWriterTest() {
    system_.AddDirectory("/new", 0700);
    destination_ = *system_.OpenDirectory("/new");
  }

  absl::Status Write(TreeWriter& writer, const ArchiveEntry& entry,
                     absl::string_view content) {
    MemoryByteSource source(content);
    SourceStream stream(source, 0, content.size());
    return writer.WriteFile(entry, stream);
  }

  FakeSystem system_;
  std::unique_ptr<Directory> destination_;
};

ArchiveEntry File(absl::string_view path, absl::string_view content) {
  return {.path = std::string(path),
          .size = content.size(),
          .sha256 = Sha256Hex(content)};
}

TEST_F(TreeWriterTest, FoldersThenFilesThenLinks) {
  std::vector<ArchiveEntry> entries = {
      {.path = "l", .type = Type::kSymlink, .target = "a/b/f"},
      File("a/b/f", "content"),
      {.path = "z", .type = Type::kDirectory},
      File("copy", "content"),
  };
  entries[1].executable = true;
  entries[3].copy_of = "a/b/f";
  TreeWriter writer(*destination_, entries);
  ASSERT_OK(writer.MakeDirectories());
  ASSERT_OK(Write(writer, entries[1], "content"));
  ASSERT_OK(writer.CopyFile(entries[3]));
  ASSERT_OK(writer.MakeSymlinks());
  EXPECT_THAT(
      system_.operations(),
      ElementsAre("mkdir /new/a", "mkdir /new/a/b", "mkdir /new/z",
                  "create /new/a/b/f", "append /new/a/b/f", "create /new/copy",
                  "append /new/copy", "symlink /new/l"));
  const auto snapshot = system_.Snapshot("/new");
  EXPECT_THAT(snapshot, Contains(Pair("/new/a/b/f", "file 0755 0:0 content")));
  EXPECT_THAT(snapshot, Contains(Pair("/new/copy", "file 0644 0:0 content")));
  EXPECT_THAT(snapshot, Contains(Pair("/new/l", "link to a/b/f")));
  EXPECT_THAT(snapshot, Contains(Pair("/new/z", "directory 0755 0:0")));
}

TEST_F(TreeWriterTest, ContentHasToBeWhatWasJudged) {
  const ArchiveEntry entry = File("f", "content");
  for (const std::string content : {"contend", "conten", "content!", ""}) {
    ASSERT_OK(destination_->Lstat("f"));
    TreeWriter writer(*destination_, {});
    EXPECT_THAT(Write(writer, entry, content),
                HasDiagnosticId("archive/differs"))
        << content;
    ASSERT_OK(destination_->Remove("f"));
  }
}

TEST_F(TreeWriterTest, NothingIsOverwritten) {
  system_.AddFile("/new/f", "old");
  const std::vector<ArchiveEntry> entries = {File("f", "new")};
  TreeWriter writer(*destination_, entries);
  EXPECT_THAT(Write(writer, entries[0], "new"),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(*system_.Content("/new/f"), "old");
}

TEST_F(TreeWriterTest, ErrorsOfTheHostPassThrough) {
  system_.LimitFreeBytes(3);
  const std::vector<ArchiveEntry> entries = {File("f", "content")};
  TreeWriter writer(*destination_, entries);
  EXPECT_THAT(Write(writer, entries[0], "content"),
              HasDiagnosticId("host/no-space"));
}

}  // namespace
}  // namespace provision
