#include "core/api/proposal.h"

#include <functional>

#include "core/api/proposal.pb.h"
#include "core/base/crypto.h"
#include "core/testing/fake_facts.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using testing::SizeIs;

class ActionListTest : public testing::Test {
 protected:
  ActionListTest() {
    host_.AddDirectory("/srv");
    host_.AddFile("/srv/motd", "hello", 0644, 7, 8);
    host_.AddSymlink("/srv/link", "motd");
    for (const char* path : {"/srv/new", "/srv/a", "/srv/a/b", "/srv/a/b/c"}) {
      host_.AddMissing(path);
    }
  }

  FakeFacts host_;
  Facts facts_{host_, {}};
  ActionList list_{facts_};
};

TEST_F(ActionListTest, ProposesNothingWhereAllIsAsWanted) {
  list_.MakeDirectory("/srv", 0755);
  list_.MakeDirectory("/srv", 0755, {.uid = 0});
  list_.WriteFile("/srv/motd", "hello", 0644);
  list_.WriteFile("/srv/motd", "hello", 0644, {.uid = 7, .gid = 8});
  list_.Link("/srv/link", "motd");
  list_.Remove("/srv/new", true);
  EXPECT_TRUE(list_.empty());
}

// Against the contract, but it has to end.
TEST_F(ActionListTest, ARelativePathDoesNotHang) {
  host_.AddMissing("motd");
  host_.AddDirectory(".");
  list_.WriteFile("motd", "hello", 0644);
  EXPECT_EQ(list_.actions().size(), 1u);
}

TEST_F(ActionListTest, EachDifferenceIsAnAction) {
  const struct {
    const char* what;
    std::function<void(ActionList&)> ask;
  } kCases[] = {
      {"mode of a directory",
       [](ActionList& list) { list.MakeDirectory("/srv", 0700); }},
      {"owner of a directory",
       [](ActionList& list) { list.MakeDirectory("/srv", 0755, {.uid = 1}); }},
      {"content",
       [](ActionList& list) { list.WriteFile("/srv/motd", "x", 0644); }},
      {"mode",
       [](ActionList& list) { list.WriteFile("/srv/motd", "hello", 0600); }},
      {"owner",
       [](ActionList& list) {
         list.WriteFile("/srv/motd", "hello", 0644, {.uid = 1});
       }},
      {"group",
       [](ActionList& list) {
         list.WriteFile("/srv/motd", "hello", 0644, {.gid = 1});
       }},
      {"target", [](ActionList& list) { list.Link("/srv/link", "other"); }},
      {"a link in place of a file",
       [](ActionList& list) { list.Link("/srv/motd", "other"); }},
      {"removal", [](ActionList& list) { list.Remove("/srv/motd", false); }}};
  for (const auto& c : kCases) {
    ActionList list(facts_);
    c.ask(list);
    EXPECT_THAT(list.actions(), SizeIs(1)) << c.what;
  }
}

TEST_F(ActionListTest, AnActionCarriesWhatWasSeen) {
  list_.WriteFile("/srv/motd", "bye", 0600, {.uid = 1, .gid = 2});
  Proposal proposal;
  list_.AppendTo(proposal.mutable_action());
  Action expected = ParseText<Action>(R"pb(
    write_file { path: "/srv/motd" content: "bye" mode: 384 uid: 1 gid: 2 }
    before {
      path: "/srv/motd"
      state { type: FILE mode: 420 uid: 7 gid: 8 }
    }
  )pb");
  expected.mutable_before(0)->mutable_state()->set_sha256(Sha256Hex("hello"));
  ASSERT_THAT(proposal.action(), SizeIs(1));
  EXPECT_THAT(proposal.action(0), EqualsProto(expected));
}

TEST_F(ActionListTest, ASecretIsAlwaysProposedWithoutADigest) {
  SecretReference secret;
  secret.set_env("TOKEN");
  list_.WriteSecret("/srv/motd", secret, {.uid = 7});
  ASSERT_THAT(list_.actions(), SizeIs(1));
  EXPECT_THAT(list_.actions()[0], EqualsProto(R"pb(
                write_file {
                  path: "/srv/motd"
                  secret { env: "TOKEN" }
                  mode: 384
                  uid: 7
                }
                before {
                  path: "/srv/motd"
                  state { type: FILE mode: 420 uid: 7 gid: 8 }
                })pb"));
  for (const Fact& fact : facts_.record()) {
    EXPECT_FALSE(fact.query().has_digest());
  }
}

TEST_F(ActionListTest, WhatAnEarlierStepProvidesIsNotMadeHere) {
  Facts facts(host_, {.assumed = {{"/srv/a", "python"}}});
  ActionList list(facts);
  list.WriteFile("/srv/a/b/c", "x", 0644);
  ASSERT_THAT(list.actions(), SizeIs(1));
  EXPECT_EQ(list.actions()[0].write_file().path(), "/srv/a/b/c");
}

TEST_F(ActionListTest, MissingParentsAreMadeFirst) {
  list_.WriteFile("/srv/a/b/c", "x", 0644);
  ASSERT_THAT(list_.actions(), SizeIs(3));
  EXPECT_THAT(list_.actions()[0], EqualsProto(R"pb(
                make_directory { path: "/srv/a" mode: 493 }
                before {
                  path: "/srv/a"
                  state { type: ABSENT }
                })pb"));
  EXPECT_EQ(list_.actions()[1].make_directory().path(), "/srv/a/b");
  EXPECT_THAT(list_.actions()[2], EqualsProto(R"pb(
                write_file { path: "/srv/a/b/c" content: "x" mode: 420 }
                before {
                  path: "/srv/a/b/c"
                  state { type: ABSENT }
                })pb"));
}

TEST_F(ActionListTest, RemembersWhatItProposed) {
  list_.MakeDirectory("/srv/a", 0700);
  list_.WriteFile("/srv/a/b", "x", 0644);
  list_.WriteFile("/srv/a/b", "x", 0644);
  list_.Remove("/srv/motd", false);
  list_.Remove("/srv/motd", false);
  EXPECT_THAT(list_.actions(), SizeIs(3));
}

TEST_F(ActionListTest, ADirectoryThatWasThereKeepsItsContent) {
  list_.MakeDirectory("/srv", 0700);
  list_.WriteFile("/srv/motd", "hello", 0644);
  EXPECT_THAT(list_.actions(), SizeIs(1));
}

TEST_F(ActionListTest, AnyOtherActionIsAddedAsItIs) {
  Action run = ParseText<Action>("run { argv: '/bin/true' }");
  list_.Add(run);
  Action unpack =
      ParseText<Action>("unpack { sha256: 'aa' destination: '/srv/a/b' }");
  list_.Add(unpack, "/srv/a/b");
  list_.WriteFile("/srv/a/b/c", "x", 0644);
  ASSERT_THAT(list_.actions(), SizeIs(4));
  EXPECT_THAT(list_.actions()[0], EqualsProto(run));
  EXPECT_EQ(list_.actions()[1].make_directory().path(), "/srv/a");
  EXPECT_EQ(list_.actions()[2].before(0).path(), "/srv/a/b");
  EXPECT_TRUE(list_.actions()[3].has_write_file());
}

TEST(PathStateTest, ComparesOnlyWhatStays) {
  PathState state = ParseText<PathState>(
      "type: FILE mode: 420 sha256: 'aa' size: 2 inode: 3 device: 4 "
      "modified_ns: 5");
  EXPECT_THAT(ComparableState(state),
              EqualsProto("type: FILE mode: 420 sha256: 'aa'"));
  // The mode of a link means nothing.
  EXPECT_THAT(ComparableState(ParseText<PathState>(
                  "type: SYMLINK mode: 511 uid: 1 target: 'x'")),
              EqualsProto("type: SYMLINK uid: 1 target: 'x'"));
}

TEST(PathStateTest, MatchesWhatTheExpectationSets) {
  const struct {
    const char* expected;
    bool matches;
  } kCases[] = {{"", true},
                {"type: FILE", true},
                {"type: DIRECTORY", false},
                {"mode: 420", true},
                {"mode: 384", false},
                {"uid: 1", true},
                {"uid: 2", false},
                {"gid: 2", true},
                {"gid: 1", false},
                {"sha256: 'aa'", true},
                {"sha256: 'bb'", false},
                {"target: 'x'", false},
                {"inode: 9", true}};
  const PathState found =
      ParseText<PathState>("type: FILE mode: 420 uid: 1 gid: 2 sha256: 'aa'");
  for (const auto& c : kCases) {
    EXPECT_EQ(StateMatches(ParseText<PathState>(c.expected), found), c.matches)
        << c.expected;
  }
}

TEST(PathStateTest, IsDescribedForPeople) {
  const struct {
    const char* state;
    const char* text;
  } kCases[] = {{"type: ABSENT", "nothing"},
                {"type: SYMLINK target: '../x'", "link to ../x"},
                {"type: FILE mode: 420", "file 0644"},
                {"type: FILE mode: 384 sha256: '4a51ce60007aaaaaaaaa'",
                 "file 0600 sha256:4a51ce60007a"},
                {"type: DIRECTORY mode: 493", "directory 0755"},
                {"type: OTHER", "something that is no file, directory or link"},
                {"", "unknown"}};
  for (const auto& c : kCases) {
    EXPECT_EQ(DescribeState(ParseText<PathState>(c.state)), c.text);
  }
}

}  // namespace
}  // namespace provision
