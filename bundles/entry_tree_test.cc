#include "bundles/entry_tree.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "bundles/testing/refusal_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// "d NAME", "f NAME" or "l NAME TARGET" each; the first refusal, or "".
struct Judged {
  std::string refusal;
  std::set<std::string> allowances;
};

Judged Judge(const ArchiveRules& rules,
             const std::vector<std::vector<std::string>>& members) {
  Judged judged;
  EntryTree tree(rules, &judged.allowances);
  absl::Status status;
  for (const std::vector<std::string>& m : members) {
    const ArchiveEntry::Type type = m[0] == "d" ? ArchiveEntry::Type::kDirectory
                                    : m[0] == "f"
                                        ? ArchiveEntry::Type::kFile
                                        : ArchiveEntry::Type::kSymlink;
    status = tree.Add(type, m[1], m.size() > 2 ? m[2] : "");
    if (!status.ok()) break;
  }
  if (status.ok()) status = tree.CheckLinks();
  judged.refusal = RefusalText(status);
  return judged;
}

const ArchiveRules kUpstream = {.profile = ArchiveProfile::kUpstream};

TEST(EntryTreeTest, AcceptsAnyOrderOfDirectories) {
  EXPECT_EQ(Judge({}, {{"f", "a/b/c"}, {"d", "a/b"}, {"d", "a"}, {"f", "a/d"}})
                .refusal,
            "");
}

TEST(EntryTreeTest, EachNameOnce) {
  const struct {
    std::vector<std::vector<std::string>> members;
    std::string id;
  } kCases[] = {
      {{{"f", "a"}, {"f", "a"}}, "archive/duplicate"},
      {{{"d", "a"}, {"d", "a"}}, "archive/duplicate"},
      {{{"f", "a/b"}, {"d", "a"}, {"d", "a"}}, "archive/duplicate"},
      {{{"d", "a"}, {"f", "a"}}, "archive/duplicate"},
      {{{"f", "a/b"}, {"f", "a"}}, "archive/duplicate"},
      {{{"f", "a"}, {"f", "a/b"}}, "archive/duplicate"},
      {{{"f", "b"}, {"l", "a", "b"}, {"f", "a"}}, "archive/duplicate"},
      {{{"d", "b"}, {"l", "a", "b"}, {"f", "a/x"}}, "archive/type"},
      {{{"d", "b"}, {"f", "a/x"}, {"l", "a", "b"}}, "archive/duplicate"},
  };
  for (const auto& c : kCases) {
    for (const ArchiveRules& rules : {ArchiveRules{}, kUpstream}) {
      EXPECT_THAT(Judge(rules, c.members).refusal, HasSubstr(c.id));
    }
  }
}

TEST(EntryTreeTest, NamesThatOtherSystemsTakeForOne) {
  const std::vector<std::vector<std::string>> kForms = {{"f", "\u00e9"},
                                                        {"f", "e\u0301"}};
  const std::vector<std::vector<std::string>> kCase = {{"f", "a/x"},
                                                       {"f", "A/y"}};
  const std::vector<std::vector<std::string>> kFull = {{"f", "stra\u00dfe"},
                                                       {"f", "STRASSE"}};
  for (const auto& members : {kForms, kCase, kFull}) {
    EXPECT_THAT(Judge({}, members).refusal, HasSubstr("[archive/collision]"));
  }
  EXPECT_THAT(Judge(kUpstream, kForms).refusal,
              HasSubstr("[archive/collision]"));
  for (const auto& members : {kCase, kFull}) {
    Judged judged = Judge(kUpstream, members);
    EXPECT_EQ(judged.refusal, "");
    EXPECT_THAT(judged.allowances,
                ElementsAre("names that differ by case only"));
  }
  ArchiveRules windows = kUpstream;
  windows.target_keeps_case = false;
  EXPECT_THAT(Judge(windows, kCase).refusal, HasSubstr("[archive/collision]"));
  EXPECT_THAT(Judge(kUpstream, {{"f", "a"}, {"f", "b"}}).allowances, IsEmpty());
}

TEST(EntryTreeTest, LinksEndInside) {
  const std::vector<std::vector<std::string>> kGood[] = {
      {{"l", "l", "a/b"}, {"f", "a/b"}},
      {{"l", "a/l", "../b"}, {"f", "b"}},
      {{"l", "l", "d"}, {"f", "d/x"}},  // an implied directory
      {{"l", "a/l", "."}, {"f", "a/x"}},
      {{"l", "l", "."}, {"f", "x"}},  // the root
      {{"l", "l", "m/x"}, {"l", "m", "d"}, {"f", "d/x"}},
      {{"l", "a/l", "d/../x"}, {"f", "a/d/y"}, {"f", "a/x"}},
  };
  for (const auto& members : kGood) EXPECT_EQ(Judge({}, members).refusal, "");
  const struct {
    std::vector<std::vector<std::string>> members;
    std::string reason;
  } kBad[] = {
      {{{"l", "l", ".."}}, "outside"},
      {{{"l", "l", "../x"}}, "outside"},
      {{{"l", "a/l", "../../a/x"}, {"f", "a/x"}}, "outside"},
      {{{"l", "l", "x"}}, "does not hold"},
      {{{"l", "l", "l"}}, "more than 8"},
      {{{"l", "a", "b"}, {"l", "b", "a"}}, "more than 8"},
      {{{"l", "l", "x/.."}, {"f", "x"}}, "through a file"},
      {{{"l", "l", "x/y"}, {"f", "x"}}, "through a file"},
      // Lexically inside, but the link in the middle leads up first.
      {{{"l", "d/up", ".."}, {"l", "l", "d/up/../x"}, {"f", "x"}}, "outside"},
  };
  for (const auto& c : kBad) {
    const std::string refusal = Judge({}, c.members).refusal;
    EXPECT_THAT(refusal, HasSubstr(c.reason));
    EXPECT_THAT(refusal, HasSubstr("[archive/type]"));
  }
}

TEST(EntryTreeTest, EightLinksAreFollowedAndNotNine) {
  std::vector<std::vector<std::string>> chain = {{"f", "l8"}};
  for (int i = 7; i >= 0; --i) {
    chain.push_back({"l", absl::StrCat("l", i), absl::StrCat("l", i + 1)});
  }
  EXPECT_EQ(Judge({}, chain).refusal, "");
  chain.push_back({"l", "first", "l0"});
  EXPECT_THAT(Judge({}, chain).refusal, HasSubstr("more than 8"));
}

TEST(EntryTreeTest, NoSymlinksWhereTheRulesSaySo) {
  ArchiveRules rules;
  rules.symlinks = false;
  EXPECT_THAT(Judge(rules, {{"f", "a"}, {"l", "b", "a"}}).refusal,
              HasSubstr("b: symlink [archive/type]"));
}

TEST(EntryTreeTest, HasFileKnowsFilesOnly) {
  std::set<std::string> allowances;
  EntryTree tree({}, &allowances);
  ASSERT_TRUE(tree.Add(ArchiveEntry::Type::kFile, "d/a").ok());
  ASSERT_TRUE(tree.Add(ArchiveEntry::Type::kSymlink, "l", "d/a").ok());
  EXPECT_TRUE(tree.HasFile("d/a"));
  EXPECT_FALSE(tree.HasFile("d"));
  EXPECT_FALSE(tree.HasFile("l"));
  EXPECT_FALSE(tree.HasFile("x"));
}

}  // namespace
}  // namespace provision
