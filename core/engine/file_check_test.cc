#include "core/engine/file_check.h"

#include "absl/strings/str_cat.h"
#include "core/testing/fake_system.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

constexpr char kDigest[] =
    "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";

class FileCheckTest : public testing::Test {
 protected:
  FileCheckTest() {
    system_.AddFile("/plan/file", "hello\n", 0640);
    system_.ChangeOwner("/plan/file", 7, 8);
    system_.AddFile("/plan/empty", "", 0644);
    system_.AddDirectory("/plan/folder");
    system_.AddSymlink("/plan/link", "file");
    system_.AddSymlink("/plan/dangling", "nowhere");
  }

  absl::StatusOr<FileComparison> Compare(const std::string& file) {
    return CompareFile(ParseText<Check::File>(file), "/plan", system_);
  }

  FakeSystem system_;
};

TEST_F(FileCheckTest, Holds) {
  for (const std::string& file :
       {std::string(R"(path: "file")"),
        std::string(R"(path: "/plan/file" mode: "0640" uid: 7 gid: 8)"),
        std::string(R"(path: "file" mode: "640" type: FILE)"),
        absl::StrCat("path: 'file' sha256: '", kDigest, "'"),
        absl::StrCat("path: 'link' sha256: '", kDigest, "'"),
        std::string(R"(path: "empty" type: FILE)"),
        std::string(R"(path: "link" target: "file")"),
        std::string(R"(path: "link" type: SYMLINK)"),
        std::string(R"(path: "link" type: FILE)"),
        std::string(R"(path: "dangling" target: "nowhere")"),
        std::string(R"(path: "folder" type: DIRECTORY)"),
        std::string(R"(path: "none" type: ABSENT)")}) {
    ASSERT_OK_AND_ASSIGN(FileComparison compared, Compare(file));
    EXPECT_TRUE(compared.holds) << file << ": " << compared.found;
  }
}

TEST_F(FileCheckTest, SaysWhatDiffers) {
  struct Case {
    const char* file;
    const char* expected;
    const char* found;
  };
  for (const Case& c : {
           Case{R"(path: "none")", "something", "nothing"},
           Case{R"(path: "dangling")", "something", "nothing"},
           Case{R"(path: "none" uid: 7)", "user 7", "nothing"},
           Case{R"(path: "file" mode: "0600")", "mode 0600",
                "file mode 0640 user 7 group 8"},
           Case{R"(path: "file" gid: 9)", "group 9",
                "file mode 0640 user 7 group 8"},
           Case{R"(path: "file" sha256: "00")", "file sha256:00",
                "file mode 0640 user 7 group 8 sha256:5891b5b522d5"},
           Case{R"(path: "folder" sha256: "00")", "file sha256:00",
                "directory mode 0755 user 0 group 0"},
           Case{R"(path: "link" target: "other")", "link to other",
                "link to file mode 0777 user 0 group 0"},
           Case{R"(path: "file" target: "x")", "link to x",
                "file mode 0640 user 7 group 8"},
           Case{R"(path: "file" type: ABSENT)", "nothing",
                "file mode 0640 user 7 group 8"},
           // A link to nothing is something in the way.
           Case{R"(path: "dangling" type: ABSENT)", "nothing",
                "link to nowhere mode 0777 user 0 group 0"},
       }) {
    ASSERT_OK_AND_ASSIGN(FileComparison compared, Compare(c.file));
    EXPECT_FALSE(compared.holds) << c.file;
    EXPECT_EQ(compared.expected, c.expected) << c.file;
    EXPECT_EQ(compared.found, c.found) << c.file;
  }
}

TEST_F(FileCheckTest, AModeIsOctal) {
  for (const char* mode : {"rw", "08", "99999", "-1", "7777777"}) {
    EXPECT_THAT(Compare(absl::StrCat("path: 'file' mode: '", mode, "'")),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << mode;
  }
}

}  // namespace
}  // namespace provision
