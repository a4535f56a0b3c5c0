#include "bundles/archive_unpacker.h"

#include <map>
#include <string>

#include "bundles/testing/compress.h"
#include "bundles/testing/tar_builder.h"
#include "bundles/testing/zip_builder.h"
#include "core/base/crypto.h"
#include "core/base/local_system.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

const ArchiveRules kUpstream = {.profile = ArchiveProfile::kUpstream};

class ArchiveUnpackerTest : public testing::Test {
 protected:
  ArchiveUnpackerTest() {
    system_.AddDirectory("/new", 0700);
    destination_ = *system_.OpenDirectory("/new");
  }

  absl::Status Unpack(const std::string& bytes, const ArchiveRules& rules) {
    MemoryByteSource source(bytes);
    PROVISION_ASSIGN_OR_RETURN(ArchiveListing listing,
                               unpacker_->Scan(source, rules));
    return unpacker_->Unpack(source, rules, listing, *destination_);
  }

  std::unique_ptr<ArchiveUnpacker> unpacker_ = NewArchiveUnpacker();
  FakeSystem system_;
  std::unique_ptr<Directory> destination_;
};

std::string Tar() {
  return TarBuilder()
      .Add({.name = "./", .type = '5', .mode = "0000777"})
      .Add({.name = "./p/", .type = '5'})
      .Add({.name = "./p/l", .type = '2', .link = "bin/t"})
      .Add({.name = "./p/bin/t", .data = "tool", .mode = "0000755"})
      .Add({.name = "./p/h", .type = '1', .link = "./p/bin/t"})
      .Extended('x', PaxRecord("path", "p/e\u0301"))
      .Add({.name = "x", .data = "decomposed"})
      .Add({.name = "other", .data = "abc"})
      .Finish();
}

TEST_F(ArchiveUnpackerTest, EveryFormatMakesTheSameTree) {
  std::map<std::string, std::string> first;
  for (const std::string& bytes :
       {Tar(), GzipForTest(Tar()), ZstdForTest(Tar()), XzForTest(Tar())}) {
    system_.RemoveTree("/new");
    system_.AddDirectory("/new", 0700);
    destination_ = *system_.OpenDirectory("/new");
    ASSERT_OK(Unpack(bytes, kUpstream));
    const auto snapshot = system_.Snapshot("/new");
    if (first.empty()) {
      first = snapshot;
      EXPECT_THAT(
          snapshot,
          ElementsAre(Pair("/new", "directory 0700 0:0"),
                      Pair("/new/other", "file 0644 0:0 abc"),
                      Pair("/new/p", "directory 0755 0:0"),
                      Pair("/new/p/bin", "directory 0755 0:0"),
                      Pair("/new/p/bin/t", "file 0755 0:0 tool"),
                      Pair("/new/p/e\u0301", "file 0644 0:0 decomposed"),
                      Pair("/new/p/h", "file 0755 0:0 tool"),
                      Pair("/new/p/l", "link to bin/t")));
    }
    EXPECT_EQ(snapshot, first);
  }
}

TEST_F(ArchiveUnpackerTest, OnTheDiskOfThisMachine) {
  const TemporaryFolder folder;
  const std::unique_ptr<System> system = NewLocalSystem();
  ASSERT_OK_AND_ASSIGN(destination_, system->OpenDirectory(folder.path()));
  ASSERT_OK(Unpack(GzipForTest(Tar()), kUpstream));
  EXPECT_EQ(folder.Read("p/bin/t"), "tool");
  EXPECT_EQ(folder.Read("p/l"), "tool");
  EXPECT_EQ(folder.Read("p/e\u0301"), "decomposed");
  const struct {
    std::string name;
    FileType type;
    uint32_t mode;
  } kCases[] = {{"p", FileType::kDirectory, 0755},
                {"p/bin/t", FileType::kRegular, 0755},
                {"p/h", FileType::kRegular, 0755},
                {"other", FileType::kRegular, 0644}};
  for (const auto& c : kCases) {
    ASSERT_OK_AND_ASSIGN(auto found, destination_->Lstat(c.name));
    ASSERT_TRUE(found.has_value()) << c.name;
    EXPECT_EQ(found->type, c.type) << c.name;
    EXPECT_EQ(found->mode, c.mode) << c.name;
    if (c.type == FileType::kRegular) {
      EXPECT_EQ(found->link_count, 1u) << c.name;
    }
  }
}

TEST_F(ArchiveUnpackerTest, ZipOfEveryMethod) {
  ASSERT_OK(
      Unpack(ZipBuilder()
                 .Add({.name = "a", .data = "stored"})
                 .Add({.name = "d/", .attributes = uint32_t{0040755} << 16})
                 .Add({.name = "d/b", .data = "deflated", .method = 8})
                 .Add({.name = "c", .data = "zstd", .method = 93})
                 .Finish(),
             {}));
  EXPECT_THAT(system_.Snapshot("/new"),
              ElementsAre(Pair("/new", "directory 0700 0:0"),
                          Pair("/new/a", "file 0644 0:0 stored"),
                          Pair("/new/c", "file 0644 0:0 zstd"),
                          Pair("/new/d", "directory 0755 0:0"),
                          Pair("/new/d/b", "file 0644 0:0 deflated")));
}

TEST_F(ArchiveUnpackerTest, OnlyWhatLiesBelowThePrefix) {
  ArchiveRules rules = kUpstream;
  rules.prefix = "p/";
  ASSERT_OK(Unpack(Tar(), rules));
  EXPECT_THAT(system_.Snapshot("/new"),
              ElementsAre(Pair("/new", "directory 0700 0:0"),
                          Pair("/new/bin", "directory 0755 0:0"),
                          Pair("/new/bin/t", "file 0755 0:0 tool"),
                          Pair("/new/e\u0301", "file 0644 0:0 decomposed"),
                          Pair("/new/h", "file 0755 0:0 tool"),
                          Pair("/new/l", "link to bin/t")));
}

TEST_F(ArchiveUnpackerTest, PrefixIsJudgedAsATreeOfItsOwn) {
  const struct {
    std::string bytes, prefix, id, reason;
  } kCases[] = {
      {Tar(), "q", "archive/name", "nothing lies below it"},
      {Tar(), "other", "archive/name", "nothing lies below it"},
      {TarBuilder()
           .Add({.name = "a", .data = "x"})
           .Add({.name = "p/l", .type = '2', .link = "../a"})
           .Finish(),
       "p", "archive/type", "outside"},
      {TarBuilder()
           .Add({.name = "a", .data = "x"})
           .Add({.name = "p/h", .type = '1', .link = "a"})
           .Finish(),
       "p", "archive/type", "not unpacked"},
  };
  for (const auto& c : kCases) {
    ArchiveRules rules = kUpstream;
    rules.prefix = c.prefix;
    MemoryByteSource source(c.bytes);
    absl::Status status = unpacker_->Scan(source, rules).status();
    EXPECT_THAT(status, HasDiagnosticId(c.id));
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument,
                                 HasSubstr(c.reason)));
  }
}

TEST_F(ArchiveUnpackerTest, DigestIsThatOfWhatIsUnpacked) {
  ArchiveRules rules = kUpstream;
  rules.prefix = "p";
  const std::string bytes = Tar();
  MemoryByteSource source(bytes);
  ASSERT_OK_AND_ASSIGN(ArchiveListing all, unpacker_->Scan(source, kUpstream));
  ASSERT_OK_AND_ASSIGN(ArchiveListing below, unpacker_->Scan(source, rules));
  EXPECT_EQ(below.digest, TreeDigest(EntriesBelow(all.entries, "p")));
  EXPECT_NE(below.digest, all.digest);
  EXPECT_EQ(below.entries, all.entries);
}

TEST_F(ArchiveUnpackerTest, BytesThatChangedSinceTheScanAreNoticed) {
  const std::string bytes = TarBuilder()
                                .Add({.name = "a", .data = "abc"})
                                .Add({.name = "b", .data = "def"})
                                .Finish();
  MemoryByteSource source(bytes);
  ASSERT_OK_AND_ASSIGN(ArchiveListing listing, unpacker_->Scan(source, {}));
  const std::string kChanged[] = {
      TarBuilder()
          .Add({.name = "a", .data = "abc"})
          .Add({.name = "b", .data = "deg"})
          .Finish(),
      TarBuilder()
          .Add({.name = "a", .data = "abc"})
          .Add({.name = "c", .data = "def"})
          .Finish(),
      TarBuilder()
          .Add({.name = "a", .data = "abc"})
          .Add({.name = "b", .data = "defg"})
          .Finish(),
      TarBuilder()
          .Add({.name = "a", .data = "abc"})
          .Add({.name = "b", .type = '2', .link = "a"})
          .Finish(),
      TarBuilder().Add({.name = "a", .data = "abc"}).Finish(),
      TarBuilder()
          .Add({.name = "a", .data = "abc"})
          .Add({.name = "b", .data = "def"})
          .Add({.name = "c", .data = "ghi"})
          .Finish(),
      ZipBuilder().Add({.name = "a", .data = "abc"}).Finish(),
      ZipBuilder()
          .Add({.name = "a", .data = "abc"})
          .Add({.name = "b", .data = "deg"})
          .Finish(),
  };
  for (const std::string& changed : kChanged) {
    system_.RemoveTree("/new");
    system_.AddDirectory("/new", 0700);
    destination_ = *system_.OpenDirectory("/new");
    MemoryByteSource other(changed);
    EXPECT_THAT(unpacker_->Unpack(other, {}, listing, *destination_),
                HasDiagnosticId("archive/differs"));
  }
}

TEST_F(ArchiveUnpackerTest, AnErrorOfTheHostEndsIt) {
  system_.LimitFreeBytes(2);
  EXPECT_THAT(
      Unpack(TarBuilder().Add({.name = "a", .data = "abc"}).Finish(), {}),
      HasDiagnosticId("host/no-space"));
}

}  // namespace
}  // namespace provision
