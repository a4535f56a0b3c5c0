#include "bundles/wheels/wheel_layout.h"

#include "bundles/testing/refusal_text.h"
#include "core/testing/testing.h"

namespace provision {
namespace {

using ::testing::EndsWith;

const WheelScheme kScheme = {.interpreter = "/v/bin/python",
                             .python_version = "3.11.7",
                             .site_packages = "lib/python3.11/site-packages",
                             .tags = {}};

TEST(WheelLayoutTest, EveryAreaHasItsPlace) {
  const struct {
    WheelArea area;
    std::string path, want;
  } kCases[] = {
      {WheelArea::kPurelib, "a/b.py", "lib/python3.11/site-packages/a/b.py"},
      {WheelArea::kPlatlib, "b.so", "lib/python3.11/site-packages/b.so"},
      {WheelArea::kScripts, "run", "bin/run"},
      {WheelArea::kHeaders, "x/a.h", "include/site/python3.11/demo/x/a.h"},
      {WheelArea::kData, "share/doc", "share/doc"},
      {WheelArea::kData, "etc/pyvenv.cfg", "etc/pyvenv.cfg"},
      {WheelArea::kData, "lib/other", "lib/other"},
      {WheelArea::kData, "lib/python3.11/site-packages/x.pth",
       "lib/python3.11/site-packages/x.pth"},
      {WheelArea::kPurelib, "activate",
       "lib/python3.11/site-packages/activate"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(PlacedPath(kScheme, "demo", c.area, c.path),
                IsOkAndHolds(c.want));
  }
}

TEST(WheelLayoutTest, WhatIsTheEnvironmentsStays) {
  const struct {
    WheelArea area;
    std::string path, id;
  } kCases[] = {
      {WheelArea::kData, "pyvenv.cfg", "[wheel/escape]"},
      {WheelArea::kData, "PyVenv.CFG", "[wheel/escape]"},
      {WheelArea::kData, "lib/python3.11/os.py", "[wheel/escape]"},
      {WheelArea::kData, "lib/Python3.11/os.py", "[wheel/escape]"},
      {WheelArea::kData, "lib/python3.12/site-packages/x", "[wheel/escape]"},
      {WheelArea::kData, "lib64/python3.11/x", "[wheel/escape]"},
      {WheelArea::kData, "lib", "[wheel/escape]"},
      {WheelArea::kData, "lib/python3.11/site-packages", "[wheel/escape]"},
      {WheelArea::kScripts, "python", "[wheel/reserved]"},
      {WheelArea::kScripts, "Python3.11", "[wheel/reserved]"},
      {WheelArea::kScripts, "activate.fish", "[wheel/reserved]"},
      {WheelArea::kData, "bin/python3", "[wheel/reserved]"},
      {WheelArea::kData, "BIN/Activate", "[wheel/reserved]"},
      {WheelArea::kData, "Scripts/python.exe", "[wheel/reserved]"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(
        RefusalText(PlacedPath(kScheme, "demo", c.area, c.path).status()),
        EndsWith(c.id))
        << c.path;
  }
}

TEST(WheelLayoutTest, RecordNamesPathsBothWays) {
  const std::string folder = "lib/python3.11/site-packages";
  const struct {
    std::string listed, path;
  } kCases[] = {
      {"a/b.py", "lib/python3.11/site-packages/a/b.py"},
      {"../../../bin/x", "bin/x"},
      {"../x", "lib/python3.11/x"},
      {"../../../share/a/b", "share/a/b"},
      {"../../other", "lib/other"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(ListedPath(folder, c.listed), IsOkAndHolds(c.path));
    EXPECT_EQ(PathForRecord(folder, c.path), c.listed);
  }
  for (const char* listed :
       {"", "/etc/passwd", "../../../../x", "../../../../../../etc/passwd",
        "a/../b", "a/../../../../../x", "..", "../..", "a//b", "./a", "a\\b",
        "a\nb"}) {
    EXPECT_THAT(RefusalText(ListedPath(folder, listed).status()),
                EndsWith("[wheel/escape]"))
        << listed;
  }
}

}  // namespace
}  // namespace provision
