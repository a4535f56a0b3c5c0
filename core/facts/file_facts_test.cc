#include "core/facts/file_facts.h"

#include "core/base/crypto.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::SizeIs;

class FileFactsTest : public testing::Test {
 protected:
  FileFactsTest() {
    system_.AddFile("/srv/b", "text", 0640);
    system_.AddSymlink("/srv/a", "b");
    system_.AddFile("/srv/dir/inner", "12345");
    system_.AddSymlink("/srv/dir/up", "..");
    system_.AddOther("/srv/pipe");
    system_.AddFile("/proc/self/mountinfo",
                    "28 1 254:1 / / rw - ext4 /dev/vda1 rw\n"
                    "29 28 0:30 / /srv/dir rw - nfs4 host:/x rw\n");
  }

  FakeSystem system_;
};

FactValue::Absent::Reason ReasonOf(const FactValue& value) {
  return value.absent().reason();
}

TEST_F(FileFactsTest, AFileComesInChunks) {
  FactQuery::File query;
  query.set_path("/srv/a");
  EXPECT_THAT(ReadFileFact(system_, query),
              EqualsProto("file { chunk: 'text' }"));
  system_.AddFile("/srv/b", std::string((256 << 10) + 1, 'x'));
  FactValue large = ReadFileFact(system_, query);
  ASSERT_THAT(large.file().chunk(), SizeIs(2));
  EXPECT_THAT(large.file().chunk(0), SizeIs(256 << 10));
  EXPECT_THAT(large.file().chunk(1), SizeIs(1));
  system_.AddFile("/srv/b", "");
  EXPECT_THAT(ReadFileFact(system_, query), EqualsProto("file {}"));
}

TEST_F(FileFactsTest, AFileThatCannotBeReadSaysWhy) {
  FactQuery::File query;
  query.set_path("/srv/none");
  EXPECT_EQ(ReasonOf(ReadFileFact(system_, query)), FactValue::Absent::MISSING);
  query.set_path("/srv");
  EXPECT_EQ(ReasonOf(ReadFileFact(system_, query)), FactValue::Absent::FAILED);
  query.set_path("/srv/b");
  system_.AddFile("/srv/b", std::string((16 << 20) + 1, 'x'));
  EXPECT_EQ(ReasonOf(ReadFileFact(system_, query)),
            FactValue::Absent::TOO_LARGE);
  system_.AddFile("/srv/b", "", 0600);
  system_.SetIdentity({.uid = 7, .gid = 7});
  EXPECT_EQ(ReasonOf(ReadFileFact(system_, query)), FactValue::Absent::DENIED);
}

TEST_F(FileFactsTest, MetadataFollowsOnlyIfAsked) {
  FactQuery::Metadata query;
  query.set_path("/srv/a");
  PathState link = ReadMetadataFact(system_, query).metadata();
  EXPECT_EQ(link.type(), PathState::SYMLINK);
  EXPECT_EQ(link.target(), "b");
  EXPECT_FALSE(link.has_size());
  query.set_follow(true);
  PathState file = ReadMetadataFact(system_, query).metadata();
  EXPECT_EQ(file.type(), PathState::FILE);
  EXPECT_EQ(file.mode(), 0640u);
  EXPECT_EQ(file.size(), 4u);
  EXPECT_GT(file.inode(), 0u);
  EXPECT_FALSE(file.has_target());
  query.set_path("/srv/pipe");
  EXPECT_EQ(ReadMetadataFact(system_, query).metadata().type(),
            PathState::OTHER);
  query.set_path("/srv/none");
  EXPECT_EQ(ReasonOf(ReadMetadataFact(system_, query)),
            FactValue::Absent::MISSING);
  system_.AddDirectory("/closed", 0700);
  system_.SetIdentity({.uid = 7, .gid = 7});
  query.set_path("/closed/x");
  EXPECT_EQ(ReasonOf(ReadMetadataFact(system_, query)),
            FactValue::Absent::DENIED);
}

TEST_F(FileFactsTest, AListingIsSortedAndFollowsNoLinkBelow) {
  FactQuery::Listing query;
  query.set_path("/srv");
  EXPECT_THAT(ReadListingFact(system_, query), EqualsProto(R"pb(
                listing {
                  entry { name: "a" type: SYMLINK }
                  entry { name: "b" type: FILE }
                  entry { name: "dir" type: DIRECTORY }
                  entry { name: "pipe" type: OTHER }
                })pb"));
  query.set_recursive(true);
  // "dir-x" sorts between "dir" and "dir/inner".
  system_.AddFile("/srv/dir-x", "");
  EXPECT_THAT(ReadListingFact(system_, query), EqualsProto(R"pb(
                listing {
                  entry { name: "a" type: SYMLINK target: "b" }
                  entry { name: "b" type: FILE size: 4 }
                  entry { name: "dir" type: DIRECTORY }
                  entry { name: "dir-x" type: FILE size: 0 }
                  entry { name: "dir/inner" type: FILE size: 5 }
                  entry { name: "dir/up" type: SYMLINK target: ".." }
                  entry { name: "pipe" type: OTHER }
                })pb"));
}

TEST_F(FileFactsTest, AListingIsWholeOrAbsent) {
  FactQuery::Listing query;
  query.set_path("/srv/none");
  EXPECT_EQ(ReasonOf(ReadListingFact(system_, query)),
            FactValue::Absent::MISSING);
  query.set_path("/srv/b");
  EXPECT_EQ(ReasonOf(ReadListingFact(system_, query)),
            FactValue::Absent::MISSING);
  query.set_path("/srv");
  query.set_recursive(true);
  system_.AddDirectory("/srv/dir/closed", 0700);
  system_.SetIdentity({.uid = 7, .gid = 7});
  EXPECT_EQ(ReasonOf(ReadListingFact(system_, query)),
            FactValue::Absent::DENIED);
}

TEST_F(FileFactsTest, ADigestIsOfTheWholeContent) {
  FactQuery::Digest query;
  query.set_path("/srv/a");
  for (size_t size : {0, 1, 256 << 10, (256 << 10) + 1}) {
    const std::string content(size, 'x');
    system_.AddFile("/srv/b", content);
    PathState digest = ReadDigestFact(system_, query).digest();
    EXPECT_EQ(digest.sha256(), Sha256Hex(content));
    EXPECT_EQ(digest.size(), size);
  }
  query.set_path("/srv");
  EXPECT_EQ(ReasonOf(ReadDigestFact(system_, query)),
            FactValue::Absent::FAILED);
}

TEST_F(FileFactsTest, AFileSystemIsThatOfTheNearestParent) {
  FileSystemSpace space;
  space.free_bytes = 100;
  space.free_inodes = 10;
  space.total_inodes = 20;
  space.type = 0x6969;
  system_.SetSpace(space);
  FactQuery::FileSystem query;
  const struct {
    const char* path;
    const char* type;
  } kCases[] = {{"/srv/a", "ext4"},
                {"/srv/dir/new/deeper", "nfs4"},
                {"/srv/dir/up/new", "ext4"},
                {"/", "ext4"}};
  for (const auto& c : kCases) {
    query.set_path(c.path);
    FactValue::FileSystem found =
        ReadFileSystemFact(system_, query).file_system();
    EXPECT_EQ(found.type(), c.type) << c.path;
    EXPECT_EQ(found.magic(), 0x6969u);
    EXPECT_EQ(found.free_bytes(), 100u);
    EXPECT_EQ(found.free_inodes(), 10u);
  }
  space.total_inodes = 0;
  system_.SetSpace(space);
  EXPECT_FALSE(
      ReadFileSystemFact(system_, query).file_system().has_free_inodes());
}

TEST_F(FileFactsTest, MountsAreThoseOfThisProcess) {
  EXPECT_THAT(ReadMountsFact(system_).mounts().mount(), SizeIs(2));
  system_.RemoveTree("/proc/self/mountinfo");
  EXPECT_EQ(ReasonOf(ReadMountsFact(system_)), FactValue::Absent::MISSING);
}

}  // namespace
}  // namespace provision
