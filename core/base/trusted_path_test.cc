#include "core/base/trusted_path.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::HasSubstr;

TEST(LinkOwnersTest, TheOverflowIdIsRootOnlyWhereRootIsNotMapped) {
  struct Case {
    const char* uid_map;
    bool trusts_overflow;
  };
  for (const Case& c : {
           Case{"         0          0 4294967295\n", false},
           Case{"      1000       1000          1\n", true},
           Case{"      1000       1000 1\n 0 100000 1\n", false},
           Case{"", false},  // no /proc
       }) {
    const LinkOwners owners = LinkOwnersFrom(1000, c.uid_map, "65534\n");
    EXPECT_EQ(owners.Trusts(65534), c.trusts_overflow) << c.uid_map;
    EXPECT_TRUE(owners.Trusts(0));
    EXPECT_TRUE(owners.Trusts(1000));
    EXPECT_FALSE(owners.Trusts(1001));
  }
}

class TrustedPathTest : public testing::Test {
 protected:
  void SetUp() override {
    char* real = realpath(folder_.path().c_str(), nullptr);
    root_ = real;
    free(real);
    mkdir((root_ + "/a").c_str(), 0755);
    mkdir((root_ + "/a/b").c_str(), 0755);
  }

  std::string Link(const std::string& target, const std::string& name) {
    EXPECT_EQ(symlink(target.c_str(), (root_ + "/" + name).c_str()), 0);
    return root_ + "/" + name;
  }

  TemporaryFolder folder_;
  std::string root_;
  // As whoever runs the test: the links made here are trusted.
  LinkOwners owners_{geteuid(), 65534};
};

TEST_F(TrustedPathTest, ResolvesTrustedLinks) {
  Link("a/b", "relative");
  Link(root_ + "/a", "absolute");
  Link("../a/./b/..", "a/up");
  struct Case {
    const char* path;
    const char* resolved;
  };
  for (const Case& c : {
           Case{"/a/b", "/a/b"},
           Case{"/a//b/", "/a/b"},
           Case{"/a/../a/./b", "/a/b"},
           Case{"/relative", "/a/b"},
           Case{"/absolute/b", "/a/b"},
           Case{"/a/up/b", "/a/b"},
           // As the kernel does: `..` of where the link leads to.
           Case{"/relative/..", "/a"},
       }) {
    ASSERT_OK_AND_ASSIGN(TrustedPath opened,
                         OpenTrustedDirectory(root_ + c.path, owners_));
    EXPECT_EQ(opened.path, root_ + c.resolved) << c.path;
    struct stat by_name, by_descriptor;
    ASSERT_EQ(stat(opened.path.c_str(), &by_name), 0);
    ASSERT_EQ(fstat(opened.descriptor.get(), &by_descriptor), 0);
    EXPECT_EQ(by_name.st_ino, by_descriptor.st_ino) << c.path;
  }
}

TEST_F(TrustedPathTest, OpensTheRoot) {
  ASSERT_OK_AND_ASSIGN(TrustedPath opened, OpenTrustedDirectory("/", owners_));
  EXPECT_EQ(opened.path, "/");
}

TEST_F(TrustedPathTest, RefusesALinkOfSomebodyElse) {
  const std::string link = Link("a", "foreign");
  LinkOwners others{geteuid() + 1, absl::nullopt};
  if (geteuid() == 0) {
    if (lchown(link.c_str(), 4242, 4242) != 0) {
      GTEST_SKIP() << "this root cannot give a link away";
    }
    others = owners_;
  }
  const absl::Status status =
      OpenTrustedDirectory(link + "/b", others).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kPermissionDenied,
                               HasSubstr("not to be trusted")));
  EXPECT_THAT(status, HasDiagnosticId("host/link"));
  EXPECT_THAT(DiagnosticFromStatus(status).detail(0).text(), link);
}

TEST_F(TrustedPathTest, Refuses) {
  Link("loop", "loop");
  folder_.Write("file", "");
  struct Case {
    std::string path;
    absl::StatusCode code;
  };
  for (const Case& c : {
           Case{root_ + "/missing", absl::StatusCode::kNotFound},
           Case{root_ + "/file", absl::StatusCode::kNotFound},
           Case{root_ + "/loop", absl::StatusCode::kFailedPrecondition},
           Case{"relative", absl::StatusCode::kInvalidArgument},
           Case{"", absl::StatusCode::kInvalidArgument},
           Case{std::string("/a\0b", 4), absl::StatusCode::kInvalidArgument},
       }) {
    EXPECT_THAT(OpenTrustedDirectory(c.path, owners_).status(),
                StatusIs(c.code))
        << c.path;
  }
}

}  // namespace
}  // namespace provision
