#include "core/testing/fake_files.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::Pair;
using Links = FakeFiles::Links;

class FakeFilesTest : public testing::Test {
 protected:
  FakeFilesTest() {
    files_.Add("/srv/app/motd", FileType::kRegular, 0644)->content = "hello";
    files_.Add("/srv/link", FileType::kSymlink, 0777)->target = "app";
    files_.Add("/srv/loop", FileType::kSymlink, 0777)->target = "loop";
  }

  std::string Found(absl::string_view path, Links links = Links::kFollow) {
    absl::StatusOr<FakePlace> place = files_.Find("find", path, links);
    return place.ok() ? place->path : DiagnosticId(place.status());
  }

  FakeFiles files_;
};

TEST_F(FakeFilesTest, FindsThroughLinks) {
  EXPECT_EQ(Found("/"), "/");
  EXPECT_EQ(Found("/srv/app/motd"), "/srv/app/motd");
  EXPECT_EQ(Found("/srv/link/motd"), "/srv/app/motd");
  EXPECT_EQ(Found("/srv/link/../link/./motd"), "/srv/app/motd");
  EXPECT_EQ(Found("/srv/link"), "/srv/app");
  EXPECT_EQ(Found("/srv/link", Links::kKeepLast), "/srv/link");
  EXPECT_EQ(Found("/srv/link/motd", Links::kKeepLast), "/srv/app/motd");
  EXPECT_EQ(Found("/srv/none"), "host/missing");
  EXPECT_EQ(Found("/srv/app/motd/x"), "host/missing");
  EXPECT_EQ(Found("/srv/loop"), "host/io");
  EXPECT_THAT(files_.Find("find", "srv", Links::kFollow),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(FakeFilesTest, FollowsOnlyTrustedLinksWhereAsked) {
  EXPECT_EQ(Found("/srv/link", Links::kFollowTrusted), "/srv/app");
  files_.Find("find", "/srv/link", Links::kKeepLast)->node->uid = 7;
  EXPECT_EQ(Found("/srv/link", Links::kFollowTrusted), "host/permission");
  EXPECT_EQ(Found("/srv/link"), "/srv/app");
  files_.identity.uid = 7;
  EXPECT_EQ(Found("/srv/link", Links::kFollowTrusted), "/srv/app");
}

TEST_F(FakeFilesTest, NamesBelowNeverLeadThroughALink) {
  ASSERT_OK_AND_ASSIGN(FakePlace srv,
                       files_.Find("find", "/srv", Links::kFollow));
  ASSERT_OK_AND_ASSIGN(FakeEntry motd,
                       files_.FindBelow("open", srv, "app/motd"));
  EXPECT_EQ(motd.path, "/srv/app/motd");
  EXPECT_NE(motd.node, nullptr);
  ASSERT_OK_AND_ASSIGN(FakeEntry absent, files_.FindBelow("open", srv, "new"));
  EXPECT_EQ(absent.node, nullptr);
  EXPECT_EQ(absent.name, "new");
  EXPECT_OK(files_.FindBelow("open", srv, "link"));
  EXPECT_THAT(files_.FindBelow("open", srv, "link/motd"),
              HasDiagnosticId("host/io"));
  for (const char* name : {"", "/srv", "../srv", "app/../.."}) {
    EXPECT_THAT(files_.FindBelow("open", srv, name),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << name;
  }
}

TEST_F(FakeFilesTest, PermissionsAreThoseOfTheIdentity) {
  FakeNode node;
  node.mode = 0640;
  node.uid = 1;
  node.gid = 2;
  EXPECT_TRUE(files_.Allowed(node, 7));
  files_.identity.uid = 1;
  files_.identity.gid = 9;
  EXPECT_TRUE(files_.Allowed(node, 6));
  EXPECT_FALSE(files_.Allowed(node, 1));
  files_.identity.uid = 3;
  EXPECT_FALSE(files_.Allowed(node, 4));
  files_.identity.groups = {2};
  EXPECT_TRUE(files_.Allowed(node, 4));
  EXPECT_FALSE(files_.Allowed(node, 2));
}

TEST_F(FakeFilesTest, APowerCutTakesWhatWasNotSynced) {
  ASSERT_OK_AND_ASSIGN(FakePlace app,
                       files_.Find("find", "/srv/app", Links::kFollow));
  ASSERT_OK_AND_ASSIGN(FakeEntry entry, files_.FindBelow("open", app, "new"));
  std::shared_ptr<FakeNode> node =
      files_.NewNode(FileType::kRegular, 0600, app.node->device);
  node->content = "lost";
  files_.Attach(entry, node);
  app.node->MakeDurable();
  files_.PowerCut();
  EXPECT_THAT(files_.Snapshot("/srv/app"),
              ElementsAre(Pair("/srv/app", "directory 0755 0:0"),
                          Pair("/srv/app/motd", "file 0644 0:0 "),
                          Pair("/srv/app/new", "file 0600 0:0 ")));
}

TEST_F(FakeFilesTest, SpaceIsLimitedOnlyWhereAsked) {
  EXPECT_EQ(files_.TakeSpace(uint64_t{1} << 50), uint64_t{1} << 50);
  files_.limited = true;
  files_.space.free_bytes = 10;
  EXPECT_EQ(files_.TakeSpace(7), 7u);
  EXPECT_EQ(files_.TakeSpace(7), 3u);
  files_.GiveSpaceBack(2);
  EXPECT_EQ(files_.TakeSpace(7), 2u);
}

}  // namespace
}  // namespace provision
