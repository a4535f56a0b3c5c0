#include "core/plan/message_text.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/api/plan.pb.h"
#include "core/plan/sample.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"

namespace provision {
namespace {

using google::protobuf::util::MessageDifferencer;

// `line:column+length message [id] ~suggestion`.
std::string InWords(const Diagnostic& diagnostic) {
  const Diagnostic::Place& at = diagnostic.place();
  return absl::StrCat(at.line(), ":", at.column(), "+", at.length(), " ",
                      diagnostic.message(), " [", diagnostic.id(), "]",
                      diagnostic.suggestion().empty() ? "" : " ~",
                      diagnostic.suggestion());
}

std::vector<std::string> Errors(absl::string_view content) {
  Plan plan;
  std::vector<std::string> errors;
  for (const Diagnostic& diagnostic :
       ParseMessageText("plan.textproto", content, &plan).diagnostics) {
    EXPECT_EQ(diagnostic.severity(), Diagnostic::ERROR);
    EXPECT_EQ(diagnostic.place().file(), "plan.textproto");
    errors.push_back(InWords(diagnostic));
  }
  return errors;
}

bool TextFormatAccepts(absl::string_view content, Plan* plan) {
  class : public google::protobuf::io::ErrorCollector {
   public:
    void AddError(int, int, const std::string&) override {}
  } silent;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&silent);
  parser.SetRecursionLimit(32);
  return parser.ParseFromString(std::string(content), plan);
}

constexpr char kFull[] = R"(# proto-file: core/api/plan.proto
name: "search" "-api"
step {
  name: 'python',
  tag: ["a", "b"] tag: "c";
  [provision.python] {
    version: "3.11.7\n\x41\303\244" ladder: [EXACT, SYSTEM] ladder: RELAXED_PATCH
  }
}
step <
  name: "packages" after: "python" timeout_s: 0x10
  when: { platform: [] outcome: ANY }
  verify { command { argv: "a" exit_status: -3 } deadline_s: 5 }
  verify: [{ import: "numpy" }, { tcp { host: "h" port: 80 } }]
  [provision.python_packages] {
    index { url: "u" mirror [{ url: "m" mirror { priority: 2 } }] }
    variable { key: "K" value: "V" } variable { key: "L" value: "W" }
    only_index { trusted: true } share: -1.5e-3 bytes: 18446744073709551615
    key: "\xff\000"
  }
>
)";

TEST(MessageTextTest, ReadsWhatTextFormatReads) {
  Plan plan;
  const MessageText text = ParseMessageText("p", kFull, &plan);
  EXPECT_TRUE(text.diagnostics.empty()) << InWords(text.diagnostics[0]);
  EXPECT_FALSE(text.malformed);
  Plan expected;
  ASSERT_TRUE(TextFormatAccepts(kFull, &expected));
  EXPECT_TRUE(MessageDifferencer::Equals(plan, expected)) << plan.DebugString();
  EXPECT_EQ(plan.step(1).GetExtension(python_packages).variable().at("L"), "W");
}

TEST(MessageTextTest, RemembersPlaces) {
  Plan plan;
  const MessageText text = ParseMessageText("p", kFull, &plan);
  struct Case {
    const char* path;
    int line;
    int column;
    int length;
  };
  for (const Case& c : {
           Case{"name", 2, 7, 15},
           Case{"step[0]", 3, 1, 4},
           Case{"step", 3, 1, 4},
           Case{"step[0].name", 4, 9, 8},
           Case{"step[0].tag", 5, 3, 3},
           Case{"step[0].tag[1]", 5, 14, 3},
           Case{"step[0].tag[2]", 5, 24, 3},
           Case{"step[0].python", 6, 3, 18},
           Case{"step[0].python.ladder[2]", 7, 69, 13},
           Case{"step[1].when.outcome", 12, 33, 3},
           Case{"step[1].verify[0].command.exit_status", 13, 45, 2},
           Case{"step[1].verify[1].import", 14, 22, 7},
           Case{"step[1].verify[2].tcp.port", 14, 57, 2},
           Case{"step[1].python_packages.index[0].mirror[0].mirror[0].priority",
                16, 60, 1},
       }) {
    const auto found = text.places.find(c.path);
    ASSERT_NE(found, text.places.end()) << c.path;
    EXPECT_EQ(found->second.line, c.line) << c.path;
    EXPECT_EQ(found->second.column, c.column) << c.path;
    EXPECT_EQ(found->second.length, c.length) << c.path;
  }
}

TEST(MessageTextTest, TheErrorIsAtTheWord) {
  struct Case {
    std::string content;
    const char* error;
  };
  for (const Case& c : {
           Case{"nmae: \"x\"",
                "1:1+4 no such field: nmae [plan/unknown-field] ~name"},
           Case{"\n\n  colour: RED",
                "3:3+6 no such field: colour [plan/unknown-field]"},
           Case{"step { [provision.pyhton] { } }",
                "1:8+18 no such provisioner: provision.pyhton "
                "[plan/unknown-provisioner] ~[provision.python]"},
           Case{"step { [pyhton] { } }",
                "1:8+8 no such provisioner: pyhton "
                "[plan/unknown-provisioner] ~[provision.python]"},
           Case{"step { python { } }",
                "1:8+6 no such field: python [plan/unknown-field] "
                "~[provision.python]"},
           Case{"[provision.python] { }",
                "1:1+18 no such provisioner: provision.python "
                "[plan/unknown-provisioner]"},
           Case{"step { [provision.python] { ladder: [EXACT, SYTSEM] } }",
                "1:45+6 no such value of ladder: SYTSEM [plan/unknown-value] "
                "~SYSTEM"},
           Case{"step { [provision.python] { ladder: 9 } }",
                "1:37+1 ladder wants one of its words [plan/bad-value]"},
           Case{"step { [provision.python] { ladder: \"EXACT\" } }",
                "1:37+7 ladder wants one of its words [plan/bad-value]"},
           Case{"name: 3",
                "1:7+1 name wants a text in quotes "
                "[plan/bad-value]"},
           Case{"name: search",
                "1:7+6 name wants a text in quotes "
                "[plan/bad-value]"},
           Case{"name { }",
                "1:1+4 name wants a text in quotes, not fields in "
                "braces [plan/bad-value]"},
           Case{"name: \"\\xff\"",
                "1:7+6 name wants a text in quotes [plan/bad-value]"},
           Case{"name: \"a\\000\"",
                "1:7+7 name wants a text in quotes [plan/bad-value]"},
           Case{std::string("name: \"a\0b\"", 11),
                "1:7+5 name wants a text in quotes [plan/bad-value]"},
           Case{"name: \"\\q\"",
                "1:7+4 name wants a text in quotes [plan/bad-value]"},
           Case{"step: 3",
                "1:7+1 step wants fields in braces "
                "[plan/bad-value]"},
           Case{"name: [\"a\"]",
                "1:1+4 name has one value, not a list [plan/bad-value]"},
           Case{"step { timeout_s: 3000000000 }",
                "1:19+10 timeout_s wants a whole number [plan/bad-value]"},
           Case{"step { timeout_s: 1.5 }",
                "1:19+3 timeout_s wants a whole number [plan/bad-value]"},
           Case{"step { verify { file { uid: -1 } } }",
                "1:29+2 uid wants a whole number from 0 [plan/bad-value]"},
           Case{"step { [provision.python_packages] { index { trusted: yes } } "
                "}",
                "1:55+3 trusted wants true or false [plan/bad-value]"},
           Case{"name: \"a\" name: \"b\"",
                "1:11+4 name is set twice [plan/set-twice]"},
           Case{"step { when { } when { } }",
                "1:17+4 when is set twice [plan/set-twice]"},
           Case{"step { verify { import: \"a\" file { } } }",
                "1:29+4 file and import exclude each other [plan/set-twice]"},
           Case{"name \"x\"",
                "1:6+3 \":\" or \"{\" after name should be here, "
                "not \"x\" [plan/syntax]"},
           Case{"name: \"x",
                "1:7+2 this text in quotes does not end "
                "[plan/syntax]"},
       }) {
    EXPECT_THAT(Errors(c.content), testing::ElementsAre(c.error)) << c.content;
    Plan ignored;
    EXPECT_EQ(TextFormatAccepts(c.content, &ignored),
              // It minds neither of these; a plan has no use for them.
              absl::StrContains(c.content, "\\000") ||
                  absl::StrContains(c.content, "\\xff"))
        << c.content;
  }
}

TEST(MessageTextTest, AllErrorsComeInTheirOrder) {
  EXPECT_THAT(
      Errors("nmae: \"x\"\n"
             "step { name: 1 tga: \"t\" when { outcme: ANY outcome: ALL } }\n"
             "step {\n"
             "  [provision.python] { version \"3\" }\n"
             "}\n"
             "step { name: \"a\" name: \"b\" }\n"),
      testing::ElementsAre(
          "1:1+4 no such field: nmae [plan/unknown-field] ~name",
          "2:14+1 name wants a text in quotes [plan/bad-value]",
          "2:16+3 no such field: tga [plan/unknown-field] ~tag",
          "2:32+6 no such field: outcme [plan/unknown-field] ~outcome",
          "2:53+3 no such value of outcome: ALL [plan/unknown-value]",
          "4:32+3 \":\" or \"{\" after version should be here, not \"3\" "
          "[plan/syntax]",
          "6:18+4 name is set twice [plan/set-twice]"));
}

TEST(MessageTextTest, TellsWhichProvisionerToAskAbout) {
  Plan plan;
  const MessageText text = ParseMessageText(
      "p", "step { [provision.python_packages] { index { ulr: \"\" } } }",
      &plan);
  ASSERT_EQ(text.diagnostics.size(), 1u);
  EXPECT_EQ(text.diagnostics[0].field(),
            "step[0].python_packages.index[0].ulr");
  EXPECT_THAT(text.diagnostics[0].next(),
              testing::ElementsAre("provision explain python_packages"));
}

TEST(MessageTextTest, KeepsWhatIsRight) {
  Plan plan;
  ParseMessageText(
      "p", "name: \"a\" step { name: \"b\" x: 1 tag: 3 tag: \"t\" }", &plan);
  EXPECT_EQ(plan.ShortDebugString(),
            "name: \"a\" step { name: \"b\" tag: \"t\" }");
}

}  // namespace
}  // namespace provision
