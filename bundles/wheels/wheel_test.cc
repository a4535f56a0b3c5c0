#include "bundles/wheels/wheel.h"

#include <map>

#include "absl/strings/escaping.h"
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
using ::testing::Pair;

WheelRules Rules() {
  WheelRules rules;
  rules.python = *PythonVersion::Parse("3.11.7");
  rules.tags = {"py3-none-any", "cp311-cp311-linux_x86_64"};
  return rules;
}

// What opening a wheel refuses.
std::string Refusal(const WheelSpec& spec, const std::string& file = "",
                    const WheelRules& rules = Rules()) {
  const std::string bytes = BuildWheel(spec);
  const MemoryByteSource source(bytes);
  return RefusalText(
      Wheel::Open(source, file.empty() ? WheelFileName(spec) : file, rules)
          .status());
}

const std::pair<std::string, std::string> kModule = {"demo/__init__.py",
                                                     "x = 1\n"};

TEST(WheelTest, EveryAreaHasItsFiles) {
  const std::string bytes =
      BuildWheel({.root_is_purelib = "false",
                  .files = {kModule,
                            {"demo-1.0.data/purelib/p.py", "p"},
                            {"demo-1.0.data/platlib/q.so", "q"},
                            {"demo-1.0.data/scripts/run", "#!python\n"},
                            {"demo-1.0.data/headers/sub/a.h", "h"},
                            {"demo-1.0.data/data/share/doc", "d"},
                            {"demo-1.0.dist-info/INSTALLER", "pip\n"},
                            {"demo-1.0.dist-info/direct_url.json", "{}"},
                            {"demo-1.0.dist-info/licenses/MIT", "m"}},
                  .entry_points = "[console_scripts]\ngo = demo:main\n"});
  const MemoryByteSource source(bytes);
  ASSERT_OK_AND_ASSIGN(
      const Wheel wheel,
      Wheel::Open(source, "demo-1.0-py3-none-any.whl", Rules()));
  EXPECT_EQ(wheel.metadata_folder(), "demo-1.0.dist-info");
  EXPECT_EQ(wheel.root_area(), WheelArea::kPlatlib);
  EXPECT_THAT(wheel.notes(), IsEmpty());
  ASSERT_EQ(wheel.entry_points().size(), 1u);
  EXPECT_EQ(wheel.entry_points()[0].name, "go");
  std::map<std::string, WheelArea> areas;
  for (const WheelFile& file : wheel.files()) {
    areas[file.path] = file.area;
    EXPECT_EQ(file.sha256.size(), 64u) << file.path;
  }
  EXPECT_THAT(
      areas,
      ElementsAre(
          Pair("demo-1.0.dist-info/METADATA", WheelArea::kPlatlib),
          Pair("demo-1.0.dist-info/WHEEL", WheelArea::kPlatlib),
          Pair("demo-1.0.dist-info/entry_points.txt", WheelArea::kPlatlib),
          Pair("demo-1.0.dist-info/licenses/MIT", WheelArea::kPlatlib),
          Pair("demo/__init__.py", WheelArea::kPlatlib),
          Pair("p.py", WheelArea::kPurelib), Pair("q.so", WheelArea::kPlatlib),
          Pair("run", WheelArea::kScripts), Pair("share/doc", WheelArea::kData),
          Pair("sub/a.h", WheelArea::kHeaders)));
}

TEST(WheelTest, AcceptsWhatRealWheelsHave) {
  EXPECT_EQ(Refusal({.files = {kModule},
                     .unlisted = {{.name = "demo/",
                                   .attributes = uint32_t{0040755} << 16},
                                  {.name = "demo-1.0.dist-info/RECORD.jws",
                                   .data = "{}"}}}),
            "");
  EXPECT_EQ(Refusal({.files = {kModule}}, "Demo-1.0.0-1-py2.py3-none-any.whl"),
            "");
  EXPECT_EQ(Refusal({.metadata = "Requires-Python: >=3.8, !=3.9.*\n",
                     .files = {kModule}}),
            "");
  EXPECT_EQ(Refusal({.files = {kModule}, .method = 0}), "");
}

TEST(WheelTest, OddThingsAreNoted) {
  const std::string bytes =
      BuildWheel({.wheel_file = "Wheel-Version: 1.9\nRoot-Is-Purelib: True\n"
                                "Tag: py2-none-any\nBuild: 4\n"});
  const MemoryByteSource source(bytes);
  ASSERT_OK_AND_ASSIGN(
      const Wheel wheel,
      Wheel::Open(source, "demo-1.0-py3-none-any.whl", Rules()));
  EXPECT_THAT(wheel.notes(),
              ElementsAre("Wheel-Version 1.9",
                          "its Tag fields are not those of its name",
                          "its Build field is not that of its name"));
}

TEST(WheelTest, LongerDigestsAreCheckedAtOnce) {
  const auto line = [](const std::string& digest) {
    return absl::StrCat("demo/__init__.py,", digest, ",6\n");
  };
  const auto with = [&](const std::string& digest) {
    return Refusal({.files = {kModule}, .edit_record = [&](std::string record) {
                      return absl::StrReplaceAll(
                          record,
                          {{WheelRecordLine(kModule.first, kModule.second),
                            line(digest)}});
                    }});
  };
  EXPECT_EQ(
      with("sha384=" + absl::WebSafeBase64Escape(Sha384Bytes(kModule.second))),
      "");
  EXPECT_EQ(
      with("sha512=" + absl::WebSafeBase64Escape(Sha512Bytes(kModule.second))),
      "");
  EXPECT_EQ(with("sha512=" + absl::WebSafeBase64Escape(Sha512Bytes("other"))),
            "RECORD: demo/__init__.py: another digest than RECORD says "
            "[wheel/record]");
}

TEST(WheelTest, ItsNameSaysWhatItIs) {
  const struct {
    WheelSpec spec;
    std::string file, refusal;
  } kCases[] = {
      {{}, "demo.whl", "[wheel/name]"},
      {{}, "other-1.0-py3-none-any.whl", "[wheel/dist-info]"},
      {{}, "demo-1.1-py3-none-any.whl", "[wheel/dist-info]"},
      {{.metadata_file = "Name: other\nVersion: 1.0\n"},
       "",
       "METADATA: says it is \"other\" \"1.0\" [wheel/dist-info]"},
      {{.metadata_file = "Name: demo\nVersion: 1.1\n"},
       "",
       "says it is \"demo\" \"1.1\" [wheel/dist-info]"},
      {{.metadata_file = "Name: demo\nName: demo\nVersion: 1.0\n"},
       "",
       "[wheel/dist-info]"},
      {{.metadata_file = ""}, "", "[wheel/dist-info]"},
      {{.files = {{"demo-1.1.dist-info/METADATA", "x"}}},
       "",
       "demo-1.1.dist-info: beside demo-1.0.dist-info [wheel/dist-info]"},
      {{.files = {{"other-1.0.dist-info/x", "x"}}}, "", "[wheel/dist-info]"},
      {{.files = {{"demo-1.0.data/purelib/a", "x"},
                  {"demo-1.1.data/purelib/a", "x"}}},
       "",
       "[wheel/dist-info]"},
      {{.files = {{"demo-1.1.data/purelib/a", "x"}}},
       "",
       "demo-1.1.data: does not belong to demo-1.0 [wheel/dist-info]"},
      {{.left_out = {"demo-1.0.dist-info/METADATA"}},
       "",
       "has no METADATA [wheel/dist-info]"},
      {{.left_out = {"demo-1.0.dist-info/WHEEL"}},
       "",
       "has no WHEEL [wheel/dist-info]"},
      {{.left_out = {"demo-1.0.dist-info/RECORD"}},
       "",
       "has no RECORD [wheel/dist-info]"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(Refusal(c.spec, c.file), EndsWith(c.refusal));
  }
}

TEST(WheelTest, ItsFormIsKnown) {
  for (const char* text : {"", "Wheel-Version: 2.0\nRoot-Is-Purelib: true\n",
                           "Wheel-Version: 1\nRoot-Is-Purelib: true\n",
                           "Wheel-Version: 1.x\nRoot-Is-Purelib: true\n",
                           "Root-Is-Purelib: true\n", "Wheel-Version: 1.0\n",
                           "Wheel-Version: 1.0\nRoot-Is-Purelib: yes\n"}) {
    EXPECT_THAT(Refusal({.wheel_file = text}), EndsWith("[wheel/metadata]"))
        << text;
  }
}

TEST(WheelTest, ItFitsTheInterpreter) {
  EXPECT_EQ(Refusal({}, "demo-1.0-cp312-cp312-linux_x86_64.whl"),
            "none of its tags is one of the interpreter's [wheel/platform]");
  EXPECT_EQ(Refusal({.metadata = "Requires-Python: >=3.12\n"}),
            "requires Python >=3.12, here is 3.11.7 [wheel/platform]");
  EXPECT_THAT(Refusal({.metadata = "Requires-Python: nonsense\n"}),
              EndsWith("[wheel/platform]"));
}

TEST(WheelTest, RecordHasToBeRight) {
  const auto replaced = [](const std::string& from, const std::string& to) {
    return Refusal({.files = {kModule}, .edit_record = [&](std::string record) {
                      return absl::StrReplaceAll(record, {{from, to}});
                    }});
  };
  const std::string line = WheelRecordLine(kModule.first, kModule.second);
  const struct {
    std::string refusal, reason;
  } kCases[] = {
      {replaced(line, ""), "demo/__init__.py: not listed"},
      {replaced(line, line + line), "demo/__init__.py: listed twice"},
      {replaced(line, line + WheelRecordLine("demo/gone.py", "")),
       "demo/gone.py: listed, and not there"},
      {replaced(line, line + WheelRecordLine("../outside", "")),
       "../outside: listed, and not there"},
      {replaced(line, "demo/__init__.py,,\n"), "listed without a digest"},
      {replaced(line, "demo/__init__.py,md5=1B2M2Y8AsgTpgAmY7PhCfg,6\n"),
       "a digest by"},
      {replaced(",6\n", ",7\n"), "expected 7 bytes, found 6"},
      {replaced(line, "one field\n"), "1 fields in place of 3"},
      {Refusal({.unlisted = {{.name = "demo/more.py"}}}),
       "demo/more.py: not listed"},
      {Refusal({.record = ""}), "not listed"},
      {Refusal({.unlisted = {{.name = "sub/RECORD"}}}),
       "sub/RECORD: not listed"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(c.refusal, HasSubstr(c.reason));
    EXPECT_THAT(c.refusal, EndsWith("[wheel/record]"));
  }
}

TEST(WheelTest, AWrongRecordIsAdmittedByName) {
  WheelRules rules = Rules();
  rules.accept_record = true;
  const std::string bytes =
      BuildWheel({.files = {kModule}, .record = "nonsense"});
  const MemoryByteSource source(bytes);
  ASSERT_OK_AND_ASSIGN(const Wheel wheel,
                       Wheel::Open(source, "demo-1.0-py3-none-any.whl", rules));
  ASSERT_EQ(wheel.files().size(), 3u);
  EXPECT_EQ(wheel.files()[2].sha256, Sha256Hex(kModule.second));
}

TEST(WheelTest, DataFoldersAreKnown) {
  const struct {
    std::string path;
  } kCases[] = {{"demo-1.0.data/other/x"},
                {"demo-1.0.data/x"},
                {"demo-1.0.data/scripts"},
                {"demo-1.0.data/scripts/a/b"},
                {"demo-1.0.data/Purelib/x.py"}};
  for (const auto& c : kCases) {
    EXPECT_THAT(Refusal({.files = {{c.path, "x"}}}), EndsWith("[wheel/data]"))
        << c.path;
  }
}

TEST(WheelTest, EntryPointsAreJudged) {
  EXPECT_THAT(Refusal({.entry_points = "[console_scripts]\na = demo:x(); y\n"}),
              EndsWith("[wheel/entry-point]"));
}

TEST(WheelTest, TheArchiveIsJudgedAsAnyOther) {
  const struct {
    ZipSpec member;
    std::string id;
  } kCases[] = {
      {{.name = "demo/../x"}, "[archive/name]"},
      {{.name = "/x"}, "[archive/name]"},
      {{.name = "demo\\x"}, "[archive/name]"},
      {{.name = "demo/link", .attributes = uint32_t{0120777} << 16},
       "[archive/type]"},
      {{.name = "demo-1.0.dist-info/METADATA"}, "[archive/duplicate]"},
      {{.name = "demo-1.0.dist-info/WHEEL/x"}, "[archive/duplicate]"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(Refusal({.unlisted = {c.member}}), EndsWith(c.id))
        << c.member.name;
  }
  const MemoryByteSource nothing("");
  EXPECT_THAT(
      RefusalText(
          Wheel::Open(nothing, "demo-1.0-py3-none-any.whl", Rules()).status()),
      EndsWith("[archive/zip]"));
}

TEST(WheelTest, MetadataHasALimit) {
  EXPECT_THAT(
      Refusal({.metadata_file = absl::StrCat("Name: demo\nVersion: 1.0\n\n",
                                             std::string(4 << 20, 'x'))}),
      EndsWith("[archive/limit]"));
}

}  // namespace
}  // namespace provision
