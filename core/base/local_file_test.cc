#include "core/base/local_file.h"

#include <fcntl.h>
#include <unistd.h>

#include "core/testing/testing.h"

namespace provision {
namespace {

// A pipe takes writes but no sync, which stands in for a device that fails.
class FailingSyncTest : public testing::Test {
 protected:
  void SetUp() override {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    reading_ = Descriptor(ends[0]);
    writing_ = Descriptor(ends[1]);
  }

  Descriptor reading_;
  Descriptor writing_;
};

TEST_F(FailingSyncTest, EveryKindIsNotDurable) {
  for (SyncKind kind : {SyncKind::kFull, SyncKind::kData}) {
    const absl::Status status = SyncDescriptor(writing_.get(), kind, "a pipe");
    EXPECT_TRUE(IsNotDurable(status)) << status;
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kDataLoss,
                                 testing::HasSubstr("sync a pipe")));
  }
}

TEST_F(FailingSyncTest, NothingIsWrittenAfterwards) {
  std::unique_ptr<WritableFile> file =
      NewLocalFile(std::move(writing_), "a pipe", /*is_new=*/true);
  ASSERT_OK(file->Append("before"));
  EXPECT_TRUE(IsNotDurable(file->Sync()));
  EXPECT_TRUE(IsNotDurable(file->Append("after")));
  EXPECT_TRUE(IsNotDurable(file->Sync()));
  EXPECT_TRUE(IsNotDurable(file->Truncate(0)));
  char bytes[100];
  EXPECT_EQ(read(reading_.get(), bytes, sizeof(bytes)), 6);
}

TEST(LocalFileTest, WhatCannotReserveSaysSo) {
  // The files of /proc have no blocks.
  Descriptor file(open("/proc/self/comm", O_RDWR | O_CLOEXEC));
  ASSERT_TRUE(file.valid());
  EXPECT_THAT(NewLocalFile(std::move(file), "comm", false)->Reserve(1),
              StatusIs(absl::StatusCode::kUnimplemented));
}

TEST(LocalFileTest, ASourceKeepsItsSize) {
  TemporaryFolder folder;
  const std::string path = folder.Write("file", "0123");
  ASSERT_OK_AND_ASSIGN(
      std::unique_ptr<ByteSource> source,
      NewFileSource(Descriptor(open(path.c_str(), O_RDONLY)), path));
  folder.Write("file", "0123456789");
  EXPECT_EQ(source->size(), 4u);
  std::string bytes(4, '.');
  EXPECT_OK(source->ReadAt(0, absl::MakeSpan(bytes)));
  folder.Write("file", "01");
  // It became shorter behind our back.
  EXPECT_THAT(source->ReadAt(0, absl::MakeSpan(bytes)),
              HasDiagnosticId("host/io"));
}

}  // namespace
}  // namespace provision
