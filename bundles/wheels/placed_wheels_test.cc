#include "bundles/wheels/placed_wheels.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "bundles/testing/refusal_text.h"
#include "bundles/testing/wheel_builder.h"
#include "core/base/crypto.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const char kSite[] = "lib/python3.11/site-packages/";

// Some wheels, placed together.
class PlacedWheelsTest : public testing::Test {
 protected:
  void Add(const WheelSpec& spec, WheelInput input = {}) {
    bytes_.push_back(std::make_unique<std::string>(BuildWheel(spec)));
    sources_.push_back(std::make_unique<MemoryByteSource>(*bytes_.back()));
    WheelRules rules;
    rules.python = *PythonVersion::Parse("3.11.7");
    rules.tags = {"py3-none-any"};
    input.file = WheelFileName(spec);
    input.archive = sources_.back().get();
    ASSERT_OK_AND_ASSIGN(Wheel wheel,
                         Wheel::Open(*input.archive, input.file, rules));
    wheels_.push_back(std::move(wheel));
    inputs_.push_back(std::move(input));
  }

  std::string Place(FileConflicts conflicts = FileConflicts::kLastWins) {
    placed_ =
        std::make_unique<PlacedWheels>(wheels_, inputs_, scheme_, conflicts,
                                       /*threads=*/2);
    return RefusalText(placed_->Place());
  }

  std::vector<std::string> Paths() const {
    std::vector<std::string> paths;
    for (const auto& [path, file] : placed_->files()) paths.push_back(path);
    return paths;
  }

  const PlacedFile& File(const std::string& path) const {
    return placed_->files().at(path);
  }
  const PlacedFile& InSite(const std::string& path) const {
    return File(kSite + path);
  }

  const WheelScheme scheme_ = {.interpreter = "/v/bin/python",
                               .python_version = "3.11.7",
                               .site_packages = "lib/python3.11/site-packages",
                               .tags = {}};
  std::vector<std::unique_ptr<std::string>> bytes_;
  std::vector<std::unique_ptr<MemoryByteSource>> sources_;
  std::vector<Wheel> wheels_;
  std::vector<WheelInput> inputs_;
  std::unique_ptr<PlacedWheels> placed_;
};

TEST_F(PlacedWheelsTest, EverythingHasItsPlaceAndItsLineInRecord) {
  Add({.files = {{"demo/__init__.py", "x = 1\n"},
                 {"demo-1.0.data/scripts/run", "#!python\nprint()\n"},
                 {"demo-1.0.data/scripts/tool", "#!/bin/sh\n"},
                 {"demo-1.0.data/headers/d.h", "h"},
                 {"demo-1.0.data/data/share/d,e", "d"}},
       .entry_points = "[console_scripts]\ngo = demo:main\n"},
      {.requested = true, .direct_url = "{\"url\": \"file:///x\"}"});
  ASSERT_EQ(Place(), "");
  const std::string info = absl::StrCat(kSite, "demo-1.0.dist-info/");
  EXPECT_THAT(
      Paths(),
      ElementsAre("bin/go", "bin/run", "bin/tool",
                  "include/site/python3.11/demo/d.h", info + "INSTALLER",
                  info + "METADATA", info + "RECORD", info + "REQUESTED",
                  info + "WHEEL", info + "direct_url.json",
                  info + "entry_points.txt",
                  absl::StrCat(kSite, "demo/__init__.py"), "share/d,e"));
  EXPECT_EQ(File("bin/run").content, "#!/v/bin/python\nprint()\n");
  EXPECT_TRUE(File("bin/run").executable);
  EXPECT_TRUE(File("bin/tool").executable);
  EXPECT_NE(File("bin/tool").wheel, nullptr);
  EXPECT_THAT(File("bin/go").content, HasSubstr("sys.exit(main())"));
  EXPECT_TRUE(File("bin/go").executable);
  EXPECT_EQ(File(info + "INSTALLER").content, "provision\n");
  EXPECT_EQ(File(info + "REQUESTED").content, "");
  EXPECT_FALSE(InSite("demo/__init__.py").executable);
  const std::string record = File(info + "RECORD").content;
  EXPECT_THAT(record,
              HasSubstr(WheelRecordLine("demo/__init__.py", "x = 1\n")));
  EXPECT_THAT(record, HasSubstr(WheelRecordLine("../../../bin/run",
                                                "#!/v/bin/python\nprint()\n")));
  EXPECT_THAT(record, HasSubstr("\"../../../share/d,e\",sha256="));
  EXPECT_THAT(record, HasSubstr("demo-1.0.dist-info/RECORD,,\n"));
  EXPECT_THAT(record, HasSubstr("demo-1.0.dist-info/REQUESTED,sha256="));
}

TEST_F(PlacedWheelsTest, WhatNobodyAskedForIsNotRequested) {
  Add({});
  ASSERT_EQ(Place(), "");
  EXPECT_THAT(Paths(), Not(testing::Contains(EndsWith("REQUESTED"))));
  EXPECT_THAT(Paths(), Not(testing::Contains(EndsWith("direct_url.json"))));
}

TEST_F(PlacedWheelsTest, OneFileOfTwoWheelsIsListedByBoth) {
  Add({.project = "b", .files = {{"LICENSE", "same"}}});
  Add({.project = "a", .files = {{"LICENSE", "same"}}});
  ASSERT_EQ(Place(FileConflicts::kRefuse), "");
  EXPECT_THAT(placed_->warnings(), IsEmpty());
  for (const char* project : {"a", "b"}) {
    EXPECT_THAT(InSite(absl::StrCat(project, "-1.0.dist-info/RECORD")).content,
                HasSubstr("LICENSE,"));
  }
}

TEST_F(PlacedWheelsTest, TheLastByNameWinsAndAloneListsIt) {
  Add({.project = "B", .files = {{"LICENSE", "of b"}}});
  Add({.project = "a", .files = {{"LICENSE", "of a"}}});
  ASSERT_EQ(Place(), "");
  EXPECT_THAT(placed_->warnings(),
              ElementsAre("lib/python3.11/site-packages/LICENSE: that of "
                          "B-1.0-py3-none-any.whl is taken, not that of "
                          "a-1.0-py3-none-any.whl"));
  EXPECT_EQ(InSite("LICENSE").sha256, Sha256Hex("of b"));
  EXPECT_THAT(InSite("a-1.0.dist-info/RECORD").content,
              Not(HasSubstr("LICENSE")));
  EXPECT_THAT(InSite("B-1.0.dist-info/RECORD").content, HasSubstr("LICENSE"));
  EXPECT_EQ(Place(FileConflicts::kRefuse),
            "lib/python3.11/site-packages/LICENSE: brought by "
            "a-1.0-py3-none-any.whl and by B-1.0-py3-none-any.whl "
            "[apply/conflict]");
}

TEST_F(PlacedWheelsTest, AFileAndAFolderCannotBoth) {
  Add({.project = "a", .files = {{"x", "file"}}});
  Add({.project = "b", .files = {{"x/y", "below"}}});
  EXPECT_THAT(Place(), EndsWith("a file of a-1.0-py3-none-any.whl, a folder of "
                                "b-1.0-py3-none-any.whl [apply/conflict]"));
}

TEST_F(PlacedWheelsTest, OneWheelBringsAPathOnce) {
  Add({.files = {{"x.py", "1"}, {"demo-1.0.data/purelib/x.py", "1"}}});
  EXPECT_THAT(Place(), EndsWith("two members for one path [wheel/data]"));
}

TEST_F(PlacedWheelsTest, AScriptAndAnEntryPointOfOneName) {
  Add({.files = {{"demo-1.0.data/scripts/go", "x"}},
       .entry_points = "[console_scripts]\ngo = demo:main\n"});
  EXPECT_THAT(Place(), EndsWith("[wheel/data]"));
}

TEST_F(PlacedWheelsTest, OneWheelOfAProject) {
  Add({.project = "demo_x"});
  Add({.project = "Demo.X", .version = "2.0"});
  EXPECT_THAT(Place(), EndsWith("a second wheel of demo-x [wheel/name]"));
}

TEST_F(PlacedWheelsTest, NoEntryPointStandsInForTheInterpreter) {
  Add({.entry_points = "[console_scripts]\nPython3 = demo:main\n"});
  EXPECT_THAT(Place(), EndsWith("[wheel/reserved]"));
}

TEST_F(PlacedWheelsTest, AScriptWithAnotherContentIsFoundAtOnce) {
  const std::string path = "demo-1.0.data/scripts/go";
  Add({.files = {{path, "#!python\n"}}, .edit_record = [&](std::string record) {
         return absl::StrReplaceAll(record,
                                    {{WheelRecordLine(path, "#!python\n"),
                                      WheelRecordLine(path, "#!pythox\n")}});
       }});
  EXPECT_THAT(Place(), EndsWith("[wheel/record]"));
}

}  // namespace
}  // namespace provision
