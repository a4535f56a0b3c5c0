#include "bundles/member_match.h"

#include "core/testing/testing.h"

namespace provision {
namespace {

using Ours = ArchiveEntry::Type;
using Theirs = ReaderMember::Type;

TEST(MemberMatchTest, ComparesWhatBothKnow) {
  const struct {
    ReaderMember theirs;
    ArchiveEntry ours;
    bool same;
  } kCases[] = {
      {{"a", Theirs::kFile, 1, ""}, {.path = "a", .size = 1}, true},
      {{"./a", Theirs::kFile, 1, ""}, {.path = "a", .size = 1}, true},
      {{"a", Theirs::kFile, 2, ""}, {.path = "a", .size = 1}, false},
      {{"b", Theirs::kFile, 1, ""}, {.path = "a", .size = 1}, false},
      {{"a", Theirs::kFile, 1, ""},
       {.path = "a", .size = 1, .copy_of = "b"},
       false},
      {{"a", Theirs::kHardLink, 0, "./b"}, {.path = "a", .copy_of = "b"}, true},
      {{"a", Theirs::kHardLink, 0, "c"}, {.path = "a", .copy_of = "b"}, false},
      {{"a/", Theirs::kDirectory, 0, ""},
       {.path = "a", .type = Ours::kDirectory},
       true},
      {{"a", Theirs::kDirectory, 0, ""}, {.path = "a"}, false},
      {{"a", Theirs::kSymlink, 0, "b"},
       {.path = "a", .type = Ours::kSymlink, .target = "b"},
       true},
      {{"a", Theirs::kSymlink, 0, "c"},
       {.path = "a", .type = Ours::kSymlink, .target = "b"},
       false},
      {{"a", Theirs::kOther, 0, ""}, {.path = "a"}, false},
      {{"e\u0301", Theirs::kFile, 0, ""}, {.path = "\u00e9"}, true},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(IsSameMember(c.theirs, c.ours), c.same)
        << c.theirs.name << " " << c.ours.path;
  }
}

TEST(MemberMatchTest, TheRootIsAFolder) {
  EXPECT_TRUE(IsRootMember({"./", Theirs::kDirectory, 0, ""}));
  EXPECT_TRUE(IsRootMember({".", Theirs::kDirectory, 0, ""}));
  EXPECT_FALSE(IsRootMember({"./", Theirs::kFile, 0, ""}));
  EXPECT_FALSE(IsRootMember({"a", Theirs::kDirectory, 0, ""}));
}

}  // namespace
}  // namespace provision
